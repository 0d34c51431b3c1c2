import { driftSection } from '../../messages/digest/attention.ts';
import type { DigestSection } from '../digest-section.ts';

const mostRows = 1_000;

/** PCs whose settings are not as their profile says, as the last comparisons found. */
export const settings: DigestSection = {
  name: 'settings',
  heading: 'Settings',
  tell: async (store, scope) => driftSection(await store.digests.facts.drift(scope, mostRows), scope.timeZone),
};
