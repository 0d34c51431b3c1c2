import type { HelloDoubt, HelloOverview, HelloRecord } from '../../ports/hello/hello-store.ts';
import { withCode } from '../cards/refusal-card.ts';
import { count, dateTime, listed, plural } from '../format.ts';
import type { View } from '../view.ts';
import { helloReasons } from './hello-reasons.ts';

const doubts = {
  placeholder: 'not usable: a placeholder, no UUID of its own',
  interleaved: 'not usable: several PCs send it in turn',
  two_kinds: 'not usable: PCs that trust different roots send it',
} as const satisfies Record<HelloDoubt, string>;
/** AMT says hello at least once an hour (Microsoft, "Out of band management in Configuration Manager"): who missed one has stopped. */
const longestSilenceMs = 2 * 60 * 60_000;
const shared = 'not sure: several PCs of the inventory have its UUID';

/** PCs that said hello and are in no inventory, and those that are in it and not sure any more. */
export function newHostsCard({ records, total, known, doubted }: HelloOverview, timeZone: string, now: Date): View {
  const notSure = doubted.map(
    ({ names, doubt }) => ({ label: listed(names), value: doubt === 'shared' ? shared : doubts[doubt] }) as const,
  );
  const hasStopped = ({ lastSeenAt }: HelloRecord) => now.getTime() - lastSeenAt.getTime() > longestSilenceMs;
  const { what, mend } = helloReasons.hello_over;
  const stopped = records.some(hasStopped) ? [{ label: 'Stopped', value: `${what} ${mend}` }] : [];
  const facts = notSure.length + stopped.length > 0 ? { facts: [...notSure, ...stopped] } : {};
  const others = known === 0 ? [] : [`${plural(known, 'PC')} of the inventory said hello too`];
  if (total === 0)
    return {
      tone: notSure.length > 0 ? 'warning' : 'neutral',
      title: 'No new PC has said hello',
      text: 'PCs are heard only while provisioning.hello is enabled in the configuration.',
      ...facts,
      ...(known === 0 ? {} : { context: others.join('') }),
    };
  const more = total - records.length;
  return {
    tone: notSure.length > 0 ? 'warning' : 'neutral',
    title: `${plural(total, 'new PC')} said hello`,
    text: withCode(helloReasons.hello_unclaimed.mend),
    ...facts,
    table: {
      columns: ['UUID', 'Address', 'Last heard', 'Times', 'Set up with'],
      rows: records.map((record) => [
        record.uuid,
        record.address,
        `${dateTime(record.lastSeenAt, timeZone)}${hasStopped(record) ? ', stopped' : ''}`,
        count(record.seen),
        record.doubt === null ? trusted(record) : doubts[record.doubt],
      ]),
    },
    context: [...(more > 0 ? [`and ${count(more)} more`] : []), ...others].join(' · ') || 'latest first',
  };
}

const trusted = ({ version, roots }: HelloRecord): string =>
  version === 2 ? 'a pre-shared key' : `certificates, ${plural(roots.length, 'root')} trusted`;

/** A PC that was taken into the inventory. */
export function acceptedHostCard(name: string, site: string, { uuid, address }: HelloRecord): View {
  return {
    tone: 'good',
    outcome: 'done',
    title: `${name} is in the inventory, not provisioned yet`,
    facts: [
      { label: 'Site', value: site },
      { label: 'Address', value: address },
      { label: 'UUID', value: uuid },
    ],
    text: ['Nothing was sent to it. What takes it into management: ', { code: `/oob provision ${name}` }],
  };
}

/** Hellos of a UUID that were forgotten. */
export function forgottenHelloCard(uuid: string): View {
  return {
    tone: 'good',
    outcome: 'done',
    title: `Forgot the hellos of ${uuid}`,
    text: 'The next one counts as the first.',
  };
}
