/** Profiles pushed to PCs of the lab, part by part, with 802.1X in all its methods. */
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findDrift } from '../../../src/operations/site/find-drift.ts';
import type { AmtSession } from '../../../src/ports/amt.ts';
import {
  type Profile,
  type ProfileNetworkAccess,
  type ProfilePart,
  profileFor,
} from '../../../src/profiles/profile.ts';
import { type ApplyProfileDeps, applyProfile } from '../../../src/provisioning/configure/apply-profile.ts';
import { device } from '../../support/fixtures.ts';
import { labPcs, type Office, openTestOffice } from '../secure/testing.ts';

let office: Office;
const openPc = labPcs();
beforeAll(async () => {
  office = await openTestOffice();
  await office.workshop.make({
    name: 'radius-root',
    subject: '/CN=Radius Root',
    extensions: ['basicConstraints=critical,CA:true'],
  });
}, 60_000);
afterAll(() => office.close());

const networkAccess = (more: Partial<ProfileNetworkAccess> = {}): ProfileNetworkAccess => ({
  method: 'tls',
  serverName: { name: 'radius.lab.test', match: 'full-name' },
  trustedRootFile: 'radius-root.pem',
  credential: null,
  username: 'host/{fqdn}',
  domain: 'LAB',
  activeInS0: true,
  pxeTimeoutSeconds: 60,
  ...more,
});
const profile = (more: Partial<Profile> = {}): Profile => ({
  id: 'site',
  appliesTo: ['all'],
  settings: { pingResponse: false, idleWakeTimeoutMinutes: 7 },
  accounts: [
    {
      who: { kind: 'digest', credential: 'helpdesk', user: 'helpdesk' },
      access: 'network',
      realms: ['remote-control'],
    },
    { who: { kind: 'kerberos', sid: 'S-1-5-21-1-2-3-512' }, access: 'any', realms: ['pt-administration'] },
  ],
  auditGroups: ['security-admin'],
  auditCredential: null,
  networkAccess: networkAccess(),
  ...more,
});

let devices = 0;
/** Applies the profile, and remembers facts as a record would. */
function applier(given: Profile, more: Partial<ApplyProfileDeps> = {}) {
  devices += 1;
  const own = { ...device, id: `dev_${devices}`, fqdn: 'pc1.corp.example.com', credential: 'lab' };
  let facts: Readonly<Record<string, string>> = {};
  const apply = (session: AmtSession, only?: readonly ProfilePart[]) =>
    applyProfile(
      session,
      own,
      {
        profiles: () => [given],
        credentials: async (name) => (name === 'none' ? null : { user: name, password: 'N3twork-Passw0rd!' }),
        authority: office.deps,
        readFile: (path) => office.workshop.read(path),
        facts,
        kept: async (found) => {
          facts = { ...facts, ...found };
        },
        ...more,
      },
      only,
    );
  const drift = async (session: AmtSession) => {
    const whole = profileFor(own, [given]);
    return whole ? (await findDrift(session, whole)).map(({ label, has, should }) => [label, has, should]) : [];
  };
  return { device: own, apply, drift, facts: () => facts };
}

describe('a profile', () => {
  const personas = ['amt-6.2', 'amt-9.1', 'amt-12.0', 'amt-15.0', 'amt-16.1', 'amt-19.0'];
  test.each(personas)('%s: all parts, then no drift; a second time changes nothing', async (persona) => {
    const pc = await openPc(`127.24.188.${50 + personas.indexOf(persona)}`, persona);
    const { apply, drift, device: own } = applier(profile());
    const parts = await pc.run((session) => apply(session));
    expect(parts.map(({ part, code }) => [part, code])).toEqual([
      ['settings', 'done'],
      ['accounts', 'done'],
      ['audit-policy', 'done'],
      ['network-access', 'done'],
    ]);
    expect(JSON.stringify(parts)).not.toContain('N3twork');
    expect(await pc.run(drift)).toEqual([]);
    const again = await pc.run((session) => apply(session));
    expect(again).toEqual(parts.map(({ part }) => ({ part, code: 'already_so', evidence: [] })));
    expect(await office.store.certificates.ofDevice(own.id)).toMatchObject([
      { state: 'active', kind: 'network_client' },
    ]);
  });

  test('says nothing of what it does not name, and only what is asked for is applied', async () => {
    const pc = await openPc('127.24.188.60');
    const bare = applier(profile({ settings: {}, accounts: [], networkAccess: null }));
    expect(await pc.run((session) => bare.apply(session))).toMatchObject([{ part: 'audit-policy', code: 'done' }]);
    const one = applier(profile());
    expect(await pc.run((session) => one.apply(session, ['accounts']))).toMatchObject([{ part: 'accounts' }]);
    const none = applier(profile({ appliesTo: ['site:nowhere'] }));
    expect(await pc.run((session) => none.apply(session))).toEqual([]);
  });
});

describe('802.1X', () => {
  const onlyNetwork = (more: Partial<ProfileNetworkAccess> = {}) =>
    profile({ settings: {}, accounts: [], auditGroups: [], networkAccess: networkAccess(more) });

  test('drift is told thing by thing', async () => {
    const pc = await openPc('127.24.188.61');
    const first = applier(onlyNetwork());
    expect(await pc.run(first.drift)).toEqual([['802.1X', 'off', 'EAP-TLS']]);
    await pc.run((session) => first.apply(session));
    const other = applier(
      onlyNetwork({
        method: 'peap-mschapv2',
        credential: 'nac',
        username: 'nac',
        activeInS0: false,
        pxeTimeoutSeconds: 90,
      }),
    );
    expect(await pc.run(other.drift)).toEqual([
      ['802.1X', 'EAP-TLS', 'PEAP/MSCHAPv2'],
      ['802.1X user', 'host/pc1.corp.example.com', 'nac'],
      ['802.1X while the PC is on', 'on', 'off'],
      ['802.1X network boot', '60 seconds', '90 seconds'],
    ]);
    expect(await pc.run((session) => other.apply(session))).toMatchObject([{ code: 'done' }]);
    expect(await pc.run(other.drift)).toEqual([]);
  });

  test('the certificate in the PC is one for clients of our authority, with the name of the PC', async () => {
    const pc = await openPc('127.24.188.62');
    const { apply, facts } = applier(onlyNetwork());
    await pc.run((session) => apply(session));
    const stored = await pc.run(({ provisioning }) => provisioning.certificates.list());
    const own = stored.find(({ handle }) => handle === facts().networkCertificateHandle);
    await writeFile(office.workshop.path('client.der'), own?.der ?? '');
    await office.workshop.run('x509', '-inform', 'DER', '-in', 'client.der', '-out', 'client.crt');
    const verified = office.workshop.run('verify', '-CAfile', 'ca.pem', '-purpose', 'sslclient', 'client.crt');
    await expect(verified).resolves.toContain('OK');
    await expect(
      office.workshop.run('verify', '-CAfile', 'ca.pem', '-purpose', 'sslserver', 'client.crt'),
    ).rejects.toThrow();
    expect(stored.filter(({ trustedRoot }) => trustedRoot).map(({ subject }) => subject)).toContain('CN=Radius Root');
  });

  const failures: readonly (readonly [string, Partial<ProfileNetworkAccess>, Partial<ApplyProfileDeps>, string])[] = [
    ['no authority', {}, { authority: null }, 'pki_not_configured'],
    ['no password', { method: 'ttls-mschapv2', credential: 'none' }, {}, 'credential_missing'],
    ['a root file that is none', { trustedRootFile: 'ca.key' }, {}, 'pki_certificate_malformed'],
  ];
  test.each(failures)('%s: said so, and nothing is switched on', async (_what, access, deps, code) => {
    const pc = await openPc('127.24.188.63');
    const { apply } = applier(onlyNetwork(access), deps);
    const [part] = await pc.run((session) => apply(session));
    expect(part).toMatchObject({ part: 'network-access', code: 'settings_differ' });
    expect(part?.evidence.join()).toContain(code);
    expect(await pc.run(({ provisioning }) => provisioning.wiredAccess.read())).toMatchObject({ enabled: false });
  });
});
