import { createPlanner } from '../../approvals/planner.ts';
import { policyOf } from '../../config/policy-of.ts';
import { principalsOf } from '../../config/principals-of.ts';
import type { Config } from '../../config/schema.ts';
import { wavesOf } from '../../config/waves-of.ts';
import { createPeopleSource } from '../../identity/people-source.ts';
import { createLogger } from '../../logging/logger.ts';
import { openStore } from '../../main.ts';
import { systemClock } from '../../runtime/system-clock.ts';
import { type ExplainOptions, runPolicyExplain } from './explain.ts';

/** `oob policy explain` on the store itself, beside a running service or without one: the inventory and the links as they are. */
export async function explainFromStore({
  config,
  databaseUrl,
  ...options
}: Omit<ExplainOptions, 'now' | 'timeZone' | 'people' | 'explain'> & {
  readonly config: Config;
  readonly databaseUrl: string | undefined;
}): Promise<number> {
  const store = await openStore(config, databaseUrl, createLogger({ level: 'error' }));
  try {
    const policy = policyOf(config);
    const principals = principalsOf(config);
    const source = createPeopleSource(() => principals, store.links);
    await source.refresh();
    const { timezone: timeZone } = config.service;
    const planner = createPlanner({
      store,
      people: () => source.now(),
      policy: () => policy,
      clock: systemClock,
      timeZone,
      waves: (operation) => wavesOf(config, operation),
    });
    const now = systemClock.now();
    return await runPolicyExplain({ ...options, now, timeZone, people: source.now(), explain: planner.work });
  } finally {
    await store.close();
  }
}
