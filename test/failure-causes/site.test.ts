/** Causes that lie in the network of a site: dnsmasq and bind9 in a network namespace. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { createSiteProbes } from '../../adapters/network/site/site-probes.ts';
import type { PrerequisiteCheck } from '../../src/messages/checks/prerequisites.ts';
import type { Directory } from '../../src/ports/directory.ts';
import { measureSite } from '../../src/prerequisites/measure-site.ts';
import type { SiteNetwork } from '../../src/prerequisites/site-network.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { createSite, type SiteInNamespace, whyNoSite } from '../prerequisites/site-in-namespace.ts';
import { deviceOf } from '../prerequisites/testing.ts';
import { staged } from './staged.ts';

const whyNot = whyNoSite();

(whyNot === null ? describe : describe.skip)(`a site with dnsmasq and bind9 (${whyNot ?? 'here'})`, () => {
  let site: SiteInNamespace;
  const asItShouldBe = ['--domain=lab.test', '--dhcp-option=6,10.80.0.1'];

  beforeAll(async () => {
    site = await createSite('10.80.0');
    await Promise.all([site.dhcp(...asItShouldBe), site.startNamed()]);
  });
  afterAll(() => site?.close());

  /** The mend of what one check finds. */
  async function mendOf(
    check: PrerequisiteCheck,
    change: Partial<SiteNetwork> = {},
    domains: readonly Pick<Directory, 'name' | 'facts'>[] = [],
  ): Promise<string | null> {
    const network: SiteNetwork = {
      ...{ dnsSuffixes: ['lab.test'], dnsServers: ['10.80.0.1'], dhcpInterface: site.interface, dynamicDns: true },
      ...{ timeSource: { host: '10.80.0.1', port: 123 }, provisionServer: ['10.80.0.2'], provisioningPort: null },
      ...{ samplePcs: 1, probeMs: 3_000 },
      ...change,
    };
    const findings = await measureSite(
      {
        probes: createSiteProbes({ clock: systemClock }),
        clock: systemClock,
        domains: domains.map((directory) => ({ dnsName: 'lab.test', directory })),
      },
      {
        site: 'lab',
        network,
        sample: [deviceOf({ name: 'host42', fqdn: 'host42.lab.test', host: '10.80.0.42' })],
        names: [{ device: 'host42', fqdn: 'host42.lab.test' }],
        deviceCa: { file: null, keys: null },
      },
      new AbortController().signal,
    );
    return findings.find((each) => each.check === check)?.mend ?? null;
  }

  staged('dhcp-incomplete', 'options and the server itself, one after the other', async (named) => {
    expect(await mendOf('DHCP option 15')).toBeNull();
    await site.dhcp('--dhcp-option=6,10.80.0.1');
    expect(await mendOf('DHCP option 15')).toBe(named('prerequisites', 'dhcp_option_15_missing'));
    await site.dhcp('--domain=lab.test');
    expect(await mendOf('DHCP option 6')).toBe(named('prerequisites', 'dhcp_option_6_missing'));
    await site.dhcp('--domain=office.corp', '--dhcp-option=6,10.80.0.1');
    expect(await mendOf('DHCP option 15', { dnsSuffixes: [] })).toBe(named('prerequisites', 'dhcp_option_15_private'));
    await site.stopDhcp();
    expect(await mendOf('DHCP server')).toBe(named('prerequisites', 'dhcp_silent'));
    await site.dhcp(...asItShouldBe);
    for (const check of ['DHCP server', 'DHCP option 6', 'DHCP option 15'] as const)
      expect([check, await mendOf(check)]).toEqual([check, null]);
  });

  staged('suffix-differs', 'option 15 of another domain', async (named) => {
    await site.dhcp('--domain=other.test', '--dhcp-option=6,10.80.0.1');
    expect(await mendOf('DHCP option 15')).toBe(named('prerequisites', 'dhcp_option_15_other'));
    await site.dhcp(...asItShouldBe);
  });

  staged('alias-wrong', 'moved to a rogue, deleted, there although it should not be', async (named) => {
    expect(await mendOf('ProvisionServer')).toBeNull();
    expect(await mendOf('ProvisionServer', { provisionServer: 'none' })).toBe(named('prerequisites', 'alias_unwanted'));
    site.update('lab.test', 'delete provisionserver.lab.test', 'add provisionserver.lab.test 1 A 10.80.0.66');
    expect(await mendOf('ProvisionServer')).toBe(named('prerequisites', 'alias_elsewhere'));
    site.update('lab.test', 'delete provisionserver.lab.test');
    expect(await mendOf('ProvisionServer')).toBe(named('prerequisites', 'alias_missing'));
    await site.startNamed();
  });

  staged('clock-skew', 'this machine against the time source of the site', async (named) => {
    await site.tell('clock 400000');
    expect(await mendOf('clock')).toBe(named('prerequisites', 'clock_off'));
    await site.tell('clock 0');
    expect(await mendOf('clock')).toBeNull();
  });
});
