import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSiteProbes } from '../../adapters/network/site/site-probes.ts';
import type { PrerequisiteCheck, PrerequisiteReasonCode } from '../../src/messages/checks/prerequisites.ts';
import { prerequisiteReasons } from '../../src/messages/checks/prerequisites.ts';
import { measureSite, type PrerequisiteFinding } from '../../src/prerequisites/measure-site.ts';
import type { SiteNetwork } from '../../src/prerequisites/site-network.ts';
import type { PrerequisiteStatus } from '../../src/prerequisites/verdict.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { temporaryDirectory } from '../store/testing.ts';
import { createSite, type SiteInNamespace, whyNoSite } from './site-in-namespace.ts';
import { deviceOf } from './testing.ts';

const why = whyNoSite();

(why === null ? describe : describe.skip)(`a site with dnsmasq and bind9 in a namespace (${why ?? 'here'})`, () => {
  let site: SiteInNamespace;
  let network: SiteNetwork;
  const asItShouldBe = ['--domain=lab.test', '--dhcp-option=6,10.79.0.1'];
  const host42 = deviceOf({ name: 'host42', fqdn: 'host42.lab.test', host: '10.79.0.42' });

  beforeAll(async () => {
    site = await createSite();
    await Promise.all([site.dhcp(...asItShouldBe), site.startNamed(), site.startDnsmasq()]);
    network = {
      dnsSuffixes: ['lab.test'],
      dnsServers: ['10.79.0.1', '10.79.0.1:5353'],
      dhcpInterface: site.interface,
      dynamicDns: true,
      timeSource: { host: '10.79.0.1', port: 123 },
      provisionServer: ['10.79.0.2'],
      provisioningPort: null,
      samplePcs: 10,
      probeMs: 1_500,
    };
  });
  afterAll(() => site.close());

  const measure = (change: Partial<SiteNetwork> = {}): Promise<readonly PrerequisiteFinding[]> =>
    measureSite(
      { probes: createSiteProbes({ clock: systemClock }), clock: systemClock, domains: [] },
      {
        site: 'lab',
        network: { ...network, ...change },
        sample: [host42],
        names: [{ device: 'host42', fqdn: 'host42.lab.test' }],
        deviceCa: { file: null, keys: null },
      },
      new AbortController().signal,
    );
  type Turned = Partial<Record<PrerequisiteCheck, readonly [PrerequisiteStatus, PrerequisiteReasonCode]>>;
  /** The checks that do not pass, each with its reason; the mend is that of the reason. */
  const turned = (findings: readonly PrerequisiteFinding[]): Turned =>
    Object.fromEntries(
      findings.flatMap(({ check, status, reason, mend }) => {
        if (reason === null) return [];
        expect(mend).toBe(prerequisiteReasons[reason].mend);
        return [[check, [status, reason]]];
      }),
    );
  const evidenceOf = (findings: readonly PrerequisiteFinding[], wanted: PrerequisiteCheck) =>
    findings.find(({ check }) => check === wanted)?.evidence.join('\n');

  test('all right: everything that applies passes, and says what was measured', async () => {
    const findings = await measure();
    expect(turned(findings)).toEqual({});
    const passed = findings.filter(({ status }) => status === 'pass').map(({ check }) => check);
    expect(passed).toEqual([
      'DHCP server',
      'DHCP option 6',
      'DHCP option 15',
      'DHCP option 81',
      'DNS servers',
      'forward DNS',
      'reverse DNS',
      'ProvisionServer',
      'clock',
      'management ports',
      'redirection ports',
      'RMCP ports',
      'names',
    ]);
    expect(evidenceOf(findings, 'DHCP server')).toBe('10.79.0.1 answers 10.79.0.2');
    expect(evidenceOf(findings, 'DHCP option 15')).toBe('10.79.0.1: lab.test');
    expect(evidenceOf(findings, 'clock')).toMatch(/^this machine is 0\.0 s (ahead|behind) of 10\.79\.0\.1:123/);
    expect(evidenceOf(findings, 'management ports')).toBe('16993 or 16992: open on 1 of 1 PC');
  });

  test('oob prerequisites, on the store: ends 0 when all is well, 2 when something fails', async () => {
    const { path, remove } = await temporaryDirectory();
    try {
      const configure = (provisionServer: string) =>
        writeFile(
          join(path, 'oob.yaml'),
          `service: { dataDirectory: data }
amt: { credentials: { default: { password: { env: OOB_AMT_PASSWORD } } } }
network:
  dnsSuffixes: [ lab.test ]
  dnsServers: [ 10.79.0.1, "10.79.0.1:5353" ]
  probeSeconds: 1
  ${provisionServer}
  sites: { Lab: { dhcpInterface: ${site.interface}, timeSource: 10.79.0.1 } }
`,
        );
      await writeFile(
        join(path, 'pcs.csv'),
        'name,fqdn,address,mac,site,groups,tls,certificate_fingerprint,credential,port\nhost42,host42.lab.test,10.79.0.42,,lab,,none,,default,\n',
      );
      const oob = async (...args: readonly string[]) => {
        const program = join(import.meta.dirname, '../../src/cli/index.ts');
        const child = spawn(process.execPath, [program, ...args, '--config', join(path, 'oob.yaml')], {
          stdio: ['ignore', 'pipe', 'pipe'],
          env: { PATH: process.env.PATH ?? '' },
        });
        let said = '';
        for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)));
        const [code]: unknown[] = await once(child, 'close');
        return { code, said };
      };
      await configure('provisionServer: [ 10.79.0.2 ]');
      expect(await oob('inventory', 'import', join(path, 'pcs.csv'))).toMatchObject({ code: 0 });

      const well = await oob('prerequisites', 'LAB');
      expect(well.said).toMatch(/^lab, seen from \S+ at 20/);
      expect(well.said).toContain('✔ ok    reverse DNS\n        right for 1 PC');
      expect(well).toMatchObject({ code: 0, said: expect.stringContaining('13 ok, 0 to look at, 0 failed') });

      await configure('provisionServer: none');
      const failed = await oob('prerequisites', '--json');
      expect(failed.code).toBe(2);
      const lines: unknown[] = failed.said
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines).toContainEqual(
        expect.objectContaining({ site: 'lab', check: 'ProvisionServer', status: 'fail', reason: 'alias_unwanted' }),
      );
    } finally {
      await remove();
    }
  }, 60_000);

  describe('one thing broken turns exactly the right check', () => {
    test('option 15 dropped', async () => {
      await site.dhcp('--dhcp-option=6,10.79.0.1');
      expect(turned(await measure())).toEqual({ 'DHCP option 15': ['fail', 'dhcp_option_15_missing'] });
    });

    test('option 15 of another domain', async () => {
      await site.dhcp('--domain=other.test', '--dhcp-option=6,10.79.0.1');
      expect(turned(await measure())).toEqual({ 'DHCP option 15': ['fail', 'dhcp_option_15_other'] });
    });

    test('option 6 dropped', async () => {
      await site.dhcp('--domain=lab.test');
      expect(turned(await measure())).toEqual({ 'DHCP option 6': ['fail', 'dhcp_option_6_missing'] });
    });

    test('option 6 of a stranger', async () => {
      await site.dhcp('--domain=lab.test', '--dhcp-option=6,10.79.0.66');
      expect(turned(await measure())).toEqual({ 'DHCP option 6': ['warn', 'dhcp_option_6_other'] });
    });

    test('no DHCP server', async () => {
      await site.stopDhcp();
      expect(turned(await measure())).toEqual({
        'DHCP server': ['fail', 'dhcp_silent'],
        'DHCP option 6': ['unknown', 'measured_before'],
        'DHCP option 15': ['unknown', 'measured_before'],
        'DHCP option 81': ['unknown', 'measured_before'],
      });
      await site.dhcp(...asItShouldBe);
    });

    test('the alias moved to a rogue address, on one of the servers', async () => {
      site.update('lab.test', 'delete provisionserver.lab.test', 'add provisionserver.lab.test 1 A 10.79.0.66');
      const findings = await measure();
      expect(turned(findings)).toEqual({ ProvisionServer: ['fail', 'alias_elsewhere'] });
      expect(evidenceOf(findings, 'ProvisionServer')).toContain('ProvisionServer.lab.test: 10.79.0.66 (10.79.0.1)');
    });

    test('the alias deleted', async () => {
      site.update('lab.test', 'delete provisionserver.lab.test');
      expect(turned(await measure())).toEqual({ ProvisionServer: ['fail', 'alias_missing'] });
    });

    test('an alias where there should be none; or where nobody decided', async () => {
      expect(turned(await measure({ provisionServer: 'none' }))).toEqual({
        ProvisionServer: ['fail', 'alias_unwanted'],
      });
      expect(turned(await measure({ provisionServer: null }))).toEqual({
        ProvisionServer: ['warn', 'alias_undecided'],
      });
      await site.startNamed();
    });

    test('the reverse record missing, then that of another PC', async () => {
      site.update('0.79.10.in-addr.arpa', 'delete 42.0.79.10.in-addr.arpa');
      expect(turned(await measure())).toEqual({ 'reverse DNS': ['fail', 'dns_reverse_missing'] });
      site.update('0.79.10.in-addr.arpa', 'add 42.0.79.10.in-addr.arpa 1 PTR old-pc.lab.test.');
      const findings = await measure();
      expect(turned(findings)).toEqual({ 'reverse DNS': ['fail', 'dns_reverse_wrong'] });
      expect(evidenceOf(findings, 'reverse DNS')).toContain('10.79.0.42: old-pc.lab.test in DNS (10.79.0.1)');
      await site.startNamed();
    });

    test('the forward record wrong, then missing', async () => {
      site.update('lab.test', 'delete host42.lab.test', 'add host42.lab.test 1 A 10.79.0.43');
      expect(turned(await measure())).toEqual({ 'forward DNS': ['fail', 'dns_forward_wrong'] });
      site.update('lab.test', 'delete host42.lab.test');
      expect(turned(await measure())).toEqual({ 'forward DNS': ['fail', 'dns_forward_missing'] });
      await site.startNamed();
    });

    test('one DNS server dead: what the other says still counts; both dead: nothing is known of names', async () => {
      await site.stopNamed();
      expect(turned(await measure())).toEqual({ 'DNS servers': ['warn', 'dns_server_silent'] });
      await site.stopDnsmasq();
      expect(turned(await measure())).toEqual({
        'DNS servers': ['fail', 'dns_server_silent'],
        'forward DNS': ['unknown', 'measured_before'],
        'reverse DNS': ['unknown', 'measured_before'],
        ProvisionServer: ['unknown', 'measured_before'],
      });
      await Promise.all([site.startNamed(), site.startDnsmasq()]);
    });

    test.each([
      [400_000, 'fail', /400\.\d s behind/],
      [-200_000, 'warn', /(200\.0|199\.9) s ahead/],
    ] as const)('the clocks %i ms apart', async (aheadMs, status, said) => {
      await site.tell(`clock ${aheadMs}`);
      const findings = await measure();
      expect(turned(findings)).toEqual({ clock: [status, 'clock_off'] });
      expect(evidenceOf(findings, 'clock')).toMatch(said);
      await site.tell('clock 0');
    });

    test('a time source that has lost the time', async () => {
      await site.tell('stratum 16');
      expect(turned(await measure())).toEqual({ clock: ['fail', 'time_source_unfit'] });
      await site.tell('stratum 2');
    });

    test('ports dropped by a firewall: redirection; RMCP; all of AMT', async () => {
      site.drop([16_994, 16_995], true);
      expect(turned(await measure())).toEqual({ 'redirection ports': ['fail', 'port_filtered'] });
      site.drop([16_994, 16_995], false);
      site.drop([623, 664], true);
      expect(turned(await measure())).toEqual({ 'RMCP ports': ['fail', 'port_filtered'] });
      site.drop([623, 664], false);
      site.drop([16_992, 16_993], true);
      expect(turned(await measure())).toEqual({
        'management ports': ['fail', 'port_filtered'],
        'redirection ports': ['unknown', 'measured_before'],
        'RMCP ports': ['unknown', 'measured_before'],
      });
      site.drop([16_992, 16_993], false);
      expect(turned(await measure())).toEqual({});
    });

    test('ports closed on the PC: one of a pair is enough; redirection off; AMT off', async () => {
      for (const port of [16_992, 16_995, 623, 664]) await site.tell(`close ${port}`);
      expect(turned(await measure())).toEqual({});
      await site.tell('close 16994');
      expect(turned(await measure())).toEqual({ 'redirection ports': ['warn', 'redirection_closed'] });
      await site.tell('close 16993');
      expect(turned(await measure())).toEqual({
        'management ports': ['fail', 'port_closed'],
        'redirection ports': ['unknown', 'measured_before'],
        'RMCP ports': ['unknown', 'measured_before'],
      });
    });
  });
});
