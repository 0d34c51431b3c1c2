import { replaceTarget, resolveTargets } from '../inventory/resolve-targets.ts';
import { parseTargets } from '../inventory/targets.ts';
import { amtHistory } from '../messages/discovery/amt-history.ts';
import { amtStatusWord } from '../messages/discovery/scan-card.ts';
import { count, listed, plural, powerWord } from '../messages/format.ts';
import { unknownTarget } from '../messages/unknown-target.ts';
import type { Answer, Command } from './command-spec.ts';
import { acceptHost, forgetHello, listNewHosts } from './provisioning/new-hosts.ts';

const shownHosts = 20;
/** Changes of its AMT status that are shown of a single PC. */
const shownChanges = 5;

/** `hosts [TARGETS]`: the inventory by site, or the PCs that the words name. */
const listHosts: Answer = async ({ words, store }) => {
  if (words.length === 0) {
    const sites = await store.inventory.summary();
    const total = sites.reduce((sum, site) => sum + site.devices, 0);
    if (total === 0)
      return {
        ok: true,
        view: {
          tone: 'neutral',
          title: 'The inventory is empty',
          text: 'Fill it with: oob inventory import FILE.csv',
        },
      };
    const rows = sites.map((site) => [
      site.site,
      count(site.devices),
      count(site.on),
      count(site.off),
      count(site.devices - site.on - site.off),
    ]);
    return {
      ok: true,
      view: {
        tone: 'neutral',
        title: `${plural(total, 'PC')} at ${plural(sites.length, 'site')}`,
        table: { columns: ['Site', 'PCs', 'On', 'Off', 'Other'], rows },
        context: 'power as last seen',
      },
    };
  }
  const targets = parseTargets(words);
  if (!targets.ok) return { ok: false, code: 'bad_usage', details: [targets.problem] };
  const resolved = await resolveTargets(targets.steps, store.inventory);
  if (!resolved.ok) {
    const { unknown, suggestion } = resolved;
    const meant = suggestion && replaceTarget(words.join(' '), unknown, suggestion);
    return {
      ok: false,
      code: 'no_such_target',
      details: [unknownTarget(unknown)],
      ...(meant ? { suggestion: `hosts ${meant}` } : {}),
    };
  }
  const shown = resolved.devices.slice(0, shownHosts);
  const statuses = await store.amtStatuses.of(shown.map(({ id }) => id));
  const statusOf = new Map(statuses.map((each) => [each.deviceId, amtStatusWord(each.status, each.subState)]));
  const more = resolved.devices.length - shown.length;
  const [only] = resolved.devices.length === 1 ? resolved.devices : [];
  const history = only ? await store.amtStatuses.history(only.id, shownChanges) : [];
  return {
    ok: true,
    view: {
      tone: 'neutral',
      title: plural(resolved.devices.length, 'PC'),
      ...(history.length > 0 ? { text: amtHistory(history) } : {}),
      table: {
        columns: ['PC', 'Site', 'Groups', 'Power', 'AMT status'],
        rows: shown.map((each) => [
          ...[each.name, each.site, listed(each.groups), powerWord(each.powerState)],
          statusOf.get(each.id) ?? 'unknown',
        ]),
      },
      context: `power and AMT status as last seen${more > 0 ? ` · and ${count(more)} more` : ''}`,
    },
  };
};

/** Forms of `hosts` beside the list; a PC that is called like one is listed by another pattern. */
const forms = new Map<string, { readonly answer: Answer; readonly options: readonly string[] }>([
  ['new', { answer: listNewHosts, options: [] }],
  ['accept', { answer: acceptHost, options: ['name', 'site'] }],
  ['forget', { answer: forgetHello, options: [] }],
]);

/** `hosts [TARGETS]`, `hosts new`, `hosts accept UUID`, `hosts forget UUID`. */
export const hosts: Command = {
  name: 'hosts',
  summary: 'List sites, or the PCs that the words name; PCs that ask to be set up',
  usage: '[TARGETS] | new | accept UUID --name NAME --site SITE | forget UUID',
  words: { least: 0, most: 100 },
  options: [
    { name: 'name', value: 'NAME', summary: 'with accept: what the PC is to be called' },
    { name: 'site', value: 'SITE', summary: 'with accept: where it is' },
  ],
  examples: [
    'hosts',
    'hosts site:lyon',
    'hosts host4*',
    'hosts status:detected',
    'hosts new',
    'hosts accept 4c4c4544-0042-3510-8054-b4c04f4e4d32 --name host42 --site lyon',
    'hosts accept 4c4c4544-0042 --name host42 --site lyon',
    'hosts forget 4c4c4544-0042-3510-8054-b4c04f4e4d32',
  ],
  risk: 'read',
  operations: [],
  read: (words, options) => {
    const [word = ''] = words;
    const form = forms.get(word.toLowerCase());
    const strange = [...options.keys()].find((name) => !form?.options.includes(name));
    if (strange !== undefined) return { kind: 'mistake', problem: `--${strange} goes with hosts accept.` };
    if (form?.answer === listNewHosts && words.length > 1)
      return { kind: 'mistake', problem: 'hosts new takes nothing after it.' };
    return { kind: 'answer', answer: form?.answer ?? listHosts };
  },
};
