import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/load.ts';
import { policyOf } from '../../src/config/settings/policy-of.ts';
import { compareSettings, onlySetting } from '../../src/profiles/compare-settings.ts';
import { profileFor } from '../../src/profiles/profile.ts';
import { profilesOf } from '../../src/profiles/profiles-of.ts';
import { target } from '../support/fixtures.ts';

const yaml = `
amt:
  credentials:
    lab: { password: { env: LAB } }
    helpdesk: { user: desk, password: { env: DESK } }
profiles:
  everywhere:
    appliesTo: [all]
    settings: { pingResponse: true, hostName: "{name}", domainName: corp.example }
    accounts:
      - { credential: helpdesk, realms: [remote-control] }
      - { sid: S-1-5-21-1-2-3-512, realms: [pt-administration], access: any }
    auditGroups: [kvm]
    auditCredential: helpdesk
  madrid:
    appliesTo: [site:madrid, "group:vip"]
    settings: { pingResponse: false }
    accounts:
      - { credential: helpdesk, realms: [remote-control, general-information] }
    auditGroups: [wireless, kvm]
`;
const config = parseConfig(yaml, 'oob.yaml');
const profiles = profilesOf(config);

describe('profiles', () => {
  test('of the configuration: what is not named is not there', () => {
    expect(profiles[1]).toEqual({
      id: 'madrid',
      appliesTo: ['site:madrid', 'group:vip'],
      settings: { pingResponse: false },
      accounts: [
        {
          who: { kind: 'digest', credential: 'helpdesk', user: 'desk' },
          access: 'network',
          realms: ['remote-control', 'general-information'],
        },
      ],
      auditGroups: ['wireless', 'kvm'],
      auditCredential: null,
      networkAccess: null,
    });
  });
  test('of one PC: all that cover it together, the later one counts', () => {
    expect(profileFor(target('host42'), profiles)).toEqual({
      ids: ['everywhere', 'madrid'],
      networkAccess: null,
      settings: { pingResponse: false, hostName: 'host42', domainName: 'corp.example' },
      accounts: [
        {
          who: { kind: 'digest', credential: 'helpdesk', user: 'desk' },
          access: 'network',
          realms: ['remote-control', 'general-information'],
        },
        { who: { kind: 'kerberos', sid: 'S-1-5-21-1-2-3-512' }, access: 'any', realms: ['pt-administration'] },
      ],
      auditGroups: ['kvm', 'wireless'],
      auditCredential: 'helpdesk',
    });
    expect(profileFor(target('host7', { site: 'lyon' }), profiles)?.settings.pingResponse).toBe(true);
    expect(profileFor(target('host7', { site: 'lyon', groups: ['VIP'] }), profiles)?.ids).toContain('madrid');
    expect(profileFor(target('host7', { site: 'lyon' }), profiles.slice(1))).toBeNull();
  });
  test('an approval is bound to them', () => {
    const version = (text: string) => policyOf(parseConfig(text, 'oob.yaml')).version;
    expect(version(yaml)).toBe(version(yaml));
    expect(version(yaml.replace('pingResponse: false', 'pingResponse: true'))).not.toBe(version(yaml));
  });
});

describe('comparing', () => {
  test('lists are sets, names are equal whatever their case, what is missing is told apart', () => {
    const should = {
      linkPolicy: ['sx-ac', 's0-ac'],
      hostName: 'HOST42',
      powerPackage: 'desktop: on in S0',
      kvm: true,
    } as const;
    const has = { linkPolicy: ['s0-ac', 'sx-ac'], hostName: 'host42', powerPackage: 'Desktop: ON in S0' } as const;
    expect(compareSettings(has, should)).toEqual([{ setting: 'kvm', label: 'KVM', has: null, should: 'on' }]);
    expect(compareSettings(has, {})).toEqual([]);
  });
  test('one setting alone', () => {
    expect(onlySetting({ kvm: true, webUi: false }, 'webUi')).toEqual({ webUi: false });
  });
});

describe('mistakes in profiles', () => {
  test.each([
    ['a credential that there is not', '{ credential: desk, realms: [storage] }', 'a name of amt.credentials'],
    ['neither credential nor sid', '{ realms: [storage] }', 'either a credential or a sid'],
    ['both', '{ credential: lab, sid: S-1-5-21-1, realms: [storage] }', 'either a credential or a sid'],
    ['an unknown realm', '{ credential: lab, realms: [power] }', 'redirection'],
  ])('%s', (_what, account, allowed) => {
    const text = `amt: { credentials: { lab: { password: { env: L } } } }\nprofiles: { x: { appliesTo: [all], accounts: [${account}] } }`;
    expect(() => parseConfig(text, 'oob.yaml')).toThrow(allowed);
  });
  test('a setting that there is not is answered with those there are', () => {
    expect(() => parseConfig('profiles: { x: { appliesTo: [all], settings: { ping: true } } }', 'oob.yaml')).toThrow(
      /pingResponse/,
    );
  });
});
