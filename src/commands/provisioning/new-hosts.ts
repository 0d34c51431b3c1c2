import type { Refusal } from '../../approvals/wish.ts';
import { readName, readWord } from '../../inventory/cells.ts';
import { acceptedHostCard, forgottenHelloCard, newHostsCard } from '../../messages/provisioning/new-hosts-card.ts';
import { isAdministrator } from '../../policy/grants.ts';
import type { TrailKind } from '../../ports/trail/trail-store.ts';
import type { Answer, AnswerContext } from '../command-spec.ts';

const shownHosts = 20;
const uuidShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const refuse = (code: Refusal['code'], ...details: string[]): Refusal => ({ ok: false, code, details });

/** `hosts new`: PCs that said hello and are in no inventory. */
export const listNewHosts: Answer = async ({ store, timeZone, clock }) => ({
  ok: true,
  view: newHostsCard(await store.hellos.overview(shownHosts), timeZone, clock.now()),
});

/** `hosts accept UUID --name NAME --site SITE`, for administrators: what everything later is done to is decided here. */
export const acceptHost: Answer = async (context) => {
  const { principal, policy, words, options, store, newId } = context;
  if (!isAdministrator(principal, policy)) return refuse('not_administrator');
  const uuid = uuidIn(words);
  if (uuid === null) return refuse('bad_usage', 'accept takes one UUID, as `hosts new` shows it.');
  const name = readName(options.get('name') ?? '');
  if (!name.ok) return refuse('bad_usage', `--name ${name.problem}.`);
  const site = readWord(options.get('site') ?? '');
  if (!site.ok || site.value === '') return refuse('bad_usage', `--site ${site.ok ? 'is missing' : site.problem}.`);
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
  const { principal, policy, words, store } = context;
  if (!isAdministrator(principal, policy)) return refuse('not_administrator');
  const uuid = uuidIn(words);
  if (uuid === null) return refuse('bad_usage', 'forget takes one UUID, as `hosts new` shows it.');
  const forgotten = await store.hellos.forget(uuid, entry(context, 'hello_forgotten', { uuid }));
  return forgotten ? { ok: true, view: forgottenHelloCard(uuid) } : refuse('hello_unknown');
};

/** The word behind the form's own, when it is one UUID. */
function uuidIn(words: readonly string[]): string | null {
  const uuid = words[1]?.toLowerCase() ?? '';
  return words.length === 2 && uuidShape.test(uuid) ? uuid : null;
}

const entry = ({ clock, principal }: AnswerContext, kind: TrailKind, data: Readonly<Record<string, string>>) => ({
  at: clock.now(),
  kind,
  actor: principal.id,
  requestId: null,
  data,
});
