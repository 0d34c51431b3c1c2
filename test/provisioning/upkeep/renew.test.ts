/** Renewal of certificates on PCs of the lab, cut at every step: one of the two is shown, and both are known. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AmtSession } from '../../../src/ports/amt.ts';
import { applyProfile } from '../../../src/provisioning/configure/apply-profile.ts';
import { renewCertificates } from '../../../src/provisioning/upkeep/renew.ts';
import { keptFactsOf, type UpkeepDeps } from '../../../src/provisioning/upkeep/upkeep-deps.ts';
import { cutting } from './cutting.ts';
import { type ManagedSite, openManagedSite, pcOf } from './site.ts';

const personas = ['amt-9.1', 'amt-12.0', 'amt-15.0', 'amt-16.1', 'amt-19.0'];
const profile = {
  id: 'nac',
  appliesTo: ['all'],
  settings: {},
  accounts: [],
  auditGroups: [],
  auditCredential: null,
  networkAccess: {
    method: 'tls',
    serverName: null,
    trustedRootFile: null,
    credential: null,
    username: 'host/{fqdn}',
    domain: null,
    activeInS0: true,
    pxeTimeoutSeconds: 120,
  },
} as const;

const stored = async ({ provisioning: { certificates } }: AmtSession) => ({
  keys: (await certificates.keyPairs()).length,
  certificates: (await certificates.list()).length,
});

describe('renewal', () => {
  let site: ManagedSite;
  beforeAll(async () => {
    site = await openManagedSite({
      firstAddress: '127.24.188.120',
      devices: personas.length,
      persona: personas.join(','),
      directory: null,
      profile,
    });
  }, 60_000);
  afterAll(() => site.close());

  test.each(personas)('%s: both certificates anew, the ones before revoked and removed', async (persona) => {
    const name = `host${personas.indexOf(persona) + 1}`;
    const before = await site.provision(name);
    const records = async () =>
      (await site.office.store.certificates.ofDevice(before.id)).map(({ kind, state }) => `${kind} ${state}`);
    expect(await renewCertificates(pcOf(before), site.deps)).toMatchObject([{ what: 'TLS' }]);
    const after = await site.device(name);
    expect(after.certificateFingerprint).not.toBe(before.certificateFingerprint);
    expect(await site.facts(name)).toMatchObject({
      fingerprint: after.certificateFingerprint,
      nextFingerprint: '',
    });
    expect(await records()).toEqual(['device_tls active', 'device_tls revoked']);
    const kept = keptFactsOf(site.deps);
    await site.talk(name, async (session) => {
      const facts = await kept.of(before.id);
      await applyProfile(session, after, { ...site.deps, facts, kept: (found) => kept.keep(before.id, found) });
    });
    const has = await site.talk(name, stored);
    expect((await renewCertificates(pcOf(after), site.deps)).map(({ what }) => what)).toEqual(['TLS', '802.1X']);
    expect(await site.talk(name, stored)).toEqual(has);
    expect((await records()).filter((each) => each.endsWith('active')).sort()).toEqual([
      'device_tls active',
      'network_client active',
    ]);
  });
});

describe('cut off', () => {
  let site: ManagedSite;
  beforeAll(async () => {
    site = await openManagedSite({ firstAddress: '127.24.188.130', devices: 1, persona: 'amt-15.0', directory: null });
    await site.provision('host1');
  }, 60_000);
  afterAll(() => site.close());

  const cuts = [
    'generateKeyPair',
    'signRequest',
    'issue',
    'add',
    'useCertificate',
    'commit',
    'setReach',
    'change',
    'activated',
    'remove',
    'removeKeyPair',
  ];
  test.each(cuts.flatMap((name) => [[name, false] as const, [name, true] as const]))(
    'at %s (done: %p) one of the two is shown, both are known; asked again it ends',
    async (name, after) => {
      const device = await site.device('host1');
      const has = await site.talk('host1', stored);
      const request = `req_${name}${after}`;
      const cut: UpkeepDeps = cutting(site.deps, name, after);
      await expect(renewCertificates(pcOf(device, request), cut)).rejects.toThrow();
      await renewCertificates(pcOf(await site.device('host1'), request), site.deps);
      expect(await site.talk('host1', stored)).toEqual(has);
      const now = await site.device('host1');
      expect(now.certificateFingerprint).not.toBe(device.certificateFingerprint);
      const states = (await site.office.store.certificates.ofDevice(device.id)).map(({ state }) => state);
      expect(states.filter((state) => state === 'active')).toHaveLength(1);
      expect(await site.facts('host1')).toMatchObject({ fingerprint: now.certificateFingerprint, nextFingerprint: '' });
    },
  );
});
