import { passwordsSection } from '../../messages/digest/passwords.ts';
import type { PasswordAgeSource } from '../../ports/passwords.ts';
import type { DigestSection } from '../digest-section.ts';

const dayMs = 24 * 60 * 60_000;
const mostRows = 1_000;

/** When passwords are due, and who knows how old they are: one source for each place that keeps some. */
export interface PasswordsDue {
  readonly afterDays: number;
  readonly sources: readonly PasswordAgeSource[];
}

/** Passwords of AMT users that are due to be changed. */
export const passwordsOf = ({ afterDays, sources }: PasswordsDue): DigestSection => ({
  name: 'passwords',
  heading: 'Passwords',
  async tell(_store, { until, sites }) {
    const before = new Date(until.getTime() - afterDays * dayMs);
    const ages = await Promise.all(sources.map((source) => source(before, sites, mostRows)));
    return passwordsSection({ ages, afterDays, now: until });
  },
});
