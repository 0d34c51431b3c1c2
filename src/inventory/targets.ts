import { amtStatuses } from '../discovery/amt-status.ts';
import type { TargetTerm } from '../ports/store/inventory-store.ts';

/** One word of a target expression: added to or taken from the set, in the order written. */
export interface TargetStep {
  readonly sign: '+' | '-';
  readonly term: TargetTerm;
  /** As typed, for messages. */
  readonly text: string;
}

/** Parsed targets, or what is wrong with them. */
export type ParsedTargets =
  | { readonly ok: true; readonly steps: readonly TargetStep[] }
  | { readonly ok: false; readonly problem: string };

/** What can be due on provisioned PCs. */
export const dueWords = ['certificates', 'passwords'] as const;

const nameShape = /^[\p{L}\p{N}._*?-]{1,253}$/u;

function termOf(text: string): TargetTerm | null {
  if (/^all$/i.test(text)) return { kind: 'all' };
  const prefixed = /^(site|group):(.+)$/i.exec(text);
  if (prefixed) {
    const [, prefix = '', value = ''] = prefixed;
    return { kind: prefix.toLowerCase() === 'site' ? 'site' : 'group', value };
  }
  const ou = /^ou:(.+)$/is.exec(text)?.[1];
  if (ou !== undefined) return { kind: 'ou', value: ou };
  const status = /^status:(.+)$/i.exec(text)?.[1]?.toLowerCase();
  if (status !== undefined)
    return amtStatuses.some((each) => each === status) ? { kind: 'status', value: status } : null;
  const due = /^due:(.+)$/i.exec(text)?.[1]?.toLowerCase();
  if (due !== undefined) return dueWords.some((each) => each === due) ? { kind: 'due', value: due } : null;
  const failed = /^failed:(req_[a-z0-9]+)$/i.exec(text)?.[1];
  if (failed !== undefined) return { kind: 'failed', value: failed.toLowerCase() };
  if (!nameShape.test(text)) return null;
  return { kind: /[*?]/.test(text) ? 'glob' : 'name', value: text };
}

function problemOf(text: string): string {
  if (/^status:/i.test(text)) return `AMT status is one of ${amtStatuses.join(', ')}.`;
  if (/^due:/i.test(text)) return `What can be due is ${dueWords.join(' or ')}.`;
  return `"${text}" is not a name, a pattern, site:NAME, group:NAME, status:WORD, due:WHAT, ou:UNIT, failed:REQUEST or all.`;
}

/** The parts of a list with commas; `ou:` reaches to the end. */
function splitList(word: string): readonly string[] {
  const at = /(?:^|,)[+-]?ou:/i.exec(word);
  if (!at) return word.split(',');
  const start = at.index + (at[0].startsWith(',') ? 1 : 0);
  return [...word.slice(0, start).split(','), word.slice(start)];
}

/**
 * Reads `host1,host2 site:madrid - group:vip`. Words add; a lone `-` (or one before a word with a prefix) takes the next away.
 * Comma lists count as words. A host name may contain `-`, so only a `-` that stands alone or before `site:`, `group:`, `status:`, `due:`, `ou:` is a sign.
 * The commas of a distinguished name belong to it: `ou:` takes the rest of its word, so it stands in quotes or last.
 */
export function parseTargets(words: readonly string[]): ParsedTargets {
  const steps: TargetStep[] = [];
  let sign: '+' | '-' = '+';
  let pending = false;
  for (const word of words.flatMap(splitList).filter((w) => w !== '')) {
    if (word === '+' || word === '-') {
      sign = word;
      pending = true;
      continue;
    }
    const glued = /^([+-])((?:site|group|status|due|ou):.+)$/is.exec(word);
    const text = glued?.[2] ?? word;
    if (glued) sign = glued[1] === '-' ? '-' : '+';
    const term = termOf(text);
    if (!term)
      return {
        ok: false,
        problem: problemOf(text),
      };
    steps.push({ sign, term, text });
    sign = '+';
    pending = false;
  }
  if (pending) return { ok: false, problem: `Something must follow the ${sign}.` };
  if (steps.length === 0)
    return { ok: false, problem: 'Say which PCs: a name, a pattern, site:NAME, group:NAME or all.' };
  if (steps[0]?.sign === '-') return { ok: false, problem: 'Name what is meant before taking something away.' };
  return { ok: true, steps };
}
