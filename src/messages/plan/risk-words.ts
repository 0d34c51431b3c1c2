import type { Risk } from '../../policy/risk.ts';

/** What a step of the ladder means: for whoever types a command (`It ...`), and in a table. */
export const riskWords: Readonly<Record<Risk, { readonly does: string; readonly short: string }>> = {
  read: { does: 'looks only', short: 'looks' },
  act: { does: 'acts at once', short: 'acts' },
  confirm: { does: 'acts after you confirmed it', short: 'asks you once more' },
  peer: { does: 'acts after another person approved', short: 'needs a second person' },
  'two-peers': { does: 'acts after two other people approved', short: 'needs two other people' },
};
