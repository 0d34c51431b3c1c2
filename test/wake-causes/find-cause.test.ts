import { describe, expect, test } from '@jest/globals';
import { reasons } from '../../src/messages/reasons/reasons.ts';
import { wakeReasons } from '../../src/messages/reasons/wake-reasons.ts';
import type { AmtErrorCode } from '../../src/ports/amt.ts';
import type { Evidence } from '../../src/wake-causes/evidence.ts';
import { rankCauses } from '../../src/wake-causes/find-cause.ts';
import type { WakeCause } from '../../src/wake-causes/wake-cause.ts';
import { amt, amtError, evidenceOf, lastWake, neighbours, port, remembered, unanswered } from './evidence-of.ts';

const causeOf = (evidence: Evidence) => rankCauses(evidence)[0];
const { device, dns } = evidenceOf();
const nothing = { linkPolicy: null, powerPackage: null, systemUuid: null };
const elsewhere: Evidence['dns'] = { ...dns, addresses: { kind: 'found', values: ['10.1.2.99'] } };
const plain = { ...device, tls: 'none' } as const;

const table: readonly (readonly [what: string, evidence: Evidence, cause: WakeCause])[] = [
  ['off, answers, was never woken', evidenceOf(), 'nothing_wrong'],
  [
    'on now although it failed before',
    evidenceOf({ amt: amt({ powerState: 2 }), lastWake: lastWake('stayed_dark') }),
    'nothing_wrong',
  ],
  [
    'a wrong password that was put right since',
    evidenceOf({ lastWake: lastWake('wrong_credentials') }),
    'nothing_wrong',
  ],
  [
    'answers now, was unreachable, and its ME may sleep',
    evidenceOf({ lastWake: lastWake('unreachable') }),
    'me_asleep',
  ],
  [
    'the first packets woke it',
    evidenceOf({ ports: [port('tls', { kind: 'dropped' }, { kind: 'answered', tls: null })] }),
    'me_asleep',
  ],
  [
    'an ME that never sleeps was only unreachable for a while',
    evidenceOf({ lastWake: lastWake('unreachable'), amt: amt({ powerPackage: 'Desktop: ON in S0, S3, S4-5' }) }),
    'nothing_wrong',
  ],
  ['takes connections and says nothing', unanswered('mute'), 'me_asleep'],
  ['TLS is there, AMT does not answer', evidenceOf({ amt: amtError('no_answer') }), 'me_asleep'],
  [
    'silent, link policy known',
    unanswered('silent', { remembered: { ...nothing, linkPolicy: remembered('s0-ac') } }),
    'link_down_in_sx',
  ],
  [
    'silent, empty link policy',
    unanswered('silent', { remembered: { ...nothing, linkPolicy: remembered('') } }),
    'link_down_in_sx',
  ],
  [
    'a link policy for battery only still is one for Sx',
    unanswered('silent', { remembered: { ...nothing, linkPolicy: remembered('s0-ac,sx-dc') } }),
    'cause_not_known',
  ],
  [
    'on now, would be lost again when off',
    evidenceOf({ amt: amt({ powerState: 2, linkPolicy: ['s0-ac'] }), lastWake: lastWake('unreachable') }),
    'link_down_in_sx',
  ],
  [
    'silent, power package S0 only',
    unanswered('mute', { remembered: { ...nothing, powerPackage: remembered('Mobile: ON in S0') } }),
    'me_off_in_sx',
  ],
  [
    'a package that only begins like that one',
    unanswered('silent', { remembered: { ...nothing, powerPackage: remembered('Mobile: ON in S0, S3/AC') } }),
    'cause_not_known',
  ],
  [
    'on now with the package S0 only',
    evidenceOf({ amt: amt({ powerState: 2, powerPackage: 'Desktop: ON in S0' }) }),
    'me_off_in_sx',
  ],
  ['accepted, dark', evidenceOf({ lastWake: lastWake('stayed_dark') }), 'accepted_but_dark'],
  [
    'the firmware refused the command',
    evidenceOf({ lastWake: lastWake('rejected_by_firmware') }),
    'rejected_by_firmware',
  ],
  ['packets could not be made: no MAC address', evidenceOf({ lastWake: lastWake('mac_missing') }), 'mac_missing'],
  ['no packet left this machine', unanswered('silent', { lastWake: lastWake('packets_not_sent') }), 'packets_not_sent'],
  ['packets, and no sign of life', evidenceOf({ lastWake: lastWake('packets_unanswered') }), 'packets_unanswered'],
  [
    'packets, no AMT there at all',
    unanswered('silent', { lastWake: lastWake('packets_unanswered') }),
    'packets_unanswered',
  ],
  [
    'packets did not help, its neighbours answer',
    unanswered('silent', { lastWake: lastWake('packets_unanswered'), neighbours: neighbours(3, 2) }),
    'unplugged',
  ],
  [
    'its turn did not come before the deadline',
    evidenceOf({ lastWake: lastWake('deadline_passed', { status: 'skipped' }) }),
    'deadline_passed',
  ],
  [
    'on since, though packets were not answered',
    evidenceOf({ amt: amt({ powerState: 2 }), lastWake: lastWake('packets_unanswered') }),
    'nothing_wrong',
  ],
  [
    'Modern Standby',
    evidenceOf({ amt: amt({ powerState: 2, osPowerSaving: 'saving' }), lastWake: lastWake('stayed_dark') }),
    'modern_standby',
  ],
  [
    'plain port closed, TLS open',
    evidenceOf({
      device: plain,
      amt: null,
      ports: [port('plain', { kind: 'refused' }), port('tls', { kind: 'answered', tls: null })],
    }),
    'plain_port_closed',
  ],
  [
    'both ports closed',
    evidenceOf({
      device: plain,
      amt: null,
      ports: [port('plain', { kind: 'refused' }), port('tls', { kind: 'refused' })],
    }),
    'connection_refused',
  ],
  [
    'only the plain port is open, TLS is wanted',
    evidenceOf({
      amt: null,
      ports: [port('tls', { kind: 'refused' }), port('plain', { kind: 'answered', tls: null })],
    }),
    'connection_refused',
  ],
  [
    'no way to its network',
    evidenceOf({ amt: null, ports: [port('tls', { kind: 'no_route', to: 'network' })] }),
    'no_route',
  ],
  ['the whole subnet is silent', unanswered('silent', { neighbours: neighbours(3, 0) }), 'no_route'],
  ['one silent neighbour proves nothing', unanswered('silent', { neighbours: neighbours(1, 0) }), 'cause_not_known'],
  ['seen lately, gone, neighbours there', unanswered('silent', { neighbours: neighbours(3, 2) }), 'unplugged'],
  [
    'a router says that the host is gone',
    evidenceOf({ amt: null, ports: [port('tls', { kind: 'no_route', to: 'host' })], neighbours: neighbours(3, 3) }),
    'unplugged',
  ],
  [
    'never seen',
    unanswered('silent', { device: { ...device, seenAt: null }, neighbours: neighbours(3, 2) }),
    'cause_not_known',
  ],
  [
    'not seen for months',
    unanswered('silent', {
      device: { ...device, seenAt: new Date('2026-08-01T00:00:00Z') },
      neighbours: neighbours(3, 2),
    }),
    'cause_not_known',
  ],
  [
    'silent, its name leads elsewhere',
    unanswered('silent', { dns: elsewhere, neighbours: neighbours(3, 2) }),
    'dns_moved',
  ],
  [
    'another certificate, and its name leads elsewhere',
    evidenceOf({ amt: amtError('certificate_changed'), dns: elsewhere }),
    'dns_moved',
  ],
  [
    'the address has another name now',
    unanswered('silent', {
      dns: { ...dns, addresses: { kind: 'no_answer' }, names: { kind: 'found', values: ['printer3.madrid.example'] } },
    }),
    'dns_moved',
  ],
  [
    'another computer answers with the right password',
    evidenceOf({
      amt: amt({ systemUuid: 'BBBBBBBB-0000-0000-0000-000000000002' }),
      remembered: { ...nothing, systemUuid: 'aaaaaaaa-0000-0000-0000-000000000001' },
    }),
    'dns_moved',
  ],
  [
    'AMT lets us in: what DNS says does not matter',
    evidenceOf({ dns: elsewhere, lastWake: lastWake('stayed_dark') }),
    'accepted_but_dark',
  ],
  [
    'a pool of addresses has names of its own: unplugged is likelier',
    unanswered('silent', {
      dns: { ...dns, addresses: { kind: 'none' }, names: { kind: 'found', values: ['dhcp-10-1-2-17.example'] } },
      neighbours: neighbours(3, 2),
    }),
    'unplugged',
  ],
  [
    'AMT with an address of its own: its certificate proved that it is ours',
    evidenceOf({ amt: amtError('wrong_credentials'), dns: elsewhere }),
    'wrong_credentials',
  ],
  [
    'without TLS nothing proves it',
    evidenceOf({ device: plain, amt: amtError('wrong_credentials'), dns: elsewhere }),
    'dns_moved',
  ],
  [
    'no DNS server answers: that says nothing',
    unanswered('silent', { dns: { ...dns, addresses: { kind: 'no_answer' }, names: { kind: 'no_answer' } } }),
    'cause_not_known',
  ],
  [
    'a name that leads nowhere',
    evidenceOf({
      device: { ...device, host: 'host17' },
      amt: null,
      ports: [port('tls', { kind: 'no_address' })],
      dns: { ...dns, addresses: { kind: 'none' }, names: null, address: null },
    }),
    'dns_moved',
  ],
  [
    'a short name in the inventory, a long one in DNS',
    unanswered('silent', { device: { ...device, host: 'host17', fqdn: null } }),
    'cause_not_known',
  ],
];

describe('why a PC did not wake', () => {
  test.each(table)('%s', (_what, evidence, cause) => {
    expect(causeOf(evidence)).toBe(cause);
  });

  const told: readonly AmtErrorCode[] = [
    'wrong_credentials',
    'certificate_changed',
    'certificate_untrusted',
    'certificate_expired',
    'tls_too_old',
    'tls_failed',
    'not_provisioned',
    'not_permitted',
  ];
  test.each(told)('what AMT or our check of it names: %s', (code) => {
    expect(causeOf(evidenceOf({ amt: amtError(code), lastWake: lastWake('unreachable') }))).toBe(code);
  });

  test('every cause of the list is found for some evidence, and each has a sentence and, but for one, a mend', () => {
    const found = new Set<string>(table.map(([, evidence]) => causeOf(evidence)));
    for (const cause of Object.keys(wakeReasons)) expect(found).toContain(cause);
    for (const [cause, { what, mend }] of Object.entries({ ...wakeReasons, wrong: reasons.wrong_credentials })) {
      expect([cause, what]).not.toEqual([cause, '']);
      expect([cause, mend === '']).toEqual([cause, cause === 'nothing_wrong']);
    }
  });

  test('causes are ranked, each once, and there always is one', () => {
    const seen = unanswered('mute', {
      remembered: { linkPolicy: remembered('s0-ac'), powerPackage: remembered('Desktop: ON in S0'), systemUuid: null },
    });
    expect(rankCauses(seen)).toEqual(['link_down_in_sx', 'me_off_in_sx', 'me_asleep', 'cause_not_known']);
  });
});
