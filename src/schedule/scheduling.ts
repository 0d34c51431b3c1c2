import type { Conversation } from '../ports/chat.ts';
import { type AlarmBackupDeps, createAlarmBackups } from './alarm-backups.ts';
import { startMinuteClock } from './minute-clock.ts';
import { type ConfiguredSchedule, reconcileSchedules } from './reconcile.ts';
import { createSchedules, type ScheduleDeps, type Schedules } from './schedules.ts';
import { createTicker, type TickerDeps } from './ticker.ts';
import { createWakeLeads, type WakeLeadDeps } from './wake-leads.ts';

/** Schedules of a running service. */
export interface Scheduling {
  readonly schedules: Schedules;
  /** Takes over what the configuration says, catches up on what was missed, then looks at each minute. */
  start(): Promise<void>;
  /** Asks for nothing more; what is being asked for is finished. */
  stop(): Promise<void>;
}

/** Wires the room. */
export function createScheduling(
  deps: Omit<ScheduleDeps, 'ticker' | 'leads' | 'alarms'> &
    Omit<TickerDeps, 'leads'> &
    Omit<AlarmBackupDeps, 'leads'> &
    WakeLeadDeps & {
      readonly configured: readonly ConfiguredSchedule[];
      /** Zone in which commands that name a time are read. */
      readonly timeZone: string;
    },
): Scheduling {
  const { configured, store, clock, logger } = deps;
  const placeOf = (conversation: Conversation) => deps.placeOf(conversation);
  const leads = createWakeLeads(deps);
  const ticker = createTicker({ ...deps, leads });
  const alarms = createAlarmBackups({ ...deps, leads });
  let underWay = Promise.resolve();
  let stopClock: (() => Promise<void>) | null = null;
  const look = () =>
    ticker
      .sweep()
      .then(() => alarms.sweep())
      .catch((error: unknown) => logger.error({ error }, 'schedules could not be looked at, trying again'));
  const beat = () => {
    underWay = underWay.then(look);
    return underWay;
  };
  return {
    schedules: createSchedules({ ...deps, ticker, leads, alarms }),
    async start() {
      await reconcileSchedules(configured, { store, ticker, clock, placeOf });
      stopClock = startMinuteClock(beat, logger);
      await beat();
    },
    async stop() {
      await stopClock?.();
      await ticker.stop();
      await underWay;
    },
  };
}
