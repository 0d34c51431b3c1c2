import { createPlanner } from '../../approvals/planner.ts';
import { groupRolesOf } from '../../composition/directories.ts';
import { openStore } from '../../composition/stores.ts';
import type { Config } from '../../config/schema.ts';
import type { SecretSources } from '../../config/secrets/resolve-secret.ts';
import { policyOf } from '../../config/settings/policy-of.ts';
import { principalsOf } from '../../config/settings/principals-of.ts';
import { wavesOf } from '../../config/settings/waves-of.ts';
import { createPeopleSource } from '../../identity/people-source.ts';
import { createLogger } from '../../logging/logger.ts';
import { systemClock } from '../../runtime/system-clock.ts';
import { type ExplainOptions, runPolicyExplain } from './explain.ts';

/** `oob policy explain` on the store itself, beside a running service or without one: the inventory and the links as they are. */
export async function explainFromStore({
  config,
  databaseUrl,
  secrets,
  ...options
}: Omit<ExplainOptions, 'now' | 'timeZone' | 'people' | 'explain'> & {
  readonly config: Config;
  readonly databaseUrl: string | undefined;
  readonly secrets: SecretSources;
}): Promise<number> {
  const logger = createLogger({ level: 'error' });
  const store = await openStore(config, databaseUrl, logger);
  const undo: (() => Promise<void>)[] = [() => store.close()];
  try {
    const policy = policyOf(config);
    const principals = principalsOf(config);
    const source = createPeopleSource(
      () => principals,
      store.links,
      (await groupRolesOf({ config, secrets, logger }, undo)) ?? undefined,
    );
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
    for (const step of undo.reverse()) await step();
  }
}
