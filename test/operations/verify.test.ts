/** Verification of PCs of the lab, over the wire: each fault turns the right lines, and no others. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createAmtGateway, missingFeatures } from '../../adapters/amt/index.ts';
import { createNetworkProbes } from '../../adapters/network/network-probes.ts';
import { createPresenceSweep } from '../../adapters/network/sweep.ts';
import { createFleet, defaultPassword, type Fleet } from '../../lab/fleet.ts';
import type { AmtGateway } from '../../src/ports/amt.ts';
import type { NetworkProbes } from '../../src/ports/network/network-probes.ts';
import { performTask } from '../../src/runs/perform-task.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { recordingLogger } from '../store/testing.ts';
import { device } from '../support/fixtures.ts';
import { operationsWith } from './perform.ts';

const rmcpPort = 7_623;
const never = new AbortController().signal;
const credentials = async () => ({ user: 'admin', password: defaultPassword });
/** Address of each device, in order; the persona is of the firmware that has what is tested. */
const faults = [
  '',
  'expired-certificate',
  'changed-certificate',
  'wrong-password',
  'clock-drift:400',
  'no-sx-link-policy',
  'audit-log-almost-full',
  'unreachable',
] as const;
type Fault = (typeof faults)[number];

let fleet: Fleet;
let gateway: AmtGateway;
let probes: NetworkProbes;

beforeAll(async () => {
  fleet = await createFleet({
    devices: faults.length,
    firstAddress: '127.24.40.1',
    rmcpPort,
    powered: 'on',
    faults: faults.flatMap((fault, at) => (fault === '' ? [] : [`host${at + 1}=${fault}`])).join(','),
  });
  await fleet.start();
  const ca = Buffer.from(fleet.keys.authorityPem);
  const logger = recordingLogger();
  gateway = createAmtGateway({
    credentials,
    ca,
    clock: systemClock,
    logger,
    timeouts: { replyTimeoutMs: 1_000, wakeWindowMs: 1_000 },
  });
  const real = createNetworkProbes({ dnsServers: [], ca });
  const { devices } = fleet;
  probes = {
    ...real,
    addressesOf: async (name) => {
      const found = devices.find(({ fqdn }) => fqdn === name);
      return found ? { kind: 'found', values: [found.address] } : { kind: 'none' };
    },
    namesOf: async (address) => {
      const found = devices.find((each) => each.address === address);
      return found ? { kind: 'found', values: [found.fqdn] } : { kind: 'none' };
    },
  };
});
afterAll(async () => {
  await gateway.close();
  await fleet.stop();
});

async function verify(fault: Fault, more: Partial<typeof device> = {}) {
  const { address, fqdn } = fleet.device(`host${faults.indexOf(fault) + 1}`);
  const operations = operationsWith({ probes, credentials, missingFeatures, sweep: createPresenceSweep(rmcpPort) });
  const asked = {
    ...device,
    host: address,
    fqdn,
    tls: 'ca',
    port: null,
    credential: 'lab',
    seenAt: null,
    ...more,
  } as const;
  const outcome = await performTask({ device: asked, attempt: 1, interrupted: false }, operations.verify, {
    gateway,
    clock: systemClock,
    logger: recordingLogger(),
    verifyMs: 30_000,
    auditCredentialOf: () => null,
    parameters: {},
    signal: never,
    lend: (wait) => wait,
  });
  const rows = outcome?.report?.table?.rows ?? [];
  return { outcome, rows, results: new Map(rows.map(([check = '', result]) => [check, result])) };
}

describe('verify', () => {
  test('a PC that is as it should be: every line has what was measured', async () => {
    const { outcome, rows, results } = await verify('');
    expect(outcome).toMatchObject({ status: 'ok', code: 'done', amtVersion: '15.0.23' });
    expect(rows.map(([check]) => check)).toEqual([
      'DNS, name',
      'DNS, address',
      'Port of AMT',
      'Other ports',
      'TLS',
      'Certificate, days',
      'Certificate, name',
      'Certificate, chain',
      'Account',
      'AMT status',
      'Name in AMT',
      'Network link',
      'Firmware',
      'Known flaws',
      'Clock',
      'Wake',
      'Audit log',
      'Directory, names',
      'Directory, key',
    ]);
    expect([...results.values()].filter((result) => result === 'FAILS')).toEqual([]);
    expect(rows.find(([check]) => check === 'Other ports')?.[2]).toMatch(
      /open: 16992; closed: .*presence ping: answered/,
    );
    expect(rows.find(([check]) => check === 'Known flaws')?.[2]).toBe(
      'no advisory about AMT 15.0.23.1706 is on the list',
    );
    expect(rows.find(([check]) => check === 'Account')?.[2]).toBe('credential lab, user admin: accepted');
    expect(outcome?.report?.attachment?.content).toContain('amt.status,AMT status,pass');
    expect(JSON.stringify(outcome)).not.toContain(defaultPassword);
  });
  test.each([
    ['expired-certificate', ['Certificate, days', 'Certificate, chain', 'AMT status']],
    ['wrong-password', ['Account', 'AMT status']],
    ['clock-drift:400', ['Clock']],
    ['no-sx-link-policy', ['Wake']],
    ['unreachable', ['Port of AMT', 'AMT status']],
  ] satisfies readonly (readonly [Fault, readonly string[]])[])(
    '%s fails where it should, and nowhere else',
    async (fault, failing) => {
      const { results } = await verify(fault);
      expect([...results].filter(([, result]) => result === 'FAILS').map(([check]) => check)).toEqual(failing);
    },
    20_000,
  );
  test('an audit log that is almost full is a warning with what mends it', async () => {
    const { outcome, results } = await verify('audit-log-almost-full');
    expect(results.get('Audit log')).toBe('warning');
    expect(outcome?.report?.alerts).toContain('Audit log: `audit export`, then `audit clear`.');
  });
  test('a pinned certificate that is not the recorded one is not trusted, whoever issued it, and no password is sent', async () => {
    const { results, rows } = await verify('changed-certificate', {
      tls: 'pinned',
      certificateFingerprint: 'ab'.repeat(32),
    });
    expect(results.get('Certificate, chain')).toBe('FAILS');
    expect(rows.find(([check]) => check === 'Account')?.[2]).toMatch(/not tried \(certificate_changed\)/);
    expect(results.get('Account')).toBe('not known');
  });
  test('a wrong password is tried once: the trap of the lock-out', async () => {
    fleet.resetCounters();
    await verify('wrong-password');
    const { counters } = fleet.device(`host${faults.indexOf('wrong-password') + 1}`);
    // The challenge, and the one answer to it.
    expect(counters.unauthorized).toBeLessThanOrEqual(2);
  });
  test('DNS that leads elsewhere', async () => {
    const { results } = await verify('', { fqdn: 'host2.lab.example' });
    expect(results.get('DNS, name')).toBe('FAILS');
    expect(results.get('DNS, address')).toBe('warning');
    expect(results.get('Certificate, name')).toBe('FAILS');
  });
});
