import { distance } from 'fastest-levenshtein';
import type { InventoryStore, TargetDevice } from '../ports/store/inventory-store.ts';
import type { TargetStep } from './targets.ts';

/** The devices that the words mean, each once, in the order first named; or the word that means nothing. */
export type Resolved =
  | { readonly ok: true; readonly devices: readonly TargetDevice[] }
  | { readonly ok: false; readonly unknown: string; readonly suggestion: string | null };

/** Looks the words up in the inventory, and only there: a name from chat is never resolved on the network. */
export async function resolveTargets(steps: readonly TargetStep[], inventory: InventoryStore): Promise<Resolved> {
  const chosen = new Map<string, TargetDevice>();
  for (const [at, step] of steps.entries()) {
    const found = await inventory.select(step.term);
    // That nothing is due is no mistake.
    if (found.length === 0 && step.term.kind !== 'due') {
      return { ok: false, ...(await splitName(step, steps[at + 1], inventory)) };
    }
    for (const device of found) {
      if (step.sign === '+') chosen.set(device.id, device);
      else chosen.delete(device.id);
    }
  }
  return { ok: true, devices: [...chosen.values()] };
}

/** `host 42` may be meant as `host42`; else the word by itself. */
async function splitName(step: TargetStep, next: TargetStep | undefined, inventory: InventoryStore) {
  if (step.term.kind === 'name' && next?.sign === '+' && next.term.kind === 'name') {
    const value = step.text + next.text;
    const [whole] = await inventory.select({ kind: 'name', value });
    if (whole) return { unknown: `${step.text} ${next.text}`, suggestion: value };
  }
  return { unknown: step.text, suggestion: await suggestTarget(step.text, inventory) };
}

async function suggestTarget(word: string, inventory: InventoryStore): Promise<string | null> {
  return nearest(word, await inventory.candidatesFor(word, 5_000));
}

/**
 * The candidate closest to the word, when it is close enough to be meant: a third of the word, at most three edits. The kind before a
 * colon, as in `site:paris`, says nothing of what is meant: it does not count among the letters. Two neighbouring letters that changed
 * places count as one edit. Of several as close, the one that begins most like it.
 */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const wanted = word.toLowerCase();
  let best: string | null = null;
  const letters = wanted.length - (wanted.indexOf(':') + 1);
  let bestEdits = Math.min(3, Math.max(1, Math.floor(letters / 3)));
  let bestShared = -1;
  for (const candidate of candidates) {
    const edits = editsBetween(wanted, candidate.toLowerCase());
    if (edits > bestEdits) continue;
    const shared = sharedBeginning(wanted, candidate.toLowerCase());
    if (edits === bestEdits && shared <= bestShared) continue;
    best = candidate;
    bestEdits = edits;
    bestShared = shared;
  }
  return best;
}

function sharedBeginning(a: string, b: string): number {
  const at = [...a].findIndex((letter, index) => letter !== b[index]);
  return at < 0 ? a.length : at;
}

function editsBetween(a: string, b: string): number {
  return isSwapped(a, b) ? 1 : distance(a, b);
}

function isSwapped(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  const at = [...a].findIndex((letter, index) => letter !== b[index]);
  return at >= 0 && a.slice(0, at) + (a[at + 1] ?? '') + (a[at] ?? '') + a.slice(at + 2) === b;
}

/**
 * The text with `by` in place of `word`, where it stands as a target of its own: never inside another word and, when the text
 * begins with a verb (`from` is its length), never in that. Null when it does not stand there. Pure.
 */
export function replaceTarget(text: string, word: string, by: string, from = 0): string | null {
  for (let at = text.indexOf(word, from); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = text.slice(0, at);
    const after = text.slice(at + word.length);
    if (/(?:^|[^\p{L}\p{N}._*?:+-])[+-]?$/u.test(before) && !/^[\p{L}\p{N}._*?:-]/u.test(after))
      return before + by + after;
  }
  return null;
}
