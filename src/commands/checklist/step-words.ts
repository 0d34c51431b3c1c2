import type { Refusal } from '../../approvals/wish.ts';
import type { StepState } from '../../checklist/checklist-of.ts';
import { stepIds } from '../../checklist/step.ts';
import { nearest } from '../../inventory/resolve-targets.ts';
import { listed, oneLine } from '../../messages/format.ts';
import { siteWord } from '../../messages/pages/fleet-words.ts';
import type { AnswerContext } from '../command-spec.ts';

/** Number of the step that a word means (`2`, `oob.pki`, `pki`), from 1; null: it means none. Pure. */
export function stepNumber(word: string): number | null {
  const text = word.toLowerCase();
  if (/^\d{1,2}$/.test(text)) return Number(text) >= 1 && Number(text) <= stepIds.length ? Number(text) : null;
  const at = stepIds.findIndex((id) => id === text || id === `oob.${text}`);
  return at < 0 ? null : at + 1;
}

const refuse = (code: Refusal['code'], ...details: string[]): Refusal => ({ ok: false, code, details });

/** What words such as `2 madrid` name. */
export interface Named {
  readonly ok: true;
  /** Null: none was named. */
  readonly site: string | null;
  readonly number: number | null;
  /** The sites that the person may see. */
  readonly sites: readonly string[];
}

/** Who asks, and where: only what they may see is known to them. */
type Asking = Pick<AnswerContext, 'checklist' | 'principal' | 'conversation'>;

/** The sites whose PCs the person may ask for their status here, those they answer for, and all for administrators. */
async function seenSites({
  checklist,
  principal,
  conversation,
}: Asking): Promise<{ readonly ok: true; readonly sites: readonly string[] } | Refusal> {
  const sites = await checklist.sites({ principal, conversation });
  if (sites.length > 0 || (await checklist.sites()).length === 0) return { ok: true, sites };
  return refuse('not_allowed', 'it shows what `status` of the PCs of a site would tell');
}

/** Reads a step, a site, or both, in this order. `command`: the words before, for a suggestion. */
export async function readPlace(context: Asking, words: readonly string[], command: string): Promise<Named | Refusal> {
  const [first = '', second, extra] = words;
  if (extra !== undefined) return refuse('bad_usage', `There is a word too many: ${oneLine(extra, 40)}`);
  const number = stepNumber(first);
  if (words.length === 2 && number === null) return refuse('no_such_step', `\`${oneLine(first, 40)}\``);
  const seen = await seenSites(context);
  if (!seen.ok) return seen;
  const { sites } = seen;
  const word = number === null ? first : second;
  if (word === undefined || word === '') return { ok: true, site: null, number, sites };
  const name = word.replace(/^site:/i, '');
  const site = sites.find((each) => each.toLowerCase() === name.toLowerCase());
  if (site !== undefined) return { ok: true, site, number, sites };
  if (/^\d+$/.test(name) || /^oob\./i.test(name)) return refuse('no_such_step', `\`${oneLine(name, 40)}\``);
  const meant = nearest(name, sites);
  const suggestion =
    meant === null ? {} : { suggestion: [command, ...(number === null ? [] : [number]), siteWord(meant)].join(' ') };
  return { ...refuse('no_such_site', `There is no site \`${oneLine(name, 40)}\``), ...suggestion };
}

/** The site that was named, or the only one there is. */
export function oneSite({ site, sites }: Named): { readonly ok: true; readonly site: string } | Refusal {
  if (site !== null) return { ok: true, site };
  const [only, ...others] = sites;
  if (only === undefined) return refuse('no_such_site', 'The inventory is empty');
  if (others.length > 0) return refuse('site_needed', `The sites are ${listed(sites, sites.length, 10)}`);
  return { ok: true, site: only };
}

/** A step of a site, as it stands. */
export async function stepAt(
  { checklist }: Pick<AnswerContext, 'checklist'>,
  named: Named,
): Promise<
  | {
      readonly ok: true;
      readonly site: string;
      readonly state: StepState;
      readonly all: Awaited<ReturnType<AnswerContext['checklist']['of']>>;
    }
  | Refusal
> {
  const place = oneSite(named);
  if (!place.ok) return place;
  const all = await checklist.of(place.site);
  const state = all.steps.find((each) => each.number === named.number);
  return state ? { ok: true, site: place.site, state, all } : refuse('no_such_step', 'Say which step');
}
