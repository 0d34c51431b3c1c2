/** Causes that lie in a PC, staged on PCs of the lab over real sockets. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { AmtError } from '../../src/ports/amt.ts';
import type { NetworkProbes } from '../../src/ports/network/network-probes.ts';
import type { WakeHistory } from '../../src/ports/store/wake-history.ts';
import { noHistory } from '../operations/perform.ts';
import { type Bench, createBench } from './bench.ts';
import { staged } from './staged.ts';

const faults = {
  host1: '',
  host2: 'zero-date-certificate',
  host3: 'wrong-password',
  host4: 'client-mode',
  host5: 'foreign-certificate',
  host6: 'wired-down',
  host7: 'clock-drift:400',
  host8: 'other-name-certificate',
  host9: 'tls10-only',
  host10: 'dark',
  host11: 'no-sx-link-policy',
  host12: 'low-power-package',
  host13: 'modern-standby:idle',
  host14: 'audit-log-full:30',
  host15: 'audit-locked',
  host16: 'store-full',
  host17: 'flash-limit',
};
let bench: Bench;
beforeAll(async () => {
  bench = await createBench({
    devices: Object.keys(faults).length,
    firstAddress: '127.24.200.1',
    faults: Object.entries(faults)
      .flatMap(([name, fault]) => (fault === '' ? [] : [`${name}=${fault}`]))
      .join(','),
  });
});
afterAll(() => bench.close());

const history = (over: Partial<WakeHistory>): Partial<{ wakeHistory: WakeHistory }> => ({
  wakeHistory: { ...noHistory, ...over },
});
/** What an earlier look at the PC has left on record. */
const remembering = ({ facts }: { readonly facts: Readonly<Record<string, string>> }) =>
  history({ lastFact: async (_id, fact) => (facts[fact] ? { value: facts[fact], at: new Date() } : null) });
const errorOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AmtError) return error.code;
  throw error;
};

describe('certificates and names', () => {
  staged('zero-date-certificate', 'verify tells it from one that has ended', async (named) => {
    const mend = named('verify', 'certificate_zero_date');
    expect(await bench.verify('host2', bench.pinned('host2', 'pinned'))).toContain(`Certificate, days: ${mend}`);
    expect((await bench.perform('read-status', 'host2', bench.pinned('host2', 'pinned'))).status).toBe('ok');
  });

  staged('certificate-name', 'it works by its address alone, pinned; by our authority it is refused', async (named) => {
    const alerts = await bench.verify('host8');
    expect(alerts).toContain(`Certificate, name: ${named('verify', 'certificate_name')}`);
    expect(await bench.why('host8')).toBe('certificate_untrusted');
    expect(named('why', 'certificate_untrusted')).toContain('fqdn in the inventory');
    expect((await bench.verify('host8', { fqdn: 'formerly-host8.lab.example' })).join()).not.toContain('Certificate');
    expect((await bench.perform('read-status', 'host8', bench.pinned('host8', 'pinned'))).status).toBe('ok');
  });

  staged('certificate-name', 'a PC that was renamed: AMT and DNS call it otherwise', async (named) => {
    const alerts = await bench.verify('host1', { ...bench.pinned('host1', 'pinned'), fqdn: 'renamed.lab.example' });
    expect(alerts).toContain(`Name in AMT: ${named('verify', 'amt_name_other')}`);
    expect(alerts).toContain(`DNS, address: ${named('verify', 'dns_reverse_wrong')}`);
  });

  staged('tls-mismatch', 'TLS 1.0 alone', async (named) => {
    expect(await bench.why('host9')).toBe('tls_too_old');
    expect(named('why', 'tls_too_old')).toContain('legacy');
    const alerts = await bench.verify('host9', bench.pinned('host9', 'legacy'));
    expect(alerts).toContain(`TLS: ${named('verify', 'tls_old')}`);
    expect((await bench.perform('read-status', 'host9', bench.pinned('host9', 'legacy'))).status).toBe('ok');
  });

  staged('tls-mismatch', 'a port without TLS that firmware of today has not', async (named) => {
    const modern = await createBench({ firstAddress: '127.24.200.31', persona: 'amt-18.0' });
    try {
      expect(await modern.why('host1', { tls: 'none' })).toBe('plain_port_closed');
      expect(named('why', 'plain_port_closed')).toContain('TLS only');
      const alerts = await modern.verify('host1', { tls: 'none' });
      expect(alerts).toContain(`Port of AMT: ${named('verify', 'plain_port_closed')}`);
      expect((await modern.perform('read-status', 'host1', modern.pinned('host1', 'pinned'))).status).toBe('ok');
    } finally {
      await modern.close();
    }
  });
});

describe('who may do what', () => {
  staged('passwords-refused', 'every account that is known', async (named) => {
    expect(await bench.verify('host3')).toContain(`AMT status: ${named('verify', 'detected')}`);
    expect(await bench.why('host3')).toBe('wrong_credentials');
    expect(named('why', 'wrong_credentials')).toContain('credential');
  });

  staged('other-tool', 'client control mode; a certificate of another authority', async (named) => {
    expect(await bench.verify('host4')).toContain(`AMT status: ${named('verify', 'externally_provisioned')}`);
    expect(await bench.verify('host5')).toContain(`Certificate, chain: ${named('verify', 'certificate_foreign')}`);
  });

  staged('firmware-unsupported', 'older than 3.2.1, and 3.2 itself', async (named) => {
    const old = await createBench({ devices: 2, firstAddress: '127.24.200.32', persona: 'amt-3.2' });
    try {
      const [first] = old.fleet.devices;
      if (first) Object.assign(first, { persona: { ...first.persona, version: '3.0.2' } });
      const at = (name: string) => old.verify(name, old.pinned(name, 'legacy'));
      expect(await at('host1')).toContain(`Firmware: ${named('verify', 'firmware_too_old')}`);
      expect(await at('host2')).toContain(`Firmware: ${named('verify', 'features_missing')}`);
    } finally {
      await old.close();
    }
  });
});

describe('the PC and its network', () => {
  staged('wired-link-down', 'reached over wireless', async (named) => {
    expect(await bench.verify('host6')).toContain(`Network link: ${named('verify', 'wired_link_down')}`);
    expect((await bench.verify('host1')).join()).not.toContain('Network link');
  });

  staged('clock-skew', 'the clock of the PC', async (named) => {
    expect(await bench.verify('host7')).toContain(`Clock: ${named('verify', 'clock_off')}`);
    expect((await bench.perform('sync-time', 'host7')).status).toBe('ok');
    expect((await bench.verify('host7')).join()).not.toContain('Clock');
  });

  staged('power-unavailable', 'deep sleep: the command is taken and the PC stays dark', async (named) => {
    bench.fleet.setPower('host10', 'off');
    const { code, evidence, status } = await bench.perform('power-on', 'host10');
    expect(code).toBe('stayed_dark');
    const lastOutcome = async () =>
      ({ operation: 'power-on', status, code, evidence, facts: {}, endedAt: new Date() }) as const;
    expect(await bench.why('host10', {}, history({ lastOutcome }))).toBe('accepted_but_dark');
    expect(named('why', 'accepted_but_dark')).toContain('deep sleep');
  });

  staged(
    'power-unavailable',
    'link policy and power package: warned of while it is on, named when it is off',
    async (named) => {
      const [policy, scheme] = await Promise.all([
        bench.perform('verify', 'host11'),
        bench.perform('verify', 'host12'),
      ]);
      expect(policy.report?.alerts).toContain(`Wake: ${named('verify', 'link_policy')}`);
      expect(scheme.report?.alerts).toContain(`Wake: ${named('verify', 'power_package')}`);
      for (const name of ['host11', 'host12']) bench.fleet.setPower(name, 'off');
      // Who is silent is waited for: less long than in earnest.
      const probes: NetworkProbes = {
        ...bench.probes,
        askPort: (probe, signal) => bench.probes.askPort({ ...probe, timeoutMs: 400 }, signal),
      };
      const [linkDown, meOff] = await Promise.all([
        bench.why('host11', {}, { ...remembering(policy), probes }),
        bench.why('host12', {}, { ...remembering(scheme), probes }),
      ]);
      expect([linkDown, meOff]).toEqual(['link_down_in_sx', 'me_off_in_sx']);
      expect(named('why', 'link_down_in_sx')).toContain('linkPolicy');
      expect(named('why', 'me_off_in_sx')).toContain('powerPackage');
      bench.fleet.setPower('host11', 'on');
      await bench.converse('host11', ({ settings }) => settings.write({ linkPolicy: ['s0-ac', 'sx-ac'] }));
      bench.fleet.setPower('host11', 'off');
      expect(await bench.why('host11')).toBe('nothing_wrong');
    },
  );

  staged('power-unavailable', 'Modern Standby', async (named) => {
    expect(await bench.why('host13')).toBe('modern_standby');
    expect(named('why', 'modern_standby')).toContain('full power');
  });
});

describe('what is full', () => {
  staged('store-or-log-full', 'an audit log that is full, with a critical event', async (named) => {
    await bench.converse('host14', ({ auditLog }) =>
      auditLog.setPolicy([{ appId: 17, eventId: 1, critical: true }], true),
    );
    expect(await bench.verify('host14')).toContain(`Audit log: ${named('verify', 'audit_full')}`);
    const end = await bench.perform('power-off', 'host14');
    expect([end.status, end.code]).toEqual(['failed', 'audit_log_blocks']);
    expect(named('outcome', 'audit_log_blocks')).toContain('/oob audit clear');
    await bench.converse('host14', ({ auditLog }) => auditLog.withLock(() => auditLog.clear()));
    expect((await bench.perform('power-off', 'host14')).status).toBe('ok');
  });

  staged('store-or-log-full', 'an audit log whose lock another auditor holds', async (named) => {
    expect(await bench.verify('host15')).toContain(`Audit log: ${named('verify', 'audit_locked')}`);
  });

  staged('store-or-log-full', 'no room for a certificate; no more writes today', async (named) => {
    const adding = bench.converse('host16', ({ provisioning }) =>
      provisioning.certificates.addTrustedRoot(bench.fleet.keys.authority),
    );
    // The fleet's authority is there already as a root: as a certificate of the PC itself it is another.
    await adding;
    const more = bench.converse('host16', ({ provisioning }) =>
      provisioning.certificates.add(bench.fleet.keys.authority),
    );
    expect(await errorOf(more)).toBe('store_full');
    const writing = bench.converse('host17', ({ settings }) => settings.write({ pingResponse: false }));
    expect(await errorOf(writing)).toBe('write_limit');
    expect([named('outcome', 'store_full'), named('outcome', 'write_limit')]).toEqual([
      expect.stringContaining('not in use'),
      expect.stringContaining('tomorrow'),
    ]);
  });

  staged('store-or-log-full', 'the audit log of old firmware keeps it from being unprovisioned', async (named) => {
    // Before AMT 8 an enabled audit log does so by itself.
    const old = await createBench({ firstAddress: '127.24.200.34', persona: 'amt-6.2' });
    try {
      const work = old.perform('enable-audit-log', 'host1', old.pinned('host1', 'legacy'));
      expect((await work).status).toBe('ok');
      const end = old.converse(
        'host1',
        ({ provisioning }) => provisioning.setup.unprovision(),
        old.pinned('host1', 'legacy'),
      );
      expect(await errorOf(end)).toBe('auditor_blocks');
      expect(named('outcome', 'auditor_blocks')).toContain('auditor');
    } finally {
      await old.close();
    }
  });
});
