import type { PageLinks } from '../messages/page-address.ts';
import type { Conversation } from '../ports/chat.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import type { NewPost } from '../ports/digests/post-store.ts';
import type { Logger } from '../ports/logger.ts';
import type { ChartPainter } from '../ports/picture.ts';
import type { Store } from '../ports/store/store.ts';
import { dueBetween, nextDue } from '../schedule/calendar/due-times.ts';
import { type ComposedDigest, composeDigest } from './compose-digest.ts';
import type { DigestSettings } from './digest-settings.ts';
import { digestSections } from './sections/index.ts';
import type { PasswordsDue } from './sections/passwords.ts';

/** A digest that was not told for longer than this tells the last so long. */
const longestWindowMs = 31 * 24 * 60 * 60_000;
/** More due times than that are not counted; one digest stands for all of them. */
const mostDue = 1_000;
/** What a digest asked for before it was ever due tells of. */
const firstWindowMs = 24 * 60 * 60_000;

const noPasswords: PasswordsDue = { afterDays: 28, sources: [] };

/** The digests of the configuration. */
export interface Digests {
  readonly all: readonly DigestSettings[];
  /** Tells every digest that is due, once whatever the number of replicas; several due times that were missed are told together. */
  look(): Promise<void>;
  /** Tells a digest now, in this conversation, beside its times: what is told then is told again when it is due. */
  tellNow(digest: DigestSettings, conversation: Conversation): Promise<void>;
  /** The next due times. */
  next(digest: DigestSettings, count: number): readonly Date[];
}

/** Makes the digests. `onPosts` is called when there is something to post. */
export function createDigests(deps: {
  readonly settings: readonly DigestSettings[];
  readonly store: Store;
  readonly painter: ChartPainter;
  /** When passwords are due, and who knows how old they are. Default: nobody does. */
  readonly passwords?: PasswordsDue;
  /** Where the pages of the console are for those who read a digest. Default: nowhere. */
  readonly links?: PageLinks;
  readonly nameOf: (principal: string) => string;
  readonly timeZone: string;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
  readonly onPosts: () => void;
}): Digests {
  const { settings, store, clock, logger } = deps;
  const allSections = digestSections(deps.passwords ?? noPasswords, deps.links);
  let snapshotDay = '';

  const compose = (digest: DigestSettings, since: Date, until: Date, dueTimes: number): Promise<ComposedDigest> => {
    const { id, timeZone, sites } = digest;
    const earliest = new Date(Math.max(since.getTime(), until.getTime() - longestWindowMs));
    const sections = allSections.filter(({ name }) => digest.sections.includes(name));
    return composeDigest(
      deps,
      sections,
      { since: earliest, until, sites, timeZone, nameOf: deps.nameOf },
      { id, dueTimes },
    );
  };

  const postsOf = ({ id, fallback }: DigestSettings, to: Conversation, { top, details }: ComposedDigest): NewPost[] => {
    const topId = deps.newId('post');
    const common = { subject: `digest ${id}`, conversation: to, fallback: to === fallback ? null : fallback };
    return [
      { ...common, id: topId, below: null, view: top },
      ...details.map((view) => ({ ...common, id: deps.newId('post'), below: topId, view })),
    ];
  };

  async function tellIfDue(digest: DigestSettings): Promise<void> {
    const now = clock.now();
    const since = await store.digests.coveredUntil(digest.id, now);
    const due = dueBetween(digest.cron, digest.timeZone, since, now, mostDue);
    const until = due.at(-1);
    if (until === undefined) return;
    const posts = postsOf(digest, digest.conversation, await compose(digest, since, until, due.length));
    if (!(await store.digests.fire(digest.id, since, until, posts, now))) return;
    logger.info({ digest: digest.id, dueAt: until, posts: posts.length }, 'a digest is told');
    deps.onPosts();
  }

  /** So that a digest that is new, or told out of turn, finds something to compare with. */
  async function keepDay(): Promise<void> {
    const now = clock.now();
    const day = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone: deps.timeZone }).format(now);
    if (day === snapshotDay) return;
    // Of many replicas each finds the same name for the day's snapshot.
    await store.digests.facts.keepFleet(new Date(`${day}T00:00:00Z`));
    snapshotDay = day;
  }

  return {
    all: settings,
    async look() {
      if (settings.length > 0)
        await keepDay().catch((error: unknown) => logger.warn({ error }, 'how the fleet stands could not be kept'));
      for (const digest of settings) {
        // One that can't be told must not keep the others from being told; it is still due at the next look.
        await tellIfDue(digest).catch((error: unknown) => {
          logger.error({ error, digest: digest.id }, 'a digest could not be told, trying again');
        });
      }
    },
    async tellNow(digest, conversation) {
      const now = clock.now();
      const covered = await store.digests.coveredUntil(digest.id, now);
      const since = new Date(Math.min(covered.getTime(), now.getTime() - firstWindowMs));
      const composed = await compose(digest, since, now, 1);
      await store.posts.add(postsOf(digest, conversation, composed), now);
      deps.onPosts();
    },
    next: (digest, count) => nextDue(digest.cron, digest.timeZone, clock.now(), count),
  };
}
