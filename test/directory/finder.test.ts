import { afterEach, expect, test } from '@jest/globals';
import { baseDnOf } from '../../adapters/directory/names.ts';
import { directoryFinder } from '../../src/composition/directories.ts';
import { parseConfig } from '../../src/config/load.ts';
import { createSecretSources } from '../../src/config/secrets/resolve-secret.ts';
import { askDirectory } from '../../src/operations/verification/ask-directory.ts';

const domain = (name: string, dnsName: string, more = '') =>
  `    ${name}: { dnsName: ${dnsName}, servers: ['ldaps://127.24.201.250'], unit: 'OU=AMT,${baseDnOf(dnsName)}', account: svc@x, password: { env: P }${more} }\n`;
const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0)) await step();
});

const finderOf = (...domains: readonly string[]) => {
  const config = parseConfig(`directory:\n  domains:\n${domains.join('')}`, '/nowhere/oob.yaml');
  return directoryFinder({ config, secrets: createSecretSources({}) }, undo);
};

test('a PC belongs to the domain with the longest name that fits, and to none that only ends alike', async () => {
  const find = finderOf(domain('corp', 'corp.example'), domain('emea', 'emea.corp.example'));
  const nameOf = async (fqdn: string) => (await find(fqdn))?.name ?? null;
  expect(await nameOf('host1.corp.example')).toBe('corp');
  expect(await nameOf('HOST1.EMEA.corp.example.')).toBe('emea');
  expect(await nameOf('host1.mycorp.example')).toBeNull();
  expect(await nameOf('corp.example')).toBeNull();
  expect(await find('host1.corp.example')).toBe(await find('host2.corp.example'));
});

test('a password or a file that cannot be read is a finding about the domain, not the end of the look', async () => {
  const asked = (find: ReturnType<typeof finderOf>) =>
    askDirectory(
      { id: 'dev_1', fqdn: 'host1.corp.example' },
      { directoryOf: find, directoryPasswordSetAt: async () => null },
    );
  expect(await asked(finderOf(domain('corp', 'corp.example')))).toEqual({
    kind: 'failed',
    domain: 'corp',
    code: 'directory_settings_unreadable',
    evidence: ['There is no environment variable P. Set it where the service is started.'],
  });
  const fileless = finderOf(domain('corp', 'corp.example', ', certificateAuthorityFile: ca.pem'));
  expect(await asked(fileless)).toMatchObject({
    code: 'directory_settings_unreadable',
    evidence: [expect.stringContaining('/nowhere/ca.pem')],
  });
});
