import type { Refusal } from '../../approvals/wish.ts';
import { readName, readWord } from '../../inventory/cells.ts';
import { count, listed } from '../../messages/format.ts';
import { acceptedHostCard, forgottenHelloCard, newHostsCard } from '../../messages/provisioning/new-hosts-card.ts';
import { isAdministrator } from '../../policy/grants.ts';
import type { TrailKind } from '../../ports/trail/trail-store.ts';
import type { Answer, AnswerContext } from '../command-spec.ts';

const shownHosts = 20;
const shownAlike = 5;

const refuse = (code: Refusal['code'], ...details: string[]): Refusal => ({ ok: false, code, details });

/** `hosts new`: PCs that said hello and are in no inventory. */
export const listNewHosts: Answer = async ({ store, timeZone, clock }) => ({
  ok: true,
  view: newHostsCard(await store.hellos.overview(shownHosts), timeZone, clock.now()),
});

/** `hosts accept UUID --name NAME --site SITE`, by the whole UUID or its beginning, for administrators: what everything later is done to is decided here. */
export const acceptHost: Answer = async (context) => {
  const { principal, policy, options, store, newId } = context;
  if (!isAdministrator(principal, policy)) return refuse('not_administrator');
  const name = readName(options.get('name') ?? '');
  if (!name.ok) return refuse('bad_usage', `--name ${name.problem}.`);
  const site = readWord(options.get('site') ?? '');
  if (!site.ok || site.value === '') return refuse('bad_usage', `--site ${site.ok ? 'is missing' : site.problem}.`);
  const found = await heardUuid(context, 'accept');
  if (!found.ok) return found;
  const { uuid } = found;
  const record = await store.hellos.get(uuid);
  if (!record) return refuse('hello_unknown');
  const deviceId = newId('dev');
  const accepted = await store.hellos.accept({
    uuid,
    deviceId,
    device: {
      name: name.value,
      fqdn: null,
      host: record.address,
      port: null,
      mac: null,
      site: site.value,
      groups: [],
      // Its own certificate is nobody's: whoever talks to it before it is provisioned is stopped before a password goes out.
      tls: 'ca',
      certificateFingerprint: null,
      credential: 'default',
      uuid,
    },
    entry: entry(context, 'host_accepted', { uuid, deviceId, name: name.value, site: site.value }),
  });
  if (accepted !== 'accepted') return refuse(accepted);
  return { ok: true, view: acceptedHostCard(name.value, site.value, record) };
};

/** `hosts forget UUID`, for administrators. */
export const forgetHello: Answer = async (context) => {
  const { principal, policy, store } = context;
  if (!isAdministrator(principal, policy)) return refuse('not_administrator');
  const found = await heardUuid(context, 'forget');
  if (!found.ok) return found;
  const { uuid } = found;
  const forgotten = await store.hellos.forget(uuid, entry(context, 'hello_forgotten', { uuid }));
  return forgotten ? { ok: true, view: forgottenHelloCard(uuid) } : refuse('hello_unknown');
};

/** The one UUID that said hello and begins as the word behind the form's own. */
async function heardUuid(
  { words, store }: AnswerContext,
  form: string,
): Promise<{ readonly ok: true; readonly uuid: string } | Refusal> {
  const start = words.length === 2 ? startOfUuid(words[1] ?? '') : null;
  if (start === null)
    return refuse('bad_usage', `${form} takes one UUID, as \`hosts new\` shows it, or its first 8 digits or more.`);
  const { uuids, total } = await store.hellos.beginningWith(start, shownAlike);
  const [only] = uuids;
  if (only === undefined) return refuse('hello_unknown');
  if (total === 1) return { ok: true, uuid: only };
  // PCs of one vendor often begin alike.
  return refuse(
    'bad_usage',
    `${count(total)} UUIDs begin with ${start}: ${listed(uuids, total, shownAlike)}. Say more of it.`,
  );
}

/** A UUID, or its first eight hexadecimal digits or more, as UUIDs are kept; with its dashes or without any. Null when it is none. Pure. */
export function startOfUuid(word: string): string | null {
  const said = word.toLowerCase().replace(/-$/, '');
  const parts = /^([0-9a-f]{8})([0-9a-f]{0,4})([0-9a-f]{0,4})([0-9a-f]{0,4})([0-9a-f]{0,12})$/.exec(
    said.replaceAll('-', ''),
  );
  if (!parts) return null;
  const start = parts
    .slice(1)
    .filter((part) => part !== '')
    .join('-');
  return said.includes('-') && said !== start ? null : start;
}

const entry = ({ clock, principal }: AnswerContext, kind: TrailKind, data: Readonly<Record<string, string>>) => ({
  at: clock.now(),
  kind,
  actor: principal.id,
  requestId: null,
  data,
});
