import type { Clock } from '../../ports/clock.ts';
import type { Provisioning, ProvisioningStore } from '../../ports/provisioning/provisioning-store.ts';
import type { InBandSetup } from '../provisioner.ts';
import type { WantedMode } from './in-band-steps.ts';

/** What waiting for agents needs. */
export interface AwaitAgentDeps {
  readonly provisionings: Pick<ProvisioningStore, 'of' | 'get' | 'change'>;
  readonly clock: Clock;
  readonly waitMinutes: number;
  readonly wanted: WantedMode;
  /** What is typed on the PC; `isSetUp`: AMT has a password by now. */
  readonly command: (isSetUp: boolean) => string;
}

/** How often records are looked at: all PCs that are waited for at once, with one query. */
const lookEveryMs = 1_000;
/** A step takes less: a record that stands still for so long is nobody's any more. */
const abandonedMs = 10 * 60_000;
const minuteMs = 60_000;

/**
 * Waits until the agent of a PC has come and the PC is provisioned, on whichever replica that happens. An agent that went away in the
 * middle is waited for again, as long as the time lasts.
 */
export function createInBandSetup(deps: AwaitAgentDeps): InBandSetup {
  const { provisionings, clock, waitMinutes } = deps;
  const watch = createWatch(provisionings, clock);
  const await_ = async (record: Provisioning) =>
    (await provisionings.change(
      record.deviceId,
      record.version,
      { state: 'awaiting-agent', failure: null },
      clock.now(),
    )) ??
    (await provisionings.get(record.deviceId)) ??
    record;

  return async (begun, { lend, progressed, signal }) => {
    const until = clock.now().getTime() + waitMinutes * minuteMs;
    let record = await await_(begun);
    for (;;) {
      progressed();
      const nowMs = clock.now().getTime();
      if (record.state === 'awaiting-agent' && nowMs >= until) {
        const failure = absent(record, deps);
        const stopped = await provisionings.change(
          record.deviceId,
          record.version,
          { state: 'stopped', failure },
          clock.now(),
        );
        // Null: it has come at the last moment.
        if (stopped) return stopped;
      }
      if (isLeft(record, nowMs)) record = await await_(record);
      else if (record.state !== 'awaiting-agent' && record.state !== 'under-way') return record;
      record = (await lend(watch(record, until, signal))) ?? record;
    }
  };
}

/** Whoever worked with it went away. */
const isAbandoned = ({ state, changedAt }: Provisioning, nowMs: number): boolean =>
  state === 'under-way' && nowMs - changedAt.getTime() > abandonedMs;

/** Its agent went away in the middle: it is waited for again. */
export const hasLostAgent = ({ state, failure }: Provisioning): boolean =>
  state === 'stopped' && failure?.code === 'agent_gone';

/** Its agent went away, or whoever worked with it did. */
const isLeft = (record: Provisioning, nowMs: number): boolean => hasLostAgent(record) || isAbandoned(record, nowMs);

function absent({ done, attempt }: Provisioning, { waitMinutes, wanted, command }: AwaitAgentDeps) {
  const isSetUp = done.includes('set-up-admin') || done.includes('set-up-client');
  return {
    step: attempt?.step ?? (wanted === 'admin' ? ('set-up-admin' as const) : ('set-up-client' as const)),
    code: 'agent_absent',
    evidence: [`waited ${waitMinutes} minutes for it`, `to be run on the PC: ${command(isSetUp)}`],
  };
}

/** Resolves to a record once it is another than the one known, or to null when it is time to look again. */
function createWatch(provisionings: Pick<ProvisioningStore, 'of'>, clock: Clock) {
  interface Watched {
    readonly version: number;
    readonly until: number;
    readonly resolve: (record: Provisioning | null) => void;
    readonly reject: (error: unknown) => void;
  }
  const watched = new Map<string, Watched>();
  let isLooking = false;

  async function look(): Promise<void> {
    isLooking = true;
    while (watched.size > 0) {
      await clock.sleep(lookEveryMs);
      const records = new Map((await provisionings.of([...watched.keys()])).map((each) => [each.deviceId, each]));
      const nowMs = clock.now().getTime();
      for (const [deviceId, { version, until, resolve }] of watched) {
        const now = records.get(deviceId) ?? null;
        if (now?.version === version && nowMs < until && !isAbandoned(now, nowMs)) continue;
        watched.delete(deviceId);
        resolve(now);
      }
    }
    isLooking = false;
  }

  return (record: Provisioning, until: number, signal: AbortSignal): Promise<Provisioning | null> =>
    new Promise((resolve, reject) => {
      const { deviceId, version } = record;
      const leave = () => {
        watched.delete(deviceId);
        reject(signal.reason);
      };
      if (signal.aborted) return leave();
      signal.addEventListener('abort', leave, { once: true });
      const end =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          signal.removeEventListener('abort', leave);
          settle(value);
        };
      watched.set(deviceId, { version, until, resolve: end(resolve), reject: end(reject) });
      if (isLooking) return;
      look().catch((error: unknown) => {
        isLooking = false;
        const all = [...watched.values()];
        watched.clear();
        for (const one of all) one.reject(error);
      });
    });
}
