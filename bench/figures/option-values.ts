import { type ContestantName, contestantNames } from '../contest/contestants.ts';

/** A contestant named on the command line. */
export function contestantOf(text: string): ContestantName {
  const found = contestantNames.find((name) => name === text);
  if (found === undefined) throw new Error(`--only names ${text}; allowed: ${contestantNames.join(', ')}`);
  return found;
}

/** A whole number of an option. Throws Error with a sentence for the terminal. */
export function whole(name: string, text: string, least: number, greatest: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= greatest) return value;
  throw new Error(`--${name} is ${text}; allowed: a whole number from ${least} to ${greatest}`);
}
