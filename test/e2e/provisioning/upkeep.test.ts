import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Directory } from '../../../src/ports/directory.ts';
import { endpointOf } from '../../../src/ports/store/inventory-store.ts';
import { openGateway } from '../../amt/conversation.ts';
import { administrator, type Samba, sambaHint, sambaIsHere, startSamba } from '../../directory/samba.ts';
import { directoryOf, unit } from '../../directory/testing.ts';
import { openStore } from '../../store/testing.ts';
import { type BareSite, createBareSite } from '../site/bare-site.ts';
import { isEnd, outcomeOf, type Person, type Shown } from '../site/person.ts';
import { polled } from '../site/polled.ts';

const personas = ['amt-9.1', 'amt-15.0', 'amt-19.0'];

(sambaIsHere ? describe : describe.skip)(`provisioned PCs, kept and given back (${sambaHint})`, () => {
  let samba: Samba;
  let directory: Directory;
  let folder: string;
  let bare: BareSite;
  let names: readonly string[] = [];

  beforeAll(async () => {
    samba = await startSamba('127.24.189.100');
    directory = directoryOf(samba, 'administrator');
    await directory.unit.create();
    folder = await mkdtemp(join(tmpdir(), 'oob-upkeep-'));
    await chmod(folder, 0o711);
    const ca = join(folder, 'dc.pem');
    await writeFile(ca, samba.ca);
    bare = await createBareSite({
      network: '127.24.189',
      devices: personas.length,
      persona: personas.join(','),
      lab: ['--latency', '5', '--dns-suffix', 'lab.test'],
      chain: { commonName: 'setup.lab.test' },
      withAuthority: true,
      moreConfig: `directory:
  domains:
    lab:
      dnsName: lab.test
      servers: ['${samba.url}']
      unit: '${unit}'
      account: ${administrator.account}
      password: { env: OOB_E2E_DOMAIN }
      certificateAuthorityFile: ${ca}
profiles:
  depot:
    appliesTo: [site:depot]
    settings: { pingResponse: false, idleWakeTimeoutMinutes: 9 }
    accounts: [{ credential: helpdesk, access: network, realms: [remote-control] }]
    auditGroups: [security-admin]
    networkAccess: { method: tls }
`,
    });
    bare.site.env.OOB_E2E_DOMAIN = administrator.password;
    await bare.site.start();
    names = await bare.accept();
    const end = await bare.endOf(await bare.provision('site:depot'));
    expect(end.view.title).toMatch(/^Done: 3 provisioned and verified\. /);
  }, 180_000);
  afterAll(async () => {
    await bare?.close();
    await directory?.close();
    await samba?.remove();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  /** Asks, has these people agree one after the other, and waits for the end; without any the asker confirms. */
  async function done(text: string, ...by: readonly Person[]): Promise<Shown> {
    const card = await begun(text, ...by);
    return isEnd(card) ? card : bare.site.operator.until((state) => state.number === card.number && isEnd(state));
  }

  /** The card once everybody has agreed. */
  async function begun(text: string, ...by: readonly Person[]): Promise<Shown> {
    const { operator } = bare.site;
    const answers = await operator.say(text);
    const card = await answers.until((state) => outcomeOf(state) === 'waiting' || isEnd(state));
    if (isEnd(card)) return card;
    if (by.length === 0) {
      const confirm = card.view.actions?.find(({ label }) => /confirm|do it|yes/i.test(label))?.label ?? '';
      await operator.press(card, confirm);
    }
    for (const person of by) {
      const seen = await person.until(
        (state) =>
          state.number === card.number && state.view.actions?.some(({ label }) => label === 'Approve') === true,
      );
      await person.press(seen, 'Approve');
    }
    return card;
  }

  /** kill -9 as soon as a PC has got this request, then the service is there again; the end of the card. */
  async function killedAt(request: string, text: string, ...by: readonly Person[]): Promise<Shown> {
    const sent = async () =>
      (await bare.depot.devices()).reduce((sum, { counters }) => sum + (counters.requests[request] ?? 0), 0);
    const before = await sent();
    const running = begun(text, ...by);
    await polled(request, async () => (await sent()) > before);
    await bare.site.kill();
    await bare.site.start();
    const { number } = await running;
    return bare.site.operator.until((state) => state.number === number && isEnd(state));
  }

  /** Back to factory settings, by somebody who has its administrator. */
  async function reset(name: string): Promise<void> {
    const sealingKey = { key: bare.site.env.OOB_SECRET_KEY ?? '' };
    const dataDirectory = join(bare.site.directory, 'data');
    const store = await openStore({ dataDirectory, beside: true, sealingKey });
    try {
      const [target] = await store.inventory.select({ kind: 'name', value: name });
      const [device] = await store.inventory.devices([target?.id ?? '']);
      if (!device) throw new Error(`no ${name}`);
      const { gateway, run } = openGateway({
        credentials: () => store.deviceSecrets.inForce(device.id, 'administrator'),
      });
      await run(endpointOf(device, null), ({ provisioning }) => provisioning.setup.unprovision());
      await gateway.close();
    } finally {
      await store.close();
    }
  }

  test('update: as the profile says already, and no drift', async () => {
    expect((await done('update site:depot')).view.title).toMatch(/^Done: 3 as their profile says/);
    expect((await done('settings diff pc2')).view.context).not.toContain('drifted');
  }, 60_000);

  test('renew: each shows another certificate, by which it is reached', async () => {
    expect((await done('renew site:depot')).view.title).toMatch(/^Done: 3 renewed/);
    expect((await done('poweron site:depot')).view.title).toMatch(/^Done: 3 on/);
  }, 120_000);

  test('rotate: new passwords and keys; everyday commands go on', async () => {
    const before = await directory.devices.find({ by: 'fqdn', fqdn: 'pc2.lab.test' });
    expect((await done('rotate site:depot')).view.title).toMatch(/^Done: 3 changed/);
    const after = await directory.devices.find({ by: 'fqdn', fqdn: 'pc2.lab.test' });
    expect(after?.keyVersion).toBe((before?.keyVersion ?? 0) + 1);
    expect((await done('status site:depot')).view.title).toMatch(/^Done: 3 answered/);
  }, 120_000);

  test('killed while passwords or certificates change: it goes on, and nobody is locked out', async () => {
    const rotated = await killedAt('AMT_AuthorizationService.SetAdminAclEntryEx', 'rotate site:depot');
    expect(rotated.view.title).toMatch(/^Done: 3 changed/);
    expect((await done('status site:depot')).view.title).toMatch(/^Done: 3 answered/);
    const renewed = await killedAt('AMT_SetupAndConfigurationService.CommitChanges', 'renew site:depot');
    expect(renewed.view.title).toMatch(/^Done: 3 renewed/);
    expect((await done('status site:depot')).view.title).toMatch(/^Done: 3 answered/);
  }, 180_000);

  test('nothing is due: said so, and nothing is done', async () => {
    for (const text of ['renew due:certificates', 'rotate due:passwords'])
      expect((await done(text)).view.context).toBe('nothing_due');
  });

  test('a PC that somebody else set up is refused', async () => {
    expect((await done('rotate host1')).view.context).toBe('not_provisioned_by_us');
  });

  test('unprovision takes two people; the object is gone, the others go on', async () => {
    const { approver, deputy } = bare.site;
    const [first = ''] = names;
    const end = await done(`unprovision ${first} --full --reason "sold"`, approver, deputy);
    expect(end.view.title).toBe(`${first}: unprovisioned`);
    expect(await directory.devices.find({ by: 'fqdn', fqdn: `${first}.lab.test` })).toBeNull();
    expect(await directory.devices.find({ by: 'fqdn', fqdn: 'pc2.lab.test' })).not.toBeNull();
    expect((await done('renew pc1')).view.context).toBe('not_provisioned_by_us');
    expect((await done('update pc2')).view.title).toContain('as its profile says');
    const status = await done('hosts status:not-provisioned');
    expect(status.view.table?.rows.map(([name]) => name)).toEqual([first]);
  }, 60_000);

  test('a PC that somebody reset shows the certificate of the factory again: it is cleaned up, and provisioned anew', async () => {
    const { approver, deputy } = bare.site;
    await reset('pc2');
    expect((await done('status pc2')).view.context).not.toBe('done');
    expect((await done('unprovision pc2 --reason "reset"', approver, deputy)).view.title).toBe('pc2: unprovisioned');
    expect(await directory.devices.find({ by: 'fqdn', fqdn: 'pc2.lab.test' })).toBeNull();
    expect((await bare.endOf(await bare.provision('pc2'))).view.title).toMatch(/^pc2: provisioned and verified/);
  }, 120_000);

  test('killed while a PC is told to unprovision itself: it ends, object and certificates are gone', async () => {
    const { approver, deputy } = bare.site;
    const command = 'AMT_SetupAndConfigurationService.PartialUnprovision';
    expect((await killedAt(command, 'unprovision pc3 --reason "moved"', approver, deputy)).view.title).toBe(
      'pc3: unprovisioned',
    );
    expect(await directory.devices.find({ by: 'fqdn', fqdn: 'pc3.lab.test' })).toBeNull();
  }, 90_000);

  test('the answer of a PC that unprovisioned itself in part is lost: it lets in only set-up servers, and that is proof', async () => {
    const { approver, deputy } = bare.site;
    const { name = '' } = (await bare.depot.devices())[1] ?? {};
    await bare.depot.setFaults(name, 'drop-mid-reply:AMT_SetupAndConfigurationService.PartialUnprovision');
    const end = await done('unprovision pc2 --reason "moved"', approver, deputy);
    expect(end.view.title).toBe('pc2: unprovisioned');
    expect(await directory.devices.find({ by: 'fqdn', fqdn: 'pc2.lab.test' })).toBeNull();
  }, 90_000);
});
