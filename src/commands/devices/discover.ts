import type { AnswerContext, Command } from '../command-spec.ts';
import { breakGlassOption, dryRunOption, reasonOption } from '../options.ts';

/** One word that means addresses, which the inventory need not know. */
const range = /^(?:range:.+|\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?)$/i;

/** `discover RANGE|TARGETS`, `discover stop|add SCAN`. */
export const discover: Command = {
  name: 'discover',
  summary: 'Look for AMT in a configured range, or find out what PCs are to us',
  usage: 'RANGE|range:ID|TARGETS|stop SCAN|add SCAN',
  words: { least: 1, most: 100 },
  options: [reasonOption, breakGlassOption, dryRunOption],
  examples: ['discover 10.1.0.0/22', 'discover range:madrid', 'discover site:lyon', 'discover stop scan_4f7k'],
  risk: 'act',
  operations: ['discover'],
  read: (words, options) => {
    const [first = '', second, ...more] = words;
    const verb = first.toLowerCase();
    if ((verb === 'stop' || verb === 'add') && second !== undefined && /^scan_/i.test(second)) {
      if (more.length > 0) return { kind: 'mistake', problem: `It is discover ${verb} SCAN.` };
      const scanId = second.toLowerCase();
      return { kind: 'answer', answer: (context) => (verb === 'stop' ? stop(context, scanId) : add(context, scanId)) };
    }
    if (words.some((word) => range.test(word))) {
      if (second !== undefined) return { kind: 'mistake', problem: 'One range at a time.' };
      if (options.has('dry-run') || options.has('break-glass'))
        return { kind: 'mistake', problem: 'For a range there is neither --dry-run nor --break-glass.' };
      return { kind: 'answer', answer: (context) => begin(context, first) };
    }
    return { kind: 'operation', operation: 'discover', parameters: {}, targetWords: words };
  },
};

async function begin({ scans, principal, conversation, options }: AnswerContext, word: string) {
  const begun = await scans.begin(word, { principal, conversation, reason: options.get('reason') ?? null });
  return begun.ok ? { ok: true as const, view: null } : begun;
}

async function stop({ scans, principal, conversation }: AnswerContext, scanId: string) {
  const stopped = await scans.stop(scanId, { principal, conversation });
  return stopped.ok ? { ok: true as const, view: null } : stopped;
}

function add({ scans, principal, conversation }: AnswerContext, scanId: string) {
  return scans.addNew(scanId, { principal, conversation });
}
