/** Verification of PCs of the lab, over the wire: each fault turns the right lines, and no others. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defaultPassword } from '../../lab/fleet.ts';
import type { Device } from '../../src/ports/store/inventory-store.ts';
import { type Bench, createBench } from '../failure-causes/bench.ts';

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

let bench: Bench;
beforeAll(async () => {
  bench = await createBench({
    devices: faults.length,
    firstAddress: '127.24.40.1',
    faults: faults.flatMap((fault, at) => (fault === '' ? [] : [`host${at + 1}=${fault}`])).join(','),
  });
});
afterAll(() => bench.close());

const nameOf = (fault: Fault) => `host${faults.indexOf(fault) + 1}`;
async function verify(fault: Fault, more: Partial<Device> = {}) {
  const outcome = await bench.perform('verify', nameOf(fault), more);
  const rows = outcome.report?.table?.rows ?? [];
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
    expect(outcome.report?.attachment?.content).toContain('amt.status,AMT status,pass');
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
  );
  test('an audit log that is almost full is a warning with what mends it', async () => {
    const { outcome, results } = await verify('audit-log-almost-full');
    expect(results.get('Audit log')).toBe('warning');
    expect(outcome.report?.alerts).toContain('Audit log: `audit export`, then `audit clear`.');
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
    bench.fleet.resetCounters();
    await verify('wrong-password');
    const { counters } = bench.fleet.device(nameOf('wrong-password'));
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
