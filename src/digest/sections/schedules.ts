import { schedulesSection } from '../../messages/digest/schedules.ts';
import type { DigestSection } from '../digest-section.ts';

const mostTicks = 5_000;

/** Due times of schedules that were missed, refused or late. Of all sites: a schedule names words, not places. */
export const schedules: DigestSection = {
  name: 'schedules',
  heading: 'Schedules',
  tell: async (store, { since, until, timeZone }) =>
    schedulesSection(await store.schedules.ticksBetween(since, until, mostTicks), timeZone),
};
