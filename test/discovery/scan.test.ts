/** Scans of the lab over real sockets, kept in a real PostgreSQL. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createAmtGateway } from '../../adapters/amt/index.ts';
import { createNetworkProbes } from '../../adapters/network/network-probes.ts';
import { createPresenceSweep } from '../../adapters/network/sweep.ts';
import { createFleet, defaultPassword, type Fleet } from '../../lab/fleet.ts';
import { createFleetKeys } from '../../lab/tls/fleet-keys.ts';
import { createLogInTrials } from '../../src/discovery/log-in-trials.ts';
import { createScans, type Scans } from '../../src/discovery/scans.ts';
import type { DiscoveryRange } from '../../src/discovery/settings.ts';
import { createPeople } from '../../src/identity/people.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { Scan } from '../../src/ports/discovery/scan-store.ts';
import type { DeviceInput } from '../../src/ports/store/inventory-store.ts';
import type { Store } from '../../src/ports/store/store.ts';
import { newId } from '../../src/runtime/new-id.ts';
import { systemClock as clock } from '../../src/runtime/system-clock.ts';
import { openStore, recordingLogger, temporaryDirectory } from '../store/testing.ts';
import { policy as anyPolicy, itOps, person } from '../support/fixtures.ts';

const rmcpPort = 7_623;
const range = (id: string, cidr: string, more: Partial<DiscoveryRange> = {}): DiscoveryRange => ({
  ...{ id, cidr, site: 'madrid', ratePerSecond: 4_000, credential: 'lab', channels: [], roles: [], ...more },
});
const ranges = [
  range('wide', '127.25.16.0/20'),
  range('small', '127.25.40.0/28'),
  range('slow', '127.25.64.0/24', { ratePerSecond: 20 }),
  range('leads', '127.25.65.0/24', { roles: ['lead'] }),
  range('elsewhere', '127.25.66.0/24', { channels: ['console:local/other'] }),
];
const operator = person('operator', 'operator');
const nobody = person('nobody', 'looker');
const looksOnly = { operations: ['read-status' as const], targets: ['all'], channels: ['any'] };
const policy: Policy = { ...anyPolicy, roles: [...anyPolicy.roles, { id: 'looker', allow: [looksOnly], approve: [] }] };
const here = { principal: operator, conversation: itOps };

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let store: Store;
let scans: Scans;
let rules = policy;
const fleets: Fleet[] = [];
const logger = recordingLogger();
const keys = await createFleetKeys();
const ca = Buffer.from(keys.authorityPem);
const gateway = createAmtGateway({
  credentials: async (name) => ({ user: 'admin', password: name === 'lab' ? defaultPassword : 'Wr0ng-Passw0rd!' }),
  ca,
  clock,
  logger,
  timeouts: { replyTimeoutMs: 4_000, wakeWindowMs: 1_000 },
});

beforeAll(async () => {
  directory = await temporaryDirectory();
  store = await openStore({ dataDirectory: directory.path });
  const settings = { ranges, accounts: ['wrong', 'lab'], logInsPerHour: 3 };
  scans = createScans({
    ...{ store, settings, clock, newId, timeZone: 'UTC' },
    people: () => createPeople([operator, nobody]),
    policy: () => rules,
    probes: { ...createNetworkProbes({ dnsServers: [], ca }), namesOf: async () => ({ kind: 'none' }) },
    sweep: createPresenceSweep(rmcpPort),
    tryLogIns: createLogInTrials({ gateway, statuses: store.amtStatuses, clock, settings }),
    timing: { pongMs: 150, knockMs: 500, chunk: 1_024 },
    onCard: () => {},
  });
  await scans.start();
}, 60_000);
afterEach(async () => {
  for (const one of fleets.splice(0)) await one.stop();
  rules = policy;
});
afterAll(async () => {
  await gateway.close();
  await store?.close();
  await directory?.remove();
});

async function fleet(options: Parameters<typeof createFleet>[0]): Promise<Fleet> {
  const made = await createFleet({ rmcpPort, keys, ...options });
  fleets.push(made);
  await made.start();
  return made;
}
const row = (name: string, host: string, fqdn: string | null = null): DeviceInput => ({
  ...{ name, fqdn, host, port: null, mac: null, site: 'madrid', groups: [], tls: 'ca' },
  ...{ certificateFingerprint: null, credential: 'lab' },
});
const isOpenScan = async () => (await store.scans.open())[0] ?? '';
async function ended(id: string): Promise<Scan> {
  for (;;) {
    const scan = await store.scans.get(id);
    if (scan?.endedAt) return scan;
    await delay(20);
  }
}
async function scanned(word: string) {
  expect(await scans.begin(word, here)).toEqual({ ok: true });
  const scan = await ended(await isOpenScan());
  return { scan, finds: await store.scans.finds(scan.id) };
}

describe('what may be scanned', () => {
  test.each([
    ['10.0.0.0/24', operator, 'range_not_configured'],
    ['127.25.0.0/16', operator, 'range_not_configured'],
    ['127.25.40.1/28', operator, 'range_not_configured'],
    ['range:none', operator, 'range_not_configured'],
    ['0.0.0.0/0', operator, 'range_not_configured'],
    ['range:small', nobody, 'not_allowed'],
    ['range:leads', operator, 'not_allowed'],
    ['range:elsewhere', operator, 'not_allowed_here'],
  ])('%s by %o is refused as %s', async (word, principal, code) => {
    expect(await scans.begin(word, { principal, conversation: itOps })).toMatchObject({ ok: false, code });
    expect(await store.scans.open()).toEqual([]);
  });
  test('a role that covers another site alone', async () => {
    rules = {
      ...policy,
      roles: [
        { id: 'operator', allow: [{ operations: ['all'], targets: ['site:lyon'], channels: ['any'] }], approve: [] },
      ],
    };
    expect(await scans.begin('range:small', here)).toMatchObject({ code: 'targets_not_allowed' });
  });
  test('where the policy wants somebody to agree nothing is scanned', async () => {
    rules = { ...policy, risks: { ...policy.risks, discover: 'peer' } };
    expect(await scans.begin('range:small', here)).toMatchObject({ ok: false });
    rules = { ...policy, risks: { ...policy.risks, discover: 'confirm' } };
    expect(await scans.begin('range:small', here)).toMatchObject({ code: 'scan_needs_agreement' });
  });
});

describe('a scan', () => {
  test('4,096 addresses with 300 PCs: all are found, none is invented, whatever closed its UDP port', async () => {
    const lab = await fleet({ devices: 300, firstAddress: '127.25.20.1', persona: 'mixed', foreign: ['127.25.30.7'] });
    await store.inventory.importDevices(
      [
        ...lab.devices.slice(0, 288).map(({ name, address, fqdn }) => row(name, address, fqdn)),
        ...[row('gone', '127.25.31.200'), row('far', '127.99.1.1')],
      ],
      () => newId('dev'),
    );
    const beganMs = performance.now();
    const { scan, finds } = await scanned('range:wide');
    expect(performance.now() - beganMs).toBeLessThan(60_000);
    expect(finds.map(({ address }) => address).sort()).toEqual(lab.devices.map(({ address }) => address).sort());
    expect(finds.filter(({ deviceId }) => deviceId === null)).toHaveLength(12);
    expect(scan).toMatchObject({ cursor: 4_096, foreignControllers: 1, disappeared: ['gone'] });
    expect(await store.amtStatuses.counts()).toEqual({
      'not-supported': 1,
      unknown: 1,
      provisioned: 288,
    });
    // Firmware of 16.1 and later closed UDP 623; it is found by its page.
    expect(new Set(finds.map(({ seenBy }) => seenBy))).toEqual(new Set(['presence ping, its page', 'its page']));
    expect(new Set(finds.map(({ credential }) => credential))).toEqual(new Set(['lab']));
  }, 90_000);

  test('what is new is added once, under names that nobody has, and the trail says who did it', async () => {
    await fleet({ devices: 2, firstAddress: '127.25.40.1', persona: 'amt-15.0', sites: ['branch'] });
    const { scan, finds } = await scanned('127.25.40.0/29');
    expect(finds).toMatchObject([
      {
        name: 'host1',
        version: '15.0.23',
        tls: 'pinned',
        credential: 'lab',
        standing: { status: 'externally-provisioned' },
      },
      { name: 'host2' },
    ]);
    // host1 and host2 are in the inventory already, at other addresses and with other full names.
    const added = await scans.addNew(scan.id, here);
    expect(added).toMatchObject({ ok: true });
    expect(await scans.addNew(scan.id, here)).toMatchObject({ code: 'nothing_new' });
    const known = await store.scans.devicesWithin('127.25.40.0/28');
    expect(known.map(({ name, tls, credential, site }) => ({ name, tls, credential, site }))).toEqual([
      { name: 'amt-127-25-40-1', tls: 'pinned', credential: 'lab', site: 'madrid' },
      { name: 'amt-127-25-40-2', tls: 'pinned', credential: 'lab', site: 'madrid' },
    ]);
    const [first] = known;
    const [standing] = await store.amtStatuses.of([first?.id ?? '']);
    expect(standing).toMatchObject({ status: 'externally-provisioned' });
    const kinds = (await store.trail.read(0, 100)).filter(({ actor }) => actor === 'operator').map(({ kind }) => kind);
    expect(kinds.slice(-2)).toEqual(['scan_started', 'inventory_imported']);
    expect((await store.inventory.select({ kind: 'status', value: 'externally-provisioned' })).length).toBeGreaterThan(
      1,
    );
  });

  test('the trap of the lock-out: log-ins at one address are bounded over all scans, and what was not tried is no refusal', async () => {
    const lab = await fleet({
      devices: 1,
      firstAddress: '127.25.40.9',
      sites: ['attic'],
      faults: 'host1=wrong-password',
    });
    const refused = () => lab.device('host1').counters.unauthorized;
    const first = await scanned('127.25.40.9/32');
    expect(first.finds).toMatchObject([{ standing: { status: 'detected', subState: null }, credential: null }]);
    const before = refused();
    const second = await scanned('127.25.40.9/32');
    // One of three was left; then nobody tries any more.
    expect(second.finds).toMatchObject([{ standing: { status: 'detected', subState: 'account-not-tried' } }]);
    await scanned('127.25.40.9/32');
    expect(refused() - before).toBeLessThanOrEqual(2);
    expect(JSON.stringify([first, second])).not.toContain('Passw0rd');
  });

  test('stopped: what was found stays, what was not looked at has not disappeared', async () => {
    await store.inventory.importDevices([row('silent', '127.25.64.9')], () => newId('dev'));
    expect(await scans.begin('range:slow', here)).toEqual({ ok: true });
    const id = await isOpenScan();
    expect(await scans.begin('127.25.64.0/28', here)).toMatchObject({ code: 'scan_running' });
    expect(await scans.stop(id, { ...here, principal: nobody })).toMatchObject({ code: 'not_allowed' });
    expect(await scans.stop(id, here)).toEqual({ ok: true });
    expect(await scans.stop(id, here)).toMatchObject({ code: 'scan_not_running' });
    expect(await ended(id)).toMatchObject({ stopBy: 'operator', cursor: 0, disappeared: [] });
  });
});
