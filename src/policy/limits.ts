import { clockTime } from '../messages/format.ts';
import type { HeldGrant } from './grants.ts';
import type { Limits, Policy } from './policy.ts';

/** The limits for somebody with these grants: of several roles that allow the same, the widest, for rights add up. Pure. */
export function limitsFor(grants: readonly HeldGrant[], policy: Pick<Policy, 'limits'>): Limits {
  const widest = (name: keyof Limits) =>
    grants.length === 0
      ? policy.limits[name]
      : Math.max(...grants.map(({ role }) => role.limits?.[name] ?? policy.limits[name]));
  return { devicesPerRequest: widest('devicesPerRequest'), requestsPerHour: widest('requestsPerHour') };
}

const hourMs = 60 * 60_000;
const minuteMs = 60_000;

/**
 * `There is room again from 14:33 CET on`: when the oldest of the last `most` is an hour old, rounded up to the minute that clocks show.
 * Nothing when that is not known. Pure.
 */
export function roomAgain(oldestFirst: readonly Date[], most: number, timeZone: string): readonly string[] {
  const oldest = oldestFirst.at(-most);
  if (oldest === undefined) return [];
  const freeAt = new Date(Math.ceil((oldest.getTime() + hourMs) / minuteMs) * minuteMs);
  return [`There is room again from ${clockTime(freeAt, timeZone)} on`];
}
