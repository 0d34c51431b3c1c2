import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type BareSite, createBareSite } from '../site/bare-site.ts';
import { outcomeOf } from '../site/person.ts';

const personas = ['amt-9.1', 'amt-11.8', 'amt-12.0', 'amt-15.0', 'amt-16.1', 'amt-19.0', 'amt-14.1'];
/** What a PC shows, whatever that is. */
function certificateOf(host: string): Promise<X509Certificate> {
  const socket = connect({
    ...{ host, port: 16_993, rejectUnauthorized: false },
    ...{ minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' },
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      const shown = socket.getPeerX509Certificate();
      socket.destroy();
      if (shown) resolve(shown);
      else reject(new Error('no certificate'));
    });
  });
}

let bare: BareSite;
let names: readonly string[] = [];

beforeAll(async () => {
  bare = await createBareSite({
    network: '127.24.184',
    devices: personas.length,
    persona: personas.join(','),
    lab: ['--latency', '30'],
    withAuthority: true,
  });
  await bare.site.start();
}, 90_000);
afterAll(() => bare?.close());

describe('from the factory into management', () => {
  test('PCs say hello and are taken into the inventory', async () => {
    names = await bare.accept();
    expect(names).toEqual(personas.map((_persona, index) => `pc${index + 1}`));
  }, 60_000);

  test('--dry-run shows the plan and touches no PC', async () => {
    const { view } = await (await bare.site.operator.say('provision pc1 --dry-run')).end();
    expect(view.facts).toContainEqual({ label: 'Shows the PC', value: 'provisioning certificate depot' });
    expect((await bare.depot.device('host1')).counters.connections).toBe(0);
  });

  test('one is provisioned once a second person agrees; the plan says how, with what, and what is sent once only', async () => {
    const card = await bare.provision('pc1');
    expect(card.view.title).toBe('Plan: provisioning of pc1. Needs 1 approval');
    const fact = (label: string) => card.view.facts?.find((each) => each.label === label)?.value;
    expect(fact('Mode')).toBe('out of band (1)');
    expect(fact('Shows the PC')).toBe('provisioning certificate depot');
    expect(fact('Sent once only')).toBe('the administrator password, making it take effect');
    const end = await bare.endOf(card);
    expect(end.view.title).toBe('pc1: provisioned and verified (AMT 9.1.42, TLSv1.1)');
    const shown = bare.site.operator.states().filter(({ number }) => number === card.number);
    expect(shown.some(({ view }) => view.text?.toString().includes('✔ preflight'))).toBe(true);
  }, 90_000);

  test('one that has no room for certificates stops there: it is said what was done, what is left, and how it goes on', async () => {
    await bare.depot.setFaults('host7', 'store-full');
    const end = await bare.endOf(await bare.provision('pc7'));
    expect(end.view.title).toBe('pc7 did not get provisioned');
    const fact = (label: string) => end.view.facts?.find((each) => each.label === label)?.value;
    expect(fact('Result')).toMatch(/^stopped at its certificate: /);
    expect(fact('Done before')).toMatch(/the MEBx password, the administrator password$/);
    expect(fact('Left')).toMatch(/^TLS, its Kerberos key, making it take effect, .*verification, its record$/);
    expect(fact('To give up')).toMatch(/^reset its AMT in MEBx/);
    expect(fact('To go on')).toContain('/oob provision pc7');
    await bare.depot.setFaults('host7', '');
    const card = await bare.provision('pc7');
    expect(card.view.facts).toContainEqual({ label: 'Goes on with', value: '1 PC begun before' });
    expect((await bare.endOf(card)).view.title).toMatch(/^pc7: provisioned and verified/);
  }, 90_000);

  test('the others at once, of every firmware; then their own accounts turn them off and on', async () => {
    const others = names.slice(1, -1).join(',');
    const end = await bare.endOf(await bare.provision(others));
    expect(end.view.title).toMatch(/^Done: 5 provisioned and verified\. /);
    const off = await (await bare.site.operator.say('poweroff site:depot')).until(
      (state) => outcomeOf(state) === 'waiting',
    );
    await bare.site.approver.press(off, 'Approve');
    expect((await bare.endOf(off)).view.title).toMatch(/^Done: 7 off and verified\. /);
    expect((await (await bare.site.operator.say('poweron site:depot')).end()).view.title).toMatch(
      /^Done: 7 on and verified\. /,
    );
    const status = await (await bare.site.operator.say('hosts status:provisioned')).end();
    expect(status.view.table?.rows.map(([name]) => name)).toEqual(names);
  }, 120_000);

  test('each shows a certificate of our own authority, in its name', async () => {
    // Firmware before AMT 12 speaks only TLS that Node.js refuses unless asked.
    for (const [index, name] of names.entries()) {
      const shown = await certificateOf(`127.24.184.${11 + index}`);
      expect([name, shown.checkHost(`${name}.depot.example`)]).toEqual([name, `${name}.depot.example`]);
      expect(shown.verify(new X509Certificate(bare.authority ?? '').publicKey)).toBe(true);
    }
    const { out } = await bare.site.oob(['pki', 'list', '--config', bare.site.configFile]);
    expect(out.match(/active/gi)).toHaveLength(names.length);
  });

  test('each got its administrator and its commit once', async () => {
    const sent = (await bare.depot.devices()).map(({ counters: { requests } }) => [
      requests['AMT_AuthorizationService.SetAdminAclEntryEx'],
      requests['AMT_SetupAndConfigurationService.CommitChanges'],
    ]);
    expect(sent).toEqual(personas.map(() => [1, 1]));
  });

  test('each stage of each PC stands in the trail, with the request that it belongs to; so does the one that stopped', async () => {
    const { out } = await bare.site.oob(['audit', 'export', '--config', bare.site.configFile]);
    const entries = out.split('\n').filter((line) => /"kind":"provisioning_/.test(line));
    const of = (name: string) => entries.filter((line) => line.includes(`"device":"${name}"`));
    const stages = of('pc1').flatMap((line) => /"stage":"(\w+)"/.exec(line)?.[1] ?? []);
    expect(stages).toEqual(['activate', 'secure', 'configure', 'verify', 'record']);
    expect(of('pc7').filter((line) => line.includes('"kind":"provisioning_stopped"'))).toHaveLength(1);
    expect(entries.filter((line) => !/"requestId":"req_/.test(line))).toEqual([]);
  });

  test('a provisioned PC is not provisioned again', async () => {
    const { view } = await (await bare.site.operator.say('provision pc1')).end();
    expect(view.context).toBe('already_provisioned');
  });

  test('one that was taken back is provisioned again', async () => {
    const { site } = bare;
    const asked = await (await site.operator.say('unprovision pc6 --full --reason "other owner"')).until(
      (state) => outcomeOf(state) === 'waiting',
    );
    await site.approver.press(asked, 'Approve');
    const once = await site.deputy.until((state) => state.number === asked.number && /1 more/.test(state.view.title));
    await site.deputy.press(once, 'Approve');
    expect((await bare.endOf(asked)).view.title).toBe('pc6: unprovisioned');
    const again = await bare.endOf(await bare.provision('pc6'));
    expect(again.view.title).toMatch(/^pc6: provisioned and verified/);
  }, 60_000);
});
