import { distance } from 'fastest-levenshtein';
import type { InventoryStore, TargetDevice } from '../ports/inventory-store.ts';
import type { TargetStep } from './targets.ts';

/** The devices that the words mean, each once, in the order first named; or the word that means nothing. */
export type Resolved =
  | { readonly ok: true; readonly devices: readonly TargetDevice[] }
  | { readonly ok: false; readonly unknown: string; readonly suggestion: string | null };

/** Looks the words up in the inventory, and only there: a name from chat is never resolved on the network. */
export async function resolveTargets(steps: readonly TargetStep[], inventory: InventoryStore): Promise<Resolved> {
  const chosen = new Map<string, TargetDevice>();
  for (const step of steps) {
    const found = await inventory.select(step.term);
    if (found.length === 0) {
      return { ok: false, unknown: step.text, suggestion: await suggestTarget(step.text, inventory) };
    }
    for (const device of found) {
      if (step.sign === '+') chosen.set(device.id, device);
      else chosen.delete(device.id);
    }
  }
  return { ok: true, devices: [...chosen.values()] };
}

async function suggestTarget(word: string, inventory: InventoryStore): Promise<string | null> {
  return nearest(word, await inventory.candidatesFor(word, 5_000));
}

/** The candidate closest to the word, when it is close enough to be meant (a third of the word, at most three edits). */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const wanted = word.toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.min(3, Math.max(1, Math.floor(wanted.length / 3))) + 1;
  for (const candidate of candidates) {
    const edits = distance(wanted, candidate.toLowerCase());
    if (edits < bestDistance) {
      best = candidate;
      bestDistance = edits;
    }
  }
  return best;
}
