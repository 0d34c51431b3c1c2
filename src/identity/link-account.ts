import { createHash, randomInt } from 'node:crypto';
import type { RefusalCode } from '../messages/reasons/reasons.ts';
import { roomAgain } from '../policy/limits.ts';
import type { Account } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { LinkStore } from '../ports/store/link-store.ts';
import type { TrailStore } from '../ports/trail/trail-store.ts';
import type { People, Principal } from './people.ts';

/** How long a code is good, and how many wrong ones a person may type in an hour. */
const codeMinutes = 10;
const missesAllowed = 5;
const hourMs = 60 * 60_000;

// No 0, O, 1, I, L or U: read from one screen, typed into another.
const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 8;

/** A refusal in the shape that commands give. */
type Refused = { readonly ok: false; readonly code: RefusalCode; readonly details: readonly string[] };

/**
 * One person, two platforms. The account without rights asks for a code, which only it sees; the person with rights types it where
 * they are known. So both sides are proved, and the side that gives rights away acts last, with the account's name before its eyes.
 */
export interface AccountLinking {
  /** A code for the account; an earlier one is void. Refused when the account belongs to somebody. */
  offer(
    account: Account,
    displayName: string,
  ): Promise<{ readonly ok: true; readonly code: string; readonly minutes: number } | Refused>;
  /** Gives the account behind the code to the principal. */
  accept(
    code: string,
    principal: Principal,
  ): Promise<{ readonly ok: true; readonly account: Account; readonly displayName: string } | Refused>;
  /** Ends what the principal linked on the platform; accounts of the configuration stay. */
  unlink(
    principal: Principal,
    platform: Account['platform'],
  ): Promise<{ readonly ok: true; readonly links: number } | Refused>;
}

const refused = (code: RefusalCode, ...details: string[]): Refused => ({ ok: false, code, details });
const hashOf = (code: string) => createHash('sha256').update(code).digest('hex');

/** Makes the room's service. `refresh` makes new links count at once. */
export function createAccountLinking(deps: {
  readonly links: LinkStore;
  readonly trail: TrailStore;
  readonly people: () => People;
  readonly refresh: () => Promise<void>;
  readonly clock: Clock;
  /** Zone of times in refusals. */
  readonly timeZone: string;
}): AccountLinking {
  const { links, trail, people, clock } = deps;
  const note = (kind: 'account_linked' | 'account_unlinked', actor: string, data: Record<string, unknown>) =>
    trail.append([{ at: clock.now(), kind, actor, requestId: null, data }]);

  return {
    async offer(account, displayName) {
      const owner = people().byAccount(account);
      if (owner) return refused('already_linked', `This account is ${owner.name}`);
      const code = Array.from({ length: codeLength }, () => alphabet[randomInt(alphabet.length)]).join('');
      const expiresAt = new Date(clock.now().getTime() + codeMinutes * 60_000);
      await links.offer({ codeHash: hashOf(code), account, displayName, expiresAt });
      return { ok: true, code: `${code.slice(0, 4)}-${code.slice(4)}`, minutes: codeMinutes };
    },
    async accept(typed, principal) {
      const now = clock.now();
      const code = typed.toUpperCase().replace(/[^A-Z0-9]/g, '');
      const guessed = await links.guess({
        codeHash: hashOf(code),
        principal: principal.id,
        at: now,
        limit: { since: new Date(now.getTime() - hourMs), most: missesAllowed },
      });
      if (guessed.kind === 'too_many')
        return refused(
          'too_many_requests',
          `${guessed.misses.length} wrong codes in the last hour`,
          ...roomAgain(guessed.misses, missesAllowed, deps.timeZone),
        );
      if (guessed.kind === 'miss') return refused('no_such_code');
      const { account, displayName } = guessed.offer;
      // Written before the act: rights that are given away leave a trace even if the next line fails.
      await note('account_linked', principal.id, { account });
      if (people().byAccount(account) || !(await links.add({ account, principal: principal.id, linkedAt: now })))
        return refused('already_linked');
      await deps.refresh();
      return { ok: true, account, displayName };
    },
    async unlink(principal, platform) {
      await note('account_unlinked', principal.id, { platform });
      const count = await links.remove(principal.id, platform);
      if (count === 0) return refused('not_linked');
      await deps.refresh();
      return { ok: true, links: count };
    },
  };
}
