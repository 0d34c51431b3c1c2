import { plural } from '../format.ts';
import type { View } from '../view.ts';

/** A verification is under way. Pure. */
export function verifyingCard(site: string, steps: number, asker: string): View {
  return {
    tone: 'working',
    outcome: 'working',
    title: `Verifying ${plural(steps, 'step')} of the checklist of ${site} ...`,
    context: `asked by ${asker}`,
  };
}

/** A verification ended with a fault. Pure. */
export function notVerifiedCard(site: string): View {
  return {
    tone: 'bad',
    outcome: 'some_failed',
    title: `The checklist of ${site} could not be verified`,
    text: 'Nothing was kept. The log of the service has the details.',
  };
}
