import { createHash } from 'node:crypto';
import type { Refusal } from '../approvals/wish.ts';
import type { People } from '../identity/people.ts';
import { oneLine } from '../messages/format.ts';
import type { Account, Invocation, OnTurnedAway } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { RefusalBounds, RefusalStore } from '../ports/trail/refusal-store.ts';
import type { TrailEntry } from '../ports/trail/trail-store.ts';

/** Refusals of an hour that get an entry each. Strangers can be many, and cost nothing; people who are known can be asked. */
const strangers: RefusalBounds = { perActor: 20, ofAllStrangers: 200 };
const known: RefusalBounds = { perActor: 300, ofAllStrangers: null };

/** Codes of clicks that came too late. */
const lateCodes = new Set<string>([
  'already_decided',
  'already_voted',
  'request_expired',
  'already_retried',
  'nothing_failed',
  'not_running',
  'not_paused',
]);

/** The platform account as the trail writes it when nobody is known behind it. */
export const accountWord = (account: Account): string => `${account.platform}:${account.tenant}/${account.user}`;

/**
 * Writes refusals to the trail, each with an entry of its own until they are a flood. A click is told by its account, a hash of its
 * button's id (the id itself decides things) and why it did not count. `actor` null: whoever is behind the account.
 */
export function createRefusalNotes(deps: {
  readonly refusals: RefusalStore;
  readonly people: () => People;
  readonly clock: Clock;
}): (invocation: Invocation, actor: string | null, because: Refusal | 'repeated') => Promise<void> {
  return async (invocation, given, because) => {
    const { what, account } = invocation;
    // Platforms deliver commands again when they are slow to hear of them: that is taken once and no attack.
    if (because === 'repeated' && what.kind === 'command') return;
    const person = deps.people().byAccount(account);
    const entry: TrailEntry = {
      at: deps.clock.now(),
      kind: what.kind === 'command' ? 'refused' : 'click_refused',
      actor: oneLine(given ?? person?.id ?? accountWord(account), 200),
      requestId: null,
      data: {
        ...(because === 'repeated' ? {} : { code: because.code, details: because.details }),
        ...(what.kind === 'command'
          ? { said: oneLine(what.text, 200) }
          : { account: oneLine(accountWord(account), 200), action: hashOf(what.id), why: whyOf(because) }),
      },
    };
    await deps.refusals.note(entry, person ? known : strangers);
  };
}

/** Writes to the trail, within the strangers' bounds, whom a chat adapter did not listen to. A store that fails is logged. */
export function createTurnedAwayNotes(deps: {
  readonly refusals: RefusalStore;
  readonly clock: Clock;
  readonly logger: Logger;
}): OnTurnedAway {
  return async ({ platform, who, why, what }) => {
    const said = what.kind === 'command' ? { said: oneLine(what.text, 200) } : { action: hashOf(what.id) };
    const entry: TrailEntry = {
      at: deps.clock.now(),
      kind: what.kind === 'command' ? 'refused' : 'click_refused',
      actor: oneLine(`${platform}:${who}`, 200),
      requestId: null,
      data: { code: 'unknown_person', why, ...said },
    };
    await deps.refusals
      .note(entry, strangers)
      .catch((error: unknown) => deps.logger.error({ error, platform }, 'somebody turned away could not be noted'));
  };
}

const hashOf = (actionId: string) => createHash('sha256').update(actionId).digest('hex').slice(0, 16);

function whyOf(because: Refusal | 'repeated'): 'repeated' | 'no_such_button' | 'too_late' | 'not_permitted' {
  if (because === 'repeated') return because;
  if (because.code === 'button_gone') return 'no_such_button';
  return lateCodes.has(because.code) ? 'too_late' : 'not_permitted';
}
