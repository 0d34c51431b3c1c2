/** The 802.1X certificate in a PC of the lab, with its key, against a real FreeRADIUS: let in; superseded, refused. */
import { createPrivateKey } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deviceRequests } from '../../../adapters/pki/index.ts';
import type { Profile } from '../../../src/profiles/profile.ts';
import { applyProfile } from '../../../src/provisioning/configure/apply-profile.ts';
import { radiusHint, radiusIsHere, startRadius } from '../../pki/radius.ts';
import { device as sample } from '../../support/fixtures.ts';
import { type LabPc, type Office, openLabPc, openTestOffice } from '../secure/testing.ts';

(radiusIsHere ? describe : describe.skip)(`802.1X of a PC against FreeRADIUS (${radiusHint})`, () => {
  let office: Office;
  let pc: LabPc;
  let keys = 0;
  beforeAll(async () => {
    office = await openTestOffice();
    await office.workshop.make({
      name: 'radius',
      subject: '/CN=radius.lab.test',
      issuer: 'ca',
      extensions: ['extendedKeyUsage=serverAuth', 'subjectAltName=DNS:radius.lab.test'],
    });
    // Firmware before 6.2 is given its key: so it can be had here, too. Newer firmware lets none out.
    pc = await openLabPc('127.24.188.240', { persona: 'amt-3.2' });
  }, 60_000);
  afterAll(async () => {
    await pc?.stop();
    await office?.close();
  });

  const profile: Profile = {
    id: 'nac',
    appliesTo: ['all'],
    settings: {},
    accounts: [],
    auditGroups: [],
    auditCredential: null,
    networkAccess: {
      method: 'tls',
      serverName: { name: 'radius.lab.test', match: 'full-name' },
      trustedRootFile: 'ca.pem',
      credential: null,
      username: 'host/{fqdn}',
      domain: null,
      activeInS0: true,
      pxeTimeoutSeconds: 120,
    },
  };
  const device = { ...sample, id: 'dev_nac', fqdn: 'pc1.corp.example.com' };

  /** Pushes the profile as to a PC of which nothing is known: it gets a new certificate. Names of its files. */
  async function push(): Promise<{ readonly certificate: string; readonly key: string; readonly user: string }> {
    keys += 1;
    const key = `client${keys}.key`;
    const kept: Record<string, string> = {};
    const requests = {
      ...deviceRequests,
      async withNewKey(name: string) {
        const made = await deviceRequests.withNewKey(name);
        const pem = createPrivateKey({ key: Buffer.from(made.privateKey), format: 'der', type: 'pkcs1' });
        await writeFile(office.workshop.path(key), pem.export({ format: 'pem', type: 'pkcs8' }));
        return made;
      },
    };
    return pc.run(async (session) => {
      // Else it is as the profile says already.
      await session.provisioning.wiredAccess.disable();
      const parts = await applyProfile(session, device, {
        profiles: () => [profile],
        credentials: async () => null,
        authority: { ...office.deps, requests },
        readFile: (path) => office.workshop.read(path),
        facts: {},
        kept: async (facts) => void Object.assign(kept, facts),
      });
      expect(parts).toMatchObject([{ part: 'network-access', code: 'done' }]);
      const stored = await session.provisioning.certificates.list();
      const own = stored.find(({ handle }) => handle === kept.networkCertificateHandle);
      await writeFile(office.workshop.path(`client${keys}.der`), own?.der ?? '');
      await office.workshop.run('x509', '-inform', 'DER', '-in', `client${keys}.der`, '-out', `client${keys}.crt`);
      const { username } = await session.provisioning.wiredAccess.read();
      return { certificate: `client${keys}.crt`, key, user: username ?? '' };
    });
  }

  async function isLetIn({ certificate, key, user }: Awaited<ReturnType<typeof push>>): Promise<boolean> {
    const { workshop } = office;
    await writeFile(workshop.path('now.der'), (await office.office.lists.current()).der);
    await workshop.run('crl', '-inform', 'DER', '-in', 'now.der', '-out', 'now.pem');
    await writeFile(workshop.path('trust.pem'), `${await workshop.read('ca.pem')}${await workshop.read('now.pem')}`);
    const radius = await startRadius(workshop.folder, '127.24.188.241');
    try {
      return (await radius.login(user, workshop.path(certificate), workshop.path(key))).accepted;
    } finally {
      await radius.stop();
    }
  }

  test('what the PC was given lets it in; renewed, the new one does and the one before is refused', async () => {
    const first = await push();
    expect(first.user).toBe('host/pc1.corp.example.com');
    expect(await isLetIn(first)).toBe(true);
    const second = await push();
    expect(await isLetIn(second)).toBe(true);
    expect(await isLetIn(first)).toBe(false);
    // And taken out of management, none.
    await office.office.certificates.revokeDevice(device.id, 'cessationOfOperation');
    expect(await isLetIn(second)).toBe(false);
  }, 90_000);
});
