import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSiteProbes } from '../../adapters/network/site/site-probes.ts';
import { prerequisites } from '../../src/checklist/steps/foundation/prerequisites.ts';
import { provisioningConfiguration } from '../../src/checklist/steps/foundation/provisioning-configuration.ts';
import { servicePoint } from '../../src/checklist/steps/foundation/service-point.ts';
import { measureSite } from '../../src/prerequisites/measure-site.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { createSite, type SiteInNamespace, whyNoSite } from '../prerequisites/site-in-namespace.ts';
import { deviceOf } from '../prerequisites/testing.ts';
import { findingOf, goodContext, openSteps } from './good-site.ts';

const why = whyNoSite();
const net = '10.81.0';
const host42 = deviceOf({ name: 'host42', fqdn: 'host42.lab.test', host: `${net}.42` });

(why === null ? describe : describe.skip)(`a site with dnsmasq and bind9 in a namespace (${why ?? 'here'})`, () => {
  let site: SiteInNamespace;
  const asItShouldBe = ['--domain=lab.test', `--dhcp-option=6,${net}.1`];

  beforeAll(async () => {
    site = await createSite(net);
    await Promise.all([site.dhcp(...asItShouldBe), site.startNamed()]);
  });
  afterAll(() => site.close());

  const measure = () =>
    measureSite(
      { probes: createSiteProbes({ clock: systemClock }), clock: systemClock, domains: [] },
      {
        site: 'lab',
        network: {
          ...{ dnsSuffixes: ['lab.test'], dnsServers: [`${net}.1`], dhcpInterface: site.interface },
          ...{ dynamicDns: true, timeSource: { host: `${net}.1`, port: 123 }, provisionServer: [`${net}.2`] },
          ...{ provisioningPort: null, samplePcs: 10, probeMs: 3_000 },
        },
        sample: [host42],
        names: [{ device: 'host42', fqdn: 'host42.lab.test' }],
        deviceCa: { file: null, keys: null },
      },
      new AbortController().signal,
    );
  /** The checklist of a site that is all right but for its network, which is looked at once. */
  const context = () => {
    let seen: ReturnType<typeof measure> | null = null;
    const network = () => {
      seen ??= measure();
      return seen;
    };
    return goodContext({ network });
  };
  const mendsOf = async (step: Parameters<typeof findingOf>[0]) =>
    (await findingOf(step, context())).evidence.flatMap(({ status, mend }) => (status === 'fail' ? [mend] : []));

  test('as it should be: every step is proved', async () => {
    expect(await openSteps(context())).toEqual({});
  });

  test('a DHCP option dropped from the scope: step 1 alone', async () => {
    await site.dhcp('--dhcp-option=15', `--dhcp-option=6,${net}.1`);
    expect(await openSteps(context())).toEqual({ 1: 'fail' });
    expect(await mendsOf(prerequisites)).toEqual([expect.stringContaining('Set option 015')]);
    await site.dhcp(...asItShouldBe);
    expect(await openSteps(context())).toEqual({});
  });

  test('the alias of provisioning moved to another machine: step 7 alone', async () => {
    const alias = 'provisionserver.lab.test';
    site.update('lab.test', `delete ${alias} CNAME`, `add ${alias} 1 A 10.66.6.6`);
    expect(await openSteps(context())).toEqual({ 7: 'fail' });
    expect(await mendsOf(provisioningConfiguration)).toEqual([expect.stringContaining('Find out who changed it')]);
    site.update('lab.test', `delete ${alias} A`, `add ${alias} 1 CNAME oob.lab.test.`);
    expect(await openSteps(context())).toEqual({});
  });

  test('the clock moved: step 5 alone', async () => {
    await site.tell('clock 600000');
    expect(await openSteps(context())).toEqual({ 5: 'fail' });
    expect(await mendsOf(servicePoint)).toEqual([expect.stringContaining('Set it by the time source')]);
    await site.tell('clock 0');
    expect(await openSteps(context())).toEqual({});
  });

  test('the ports of AMT closed by a firewall: step 1 fails, and step 16 says nothing of it', async () => {
    const amt = [16_992, 16_993];
    site.drop(amt, true);
    const open = await openSteps(context());
    expect(Object.entries(open).filter(([, status]) => status === 'fail')).toEqual([['1', 'fail']]);
    expect(await mendsOf(prerequisites)).toEqual([expect.stringContaining('Open them from this machine')]);
    site.drop(amt, false);
    expect(await openSteps(context())).toEqual({});
  });

  test('AMT of the PC closed, as after a reset to factory: step 16 alone', async () => {
    for (const port of [16_992, 16_993]) await site.tell(`close ${port}`);
    expect(await openSteps(context())).toEqual({ 16: 'fail' });
    for (const port of [16_992, 16_993]) await site.tell(`open ${net}.42 ${port}`);
    expect(await openSteps(context())).toEqual({});
  });
});
