/** What our class layer sends beside what wsman-messages builds for the same task. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { capabilities } from '../../../adapters/amt/capabilities.ts';
import { type Stub, startStub } from '../classes/stub.ts';
import { calls } from './calls.ts';
import { builtMessages, now } from './case.ts';
import { puts } from './puts.ts';
import { reads } from './reads.ts';
import { canonical, oracle, oracleHas, oracleIsHere, sameAddress, sameId } from './wsman-messages.ts';

const open: Stub[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** Keys of the only instance of a class: we send them, the oracle leaves them out; AMT takes both. */
const onlyInstances: Readonly<Record<string, string>> = {
  AMT_8021XProfile: 'Intel(r) AMT 802.1x Profile 0',
  AMT_KerberosSettingData: 'Intel (r) AMT: Kerberos Settings',
  IPS_IEEE8021xSettings: 'Intel(r) AMT: 8021X Settings',
};
/** The oracle's spelling of a key that devices themselves write with a blank. */
const endpoints = [/TLSProtocolEndpointInstances Collection/g, 'TLSProtocolEndpoint Instances Collection'] as const;

function withoutOnlyInstance(text: string): string {
  const set = /<w:SelectorSet><w:Selector Name="InstanceID">([^<]*)<\/w:Selector><\/w:SelectorSet><\/Header>/.exec(
    text,
  );
  return set && Object.values(onlyInstances).includes(set[1] ?? '') ? text.replace(set[0], '</Header>') : text;
}

const comparable = (text: string): string[] => sameAddress(canonical(sameId(text.replace(...endpoints))));

// The digest of a password is ours alone to make; what is compared is where it goes.
const withoutHash = (text: string): string =>
  text.replace(/(DigestPassword>)[^<]+</, '$1HASH<').replace(/(NetworkAdminPassword>)[0-9A-F]{32}</, '$1HASH<');

(oracleIsHere ? describe : describe.skip)('the same messages as wsman-messages 5.14.1 (node bin/run.js peers)', () => {
  test.each([...reads, ...calls, ...puts].map((one) => [one.theirs.slice(0, 3).join(' '), one] as const))(
    '%s',
    async (_name, one) => {
      const [family, className, method, ...args] = one.theirs;
      const theirs = oracle(family, className, method)(...args);
      const stub = await startStub(one.replies ?? {}, { host: '127.22.9.8', now, version: one.version ?? '15.0.23' });
      open.push(stub);
      await stub.run(one.work).catch(() => {});
      const ours = stub.texts(one.ours)[one.nth ?? 0];
      expect(comparable(withoutHash(withoutOnlyInstance(ours ?? 'nothing was sent')))).toEqual(
        comparable(withoutHash(theirs)),
      );
    },
  );

  test('is made for every method that it has and we use', () => {
    const compared = new Set([...[...reads, ...calls, ...puts].map((one) => one.ours), ...builtMessages]);
    const left: string[] = [];
    for (const [name, { operations }] of Object.entries(capabilities)) {
      const [family = '', className = ''] = name.split('_');
      for (const operation of operations.keys()) {
        if (!oracleHas(family, className.replace('8021XProfile', 'IEEE8021xProfile'), operation)) continue;
        if (!compared.has(`${operation} ${name}`)) left.push(`${operation} ${name}`);
      }
    }
    expect(left).toEqual([]);
  });
});
