import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../src/config/config-error.ts';
import { parseConfig } from '../../src/config/load.ts';
import { secretRefsOf } from '../../src/config/secrets/secret-refs-of.ts';

/** Path and answer of each problem; none when the text is accepted. */
function problems(text: string): readonly string[] {
  try {
    parseConfig(text, 'oob.yaml');
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, allowed, advice }) => `${path}: ${allowed}${advice ? ` | ${advice}` : ''}`);
  }
}

const domain = (more = '') =>
  `directory: { domains: { lab: { dnsName: Lab.test, unit: 'OU=AMT, DC=lab,DC=test', account: svc@lab.test, password: { env: P }${more} } } }`;

describe('directory.domains', () => {
  test('needs no list of servers; paths are absolute, names in small letters, the password is among the secrets', () => {
    const config = parseConfig(domain(', certificateAuthorityFile: ca.pem'), '/etc/oob/oob.yaml');
    expect(config.directory.domains.lab).toMatchObject({
      dnsName: 'lab.test',
      servers: [],
      certificateAuthorityFile: '/etc/oob/ca.pem',
    });
    expect(secretRefsOf(config)).toContainEqual({ path: 'directory.domains.lab.password', ref: { env: 'P' } });
  });

  test.each(['ldap://dc1.lab.test', 'dc1.lab.test', 'ldaps://dc1.lab.test/DC=lab', 'ldaps://a b'])(
    'only LDAPS is spoken: %s',
    (url) => {
      expect(problems(domain(`, servers: ['${url}']`))).toEqual([
        expect.stringMatching(/^directory\.domains\.lab\.servers\[0\]: .*only LDAPS/),
      ]);
    },
  );

  test('the unit lies in the domain', () => {
    expect(problems(domain().replace('DC=lab,DC=test', 'DC=other,DC=test'))).toEqual([
      expect.stringMatching(/^directory\.domains\.lab\.unit: a distinguished name in lab\.test/),
    ]);
    expect(problems(domain().replace('OU=AMT, DC=lab,DC=test', 'AMT'))[0]).toMatch(
      /^directory\.domains\.lab\.unit: a distinguished name such as/,
    );
  });
});

describe('roles by groups', () => {
  const group = 'S-1-5-21-1-2-3-1107';
  test('name a domain and a role that there are, and the group by SID, which nobody else is ever given', () => {
    const roles = (text: string) => domain().replace(/ }$/, `, roles: [${text}] }\nroles: [{ id: operator }]`);
    expect(problems(roles(`{ domain: lab, group: ${group}, role: operator }`))).toEqual([]);
    expect(problems(roles(`{ domain: lap, group: ${group}, role: operater }`))).toEqual([
      expect.stringMatching(/^directory\.roles\[0\]\.domain: .*Did you mean lab\?/),
      expect.stringMatching(/^directory\.roles\[0\]\.role: .*Did you mean operator\?/),
    ]);
    expect(problems(roles(`{ domain: lab, group: 'LAB\\Operators', role: operator }`))).toEqual([
      expect.stringMatching(/^directory\.roles\[0\]\.group: a SID/),
    ]);
  });
  test('people name their domain', () => {
    const people = (name: string) =>
      `${domain()}\npeople: [{ id: ana, name: Ana, directory: { domain: ${name}, sid: ${group} } }]`;
    expect(problems(people('lab'))).toEqual([]);
    expect(problems(people('lap'))).toEqual([expect.stringMatching(/^people\[0\]\.directory\.domain: /)]);
  });
});
