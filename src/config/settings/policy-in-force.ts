import { isDeepStrictEqual } from 'node:util';
import type { Principal } from '../../identity/people.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { TrailStore } from '../../ports/trail/trail-store.ts';
import { ConfigError } from '../config-error.ts';
import { errorCode } from '../error-code.ts';
import type { Config } from '../schema.ts';
import { policyOf } from './policy-of.ts';
import { principalsOf } from './principals-of.ts';

/** Sections that take effect without a start: who is known, what they may do, when, and who has to agree. */
export const reloadableSections = [
  'people',
  'roles',
  'operations',
  'rules',
  'windows',
  'freezes',
  'holds',
  'approvals',
  'limits',
] as const satisfies readonly (keyof Config)[];

/** Mistakes of a refused configuration that the trail names. */
const shownProblems = 20;

/** The people and the rules that count now. */
export interface PolicyInForce {
  policy(): Policy;
  principals(): readonly Principal[];
  /**
   * Takes over the people and the rules of a configuration read afresh, all of them or, when it cannot be read or is not valid, none.
   * Never rejects; log and trail say what came of it. True when something changed.
   */
  reload(load: () => Promise<Config>): Promise<boolean>;
}

/** Starts with the configuration of the start. */
export function createPolicyInForce(deps: {
  readonly config: Config;
  readonly trail: Pick<TrailStore, 'append'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
}): PolicyInForce {
  const { trail, clock, logger } = deps;
  const accountsAtStart = directoryAccounts(deps.config);
  let config = deps.config;
  let policy = policyOf(config);
  let principals = principalsOf(config);
  let last: Promise<unknown> = Promise.resolve();

  async function take(load: () => Promise<Config>): Promise<boolean> {
    const read = await load();
    const next = { ...config, ...pick(read) };
    const changed = reloadableSections.filter((section) => !isDeepStrictEqual(read[section], config[section]));
    const afterRestart = [
      ...sectionsOf(read).filter(
        (section) => !isReloadable(section) && !isDeepStrictEqual(read[section], config[section]),
      ),
      ...(isDeepStrictEqual(directoryAccounts(read), accountsAtStart) ? [] : ['people[].directory']),
    ];
    if (afterRestart.length > 0)
      logger.warn({ sections: afterRestart }, 'these parts of the configuration take effect at the next start only');
    if (changed.length === 0) {
      logger.info({ policyVersion: policy.version }, 'people and policy are as they were');
      return false;
    }
    const adopted = { policy: policyOf(next), principals: principalsOf(next) };
    const from = policy.version;
    const to = adopted.policy.version;
    // Where the trail cannot be written nothing changes.
    await trail.append([
      {
        at: clock.now(),
        kind: 'policy_changed',
        actor: 'service',
        requestId: null,
        data: { from, to, changed, afterRestart },
      },
    ]);
    config = next;
    ({ policy, principals } = adopted);
    logger.info({ from, to, changed }, 'people and policy were read again');
    return true;
  }

  /** Somebody with access to the machine tried to change the policy: that is on record too. */
  async function noteFailure(error: unknown): Promise<void> {
    const problems = error instanceof ConfigError ? error.problems : [];
    const data = {
      from: policy.version,
      code: errorCode(error),
      mistakes: problems.length,
      at: problems.slice(0, shownProblems).map(({ path, line }) => ({ path, line })),
    };
    await trail
      .append([{ at: clock.now(), kind: 'policy_not_taken', actor: 'service', requestId: null, data }])
      .catch((cause: unknown) => logger.error({ error: cause }, 'that could not be noted in the trail'));
  }

  return {
    policy: () => policy,
    principals: () => principals,
    reload(load) {
      // One after the other, so that what was read last is what counts.
      const turn = last.then(() =>
        take(load).catch(async (error: unknown) => {
          logger.error({ error }, 'people and policy stay as they were: the configuration was not taken over');
          await noteFailure(error);
          return false;
        }),
      );
      last = turn;
      return turn;
    },
  };
}

/** Who is looked up in which domain as whom: read at the start, for the groups. */
function directoryAccounts({ people }: Config): readonly (readonly [string, unknown])[] {
  return people
    .flatMap(({ id, directory }) => (directory ? [[id, directory] as const] : []))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function pick(config: Config): Pick<Config, (typeof reloadableSections)[number]> {
  const { people, roles, operations, rules, windows, freezes, holds, approvals, limits } = config;
  return { people, roles, operations, rules, windows, freezes, holds, approvals, limits };
}

const isReloadable = (section: string) => reloadableSections.some((each) => each === section);

/** Its keys; the type of `Object.keys` forgets that a checked configuration has no others. */
function sectionsOf(config: Config): readonly (keyof Config)[] {
  return Object.keys(config).filter((key): key is keyof Config => key in config);
}
