import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { renderText } from '../../../src/messages/text.ts';
import { createSite, type Site } from '../site/site.ts';

/** Two PCs in madrid (amt-then-wol), two in lyon (wol-only), two in oslo and in rome (amt-only); in rome one that sleeps deeply. */
let site: Site;
beforeAll(async () => {
  site = await createSite({
    lab: [
      ...['--first-address', '127.24.8.1', '--devices', '8', '--sites', 'madrid,lyon,oslo,rome', '--powered', 'off'],
      ...['--persona', 'amt-15.0', '--power-delay', '300', '--wake-ports', '40007,40009', '--os-port', '43389'],
      ...['--faults', 'host1=amt-off,host3=amt-off,host4=amt-off+dark,host5=amt-off,host7=asleep-me:16000'],
    ],
    moreConfig: `
transmissions: { retries: 0, sites: { rome: { retries: 1, retryDelayMinutes: 0 } } }
wake:
  udpPorts: [40007, 40009]
  tcpPorts: [43389]
  # On loopback a closed port refuses although the PC is off.
  refusedCounts: false
  lookSeconds: 1
  packetGapSeconds: 0
  sites:
    madrid: { method: amt-then-wol }
    lyon: { method: wol-only, unicast: false, subnets: [ 127.24.8.0/24 ] }
`,
  });
  await site.start();
}, 60_000);
afterAll(() => site?.close());

const titleAfter = async (text: string) => (await (await site.operator.say(text)).end()).view;

describe('waking without AMT', () => {
  test('amt-then-wol: AMT is dead, packets wake the PC, TCP confirms', async () => {
    const view = await titleAfter('poweron host1');
    expect(view.title).toMatch(/^host1 is on, verified by TCP 43389 after WoL, [\d.]+ s$/);
    expect(await site.lab.device('host1')).toMatchObject({ powerState: 2, boots: 1 });
    expect((await site.lab.state('host1')).boots).toMatchObject([{ cause: 'packet' }]);
  });

  test('amt-then-wol: where AMT answers no packet is sent', async () => {
    expect((await titleAfter('poweron host2')).title).toMatch(/^host2 is on, verified after .*AMT 15/);
    expect((await site.lab.state('host2')).boots).toMatchObject([{ cause: 'request' }]);
  });

  test('again: it is up, so nothing is sent', async () => {
    expect((await titleAfter('poweron host1')).title).toMatch(/^host1 is on already, verified by TCP 43389/);
    expect(await site.lab.device('host1')).toMatchObject({ boots: 1 });
  });

  test('wol-only, by the broadcast address of the subnet alone; without a sign of life it is not on', async () => {
    expect((await titleAfter('poweron host3')).title).toMatch(/^host3 is on, verified by TCP 43389 after WoL/);
    const dark = await titleAfter('poweron host4');
    expect(dark.title).toBe('host4 did not come on');
    expect(renderText(dark)).toMatch(
      /Magic packets were sent, but .*6 magic packets to 127\.24\.8\.255.*packets_unanswered/s,
    );
    expect((await site.lab.device('host3')).counters.connections).toBe(0);
  });

  test('amt-only: as ever', async () => {
    const view = await titleAfter('poweron host5');
    expect(renderText(view)).toContain('unreachable');
    expect(await site.lab.device('host5')).toMatchObject({ boots: 0 });
  });

  test('a management engine that wakes too late for the first try answers the next', async () => {
    expect((await titleAfter('poweron host7')).title).toMatch(/^host7 is on, verified after/);
    const { out } = await site.oob(['audit', 'export', '--config', site.configFile]);
    const planned = out.split('\n').filter((line) => line.includes('"retry_planned"'));
    expect(planned).toEqual([expect.stringMatching(/"host7"/)]);
  }, 40_000);
});
