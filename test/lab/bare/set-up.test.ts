import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createFleet, type Fleet } from '../../../lab/fleet.ts';
import { identify, input, logOn, openWire, post, soap, textOf } from '../wire.ts';
import { type ChainWish, createSetupAuthority } from './set-up-server.ts';

const authority = createSetupAuthority();
const stranger = createSetupAuthority();
const port = 16993;
let fleet: Fleet;

beforeAll(async () => {
  fleet = await createFleet({
    devices: 4,
    firstAddress: '127.21.40.1',
    ports: { plain: 16992, tls: port },
    bare: { hosts: ['host1', 'host2', 'host3'], server: { host: '127.0.0.1', port: 1 }, roots: [authority.rootDer] },
  });
  await fleet.start();
});
afterAll(() => fleet.stop());

const client = (wish: ChainWish = {}, by = authority): ConnectionOptions => {
  const { key, certificates } = by.chain(wish);
  return { key, cert: certificates, rejectUnauthorized: false };
};

/** What the PC noted when this client tried; null when it was let in. */
async function verdictOn(options: ConnectionOptions): Promise<string | null> {
  const host = fleet.device('host2');
  const before = host.factory?.refusals.length ?? 0;
  // A refusal ends the connection within the handshake or right after it.
  const status = await openWire(host.address, port, options).then(
    async (wire) => {
      const reply = await wire.exchange(post(identify)).catch(() => null);
      wire.close();
      return reply?.status ?? null;
    },
    () => null,
  );
  const refusal = host.factory?.refusals[before];
  expect(status).toBe(refusal === undefined ? 401 : null);
  return refusal ?? null;
}

const dayMs = 86_400_000;

describe('a PC from the factory judges the set-up server', () => {
  test.each<[string, ChainWish, string | null]>([
    ['a chain that its root hash is known of', {}, null],
    ['one with an intermediate', { withIntermediate: true }, null],
    ['the unit in place of the purpose', { purposes: ['serverAuth'], unit: 'Intel(R) Client Setup Certificate' }, null],
    ['a wildcard of the domain', { commonName: '*.lab.example' }, null],
    ['server authentication alone', { purposes: ['serverAuth'] }, 'wrong-purpose'],
    ['a unit that only resembles', { purposes: ['serverAuth'], unit: 'Intel(R) Client Setup' }, 'wrong-purpose'],
    ['another domain', { commonName: 'setup.other.example' }, 'wrong-suffix'],
    ['a domain that only ends alike', { commonName: 'setup.notlab.example' }, 'wrong-suffix'],
    [
      'an expired certificate',
      { notBefore: new Date(Date.now() - 9 * dayMs), notAfter: new Date(Date.now() - dayMs) },
      'out-of-date',
    ],
    ['one of tomorrow', { notBefore: new Date(Date.now() + dayMs) }, 'out-of-date'],
    ['no root in the chain', { withoutRoot: true, withIntermediate: true }, 'root-missing'],
    ['an issuer that is no authority', { withIntermediate: true, intermediateIsNoAuthority: true }, 'not-an-authority'],
  ])('%s', async (_what, wish, expected) => {
    expect(await verdictOn(client(wish))).toBe(expected);
  });

  test('a root that it was not given', async () => {
    expect(await verdictOn(client({}, stranger))).toBe('root-unknown');
  });

  test('no certificate', async () => {
    expect(await verdictOn({ rejectUnauthorized: false })).toBe('no-certificate');
  });
});

describe('a PC from the factory', () => {
  test('has no plain port and shows a certificate that it signed itself', async () => {
    const host = fleet.device('host3');
    const refused = connect(16992, host.address);
    await expect(once(refused, 'connect')).rejects.toThrow('ECONNREFUSED');
    const wire = await openWire(host.address, port, client());
    const { subject, issuer } = wire.tls().getPeerCertificate();
    expect(subject).toEqual(issuer);
    wire.close();
  });

  test('is set up step by step, and then is an ordinary one', async () => {
    const host = fleet.device('host1');
    const setupService = 'AMT_SetupAndConfigurationService';
    const session = await logOn(host.address, { port, tls: client(), password: 'admin' });
    const call = async (className: string, operation: string, content = '') => {
      const body = content || operation !== 'Get' ? input(className, operation, content) : '';
      const reply = await session.send(soap({ className, operation, body }));
      expect(reply.status).toBe(200);
      return reply.body;
    };
    expect(textOf(await call(setupService, 'Get'), 'ProvisioningState')).toBe('1');
    expect(textOf(await call('AMT_AuthorizationService', 'GetAdminAclEntryStatus'), 'IsDefault')).toBe('true');
    // With the factory's password it can't be finished.
    expect(textOf(await call(setupService, 'CommitChanges'), 'ReturnValue')).toBe('16');
    const weak = await call(setupService, 'SetMEBxPassword', '<r:Password>short</r:Password>');
    expect(textOf(weak, 'ReturnValue')).toBe('2054');
    const strong = await call(setupService, 'SetMEBxPassword', '<r:Password>Str0ng-Pass!</r:Password>');
    expect(textOf(strong, 'ReturnValue')).toBe('0');
    const hash = createHash('md5').update(`admin:${host.realm}:N3w-Passw0rd!`).digest('base64');
    const changed = await call(
      'AMT_AuthorizationService',
      'SetAdminAclEntryEx',
      `<r:Username>admin</r:Username><r:DigestPassword>${hash}</r:DigestPassword>`,
    );
    expect(textOf(changed, 'ReturnValue')).toBe('0');
    session.close();
    await expect(
      logOn(host.address, { port, tls: client(), password: 'admin' }).then((old) =>
        old.send(soap({ className: setupService, operation: 'Get' })),
      ),
    ).resolves.toMatchObject({ status: 401 });
    const again = await logOn(host.address, { port, tls: client(), password: 'N3w-Passw0rd!' });
    const commit = await again.send(
      soap({ className: setupService, operation: 'CommitChanges', body: input(setupService, 'CommitChanges', '') }),
    );
    expect(textOf(commit.body, 'ReturnValue')).toBe('0');
    await again.wire.closed;
    // From now on no client certificate is asked for, and all classes answer.
    const after = await logOn(host.address, { port, tls: { rejectUnauthorized: false }, password: 'N3w-Passw0rd!' });
    const state = await after.send(soap({ className: setupService, operation: 'Get' }));
    expect(textOf(state.body, 'ProvisioningState')).toBe('2');
    after.close();
  });

  test('other PCs of the fleet are as ever', async () => {
    const session = await logOn(fleet.device('host4').address, { port, tls: { rejectUnauthorized: false } });
    const state = await session.send(soap({ className: 'AMT_SetupAndConfigurationService', operation: 'Get' }));
    expect(textOf(state.body, 'ProvisioningState')).toBe('2');
    session.close();
  });
});
