import { notVerifiedCard } from '../messages/checklist/verifying-card.ts';
import type { View } from '../messages/view.ts';
import type { StepFinding } from '../ports/checklist/checklist-store.ts';
import type { NewPost } from '../ports/digests/post-store.ts';
import type { JobPayloads } from '../ports/store/queue.ts';
import { dueBetween } from '../schedule/calendar/due-times.ts';
import { startMinuteClock } from '../schedule/minute-clock.ts';
import type { ChecklistDeskDeps } from './checklist-desk.ts';
import { checklistOf } from './checklist-of.ts';
import { checklistAnswer, stepAnswer } from './checklist-views.ts';
import { checklistSteps } from './steps/index.ts';
import { verifyChecklist } from './verify-checklist.ts';

/** One site at a time in each process: what is looked at is small, and nobody waits for it. */
const sitesAtOnce = 1;
/** Due times that passed while nobody was there count as one. */
const mostDue = 1_000;

/** Verifications: those that are due, and those that somebody asked for. */
export interface Reverification {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Makes them. Of many replicas one verifies a site at each due time. */
export function createReverification(
  deps: ChecklistDeskDeps & {
    readonly sites: () => Promise<readonly string[]>;
    readonly callsFor: (finding: StepFinding) => readonly NewPost[];
  },
): Reverification {
  const { store, settings, clock, logger } = deps;
  let stopClock: (() => Promise<void>) | null = null;
  let underWay = Promise.resolve();

  /** Sends what is due to the queue. */
  async function sweep(): Promise<void> {
    const { schedule } = settings;
    if (!schedule) return;
    const now = clock.now();
    const since = await store.checklists.sweptUntil(now);
    const due = dueBetween(schedule.cron, schedule.timeZone, since, now, mostDue).at(-1);
    if (due === undefined) return;
    // Sent before it is noted: a crash in between sends them again, and who finds a site verified since leaves it.
    for (const site of await deps.sites()) {
      const payload = { site, step: null, dueAt: due.toISOString(), cardId: null, askedBy: null };
      await store.queue.send('checklist', payload, { key: `due ${site.toLowerCase()}` });
    }
    await store.checklists.sweep(since, due);
  }

  const look = () =>
    sweep().catch((error: unknown) => logger.error({ error }, 'checklists could not be looked at, trying again'));

  async function work({ site, step, dueAt, cardId, askedBy }: JobPayloads['checklist'], signal: AbortSignal) {
    if (dueAt !== null) {
      const last = await store.checklists.verifiedAt(site);
      if (last !== null && last >= new Date(dueAt)) return;
    }
    const steps = checklistSteps.filter(({ id }) => step === null || id === step);
    try {
      await verifyChecklist({ ...deps, checklists: store.checklists }, site, steps, signal);
      if (step === null) await store.checklists.keepVerified(site, clock.now());
    } catch (error) {
      // Cut off: whoever takes the job next begins again.
      if (signal.aborted || cardId === null) throw error;
      logger.error({ error, site }, 'a checklist could not be verified');
      return restate(cardId, notVerifiedCard(site));
    }
    deps.onPosts();
    if (cardId !== null) await restate(cardId, await viewOf(site, step, askedBy));
  }

  async function restate(cardId: string, view: View): Promise<void> {
    await store.cards.restate(cardId, view);
    deps.onCard();
  }

  async function viewOf(site: string, step: string | null, askedBy: string | null): Promise<View> {
    const checklist = await checklistOf(store, site, clock.now());
    const state = checklist.steps.find((each) => each.step.id === step);
    const shown = {
      ...deps,
      invocations: store.invocations,
      nameOf: (id: string) => deps.people().nameOf(id),
      askedBy,
    };
    const view = await (state ? stepAnswer(checklist, state, shown) : checklistAnswer(checklist, shown));
    const fails = state ? state.status === 'fail' : checklist.counts.failing > 0;
    // For programs that had it verified: looking is done, and found something.
    return { ...view, outcome: fails ? 'some_failed' : 'done' };
  }

  return {
    async start() {
      await store.queue.work('checklist', sitesAtOnce, work);
      await look();
      const beat = () => {
        underWay = underWay.then(look);
        return underWay;
      };
      if (settings.schedule) stopClock = startMinuteClock(beat, logger);
    },
    async stop() {
      await stopClock?.();
      await underWay;
    },
  };
}
