import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createFleet, type Fleet } from '../../lab/fleet.ts';
import { inventoryCsv } from '../../lab/inventory.ts';
import { keysFromText, keysToText } from '../../lab/tls/fleet-keys.ts';
import { identify, logOn, openWire } from './wire.ts';

const port = 16993;
let fleet: Fleet;

beforeAll(async () => {
  fleet = await createFleet({
    devices: 6,
    firstAddress: '127.21.2.51',
    ports: { plain: undefined, tls: port },
    faults: 'host2=expired-certificate,host3=changed-certificate,host4=tls10-only,host6=asleep-me:20',
  });
  await fleet.start();
});

afterAll(() => fleet.stop());

const addressOf = (host: string) => fleet.device(host).address;
const trusting = () => ({ ca: fleet.keys.authorityPem });

/** SHA-256 of the certificate a device shows. */
async function shown(host: string, legacy = false): Promise<string> {
  const options = legacy ? { minVersion: 'TLSv1' as const, ciphers: 'DEFAULT@SECLEVEL=0' } : {};
  const wire = await openWire(addressOf(host), port, { rejectUnauthorized: false, ...options });
  const { raw } = wire.tls().getPeerCertificate();
  wire.close();
  return createHash('sha256').update(raw).digest('hex');
}

const inInventory = (host: string) => {
  const row = inventoryCsv(fleet)
    .split('\r\n')
    .find((line) => line.startsWith(`${host},`))
    ?.split(',');
  return { tls: row?.[6], fingerprint: row?.[7] };
};

describe('a healthy device', () => {
  test('a connection that goes away before it said a word frees its socket: a PC has few', async () => {
    const { address } = fleet.device('host5');
    for (let knock = 0; knock < 9; knock += 1) {
      const socket = connect(port, address);
      await once(socket, 'connect');
      socket.destroy();
      await once(socket, 'close');
    }
    const wire = await openWire(address, port, trusting());
    wire.close();
    expect(fleet.device('host5').counters.surplusConnections).toBe(0);
  });

  test('is trusted by the fleet authority, by address and by name', async () => {
    const byAddress = await logOn(addressOf('host1'), { port, tls: trusting() });
    expect((await byAddress.send(identify)).status).toBe(200);
    byAddress.close();
    const byName = await openWire(addressOf('host1'), port, { ...trusting(), servername: 'host1.lab.example' });
    byName.close();
  });

  test('is not trusted without it, nor under another name', async () => {
    await expect(openWire(addressOf('host1'), port, {})).rejects.toMatchObject({
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
    const other = { ...trusting(), servername: 'host2.lab.example' };
    await expect(openWire(addressOf('host1'), port, other)).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  test('speaks TLS 1.2 and takes RSA key exchange, which MeshCentral needs', async () => {
    const wire = await openWire(addressOf('host1'), port, { ...trusting(), ciphers: 'AES256-GCM-SHA384' });
    expect(wire.tls().getProtocol()).toBe('TLSv1.2');
    wire.close();
  });

  test('resumes a session', async () => {
    const wire = await openWire(addressOf('host1'), port, trusting());
    const session = wire.tls().getSession();
    wire.close();
    const again = await openWire(addressOf('host1'), port, { ...trusting(), ...(session ? { session } : {}) });
    expect(again.tls().isSessionReused()).toBe(true);
    again.close();
  });

  test('has its inventory row without a fingerprint', () => {
    expect(inInventory('host1')).toEqual({ tls: 'ca', fingerprint: '' });
  });
});

describe('faults', () => {
  test('expired-certificate', async () => {
    await expect(openWire(addressOf('host2'), port, trusting())).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' });
    expect(inInventory('host2').tls).toBe('ca');
  });

  test('changed-certificate: the inventory pins another one than the device shows', async () => {
    const { tls, fingerprint } = inInventory('host3');
    expect(tls).toBe('pinned');
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(await shown('host3')).not.toBe(fingerprint);
  });

  test('changed-certificate at run time: each time another one, sessions are not resumed', async () => {
    const before = await shown('host5');
    const wire = await openWire(addressOf('host5'), port, trusting());
    const session = wire.tls().getSession();
    wire.close();
    await fleet.setFaults('host5', 'changed-certificate');
    const first = await shown('host5');
    await fleet.setFaults('host5', 'changed-certificate');
    expect(new Set([before, first, await shown('host5')]).size).toBe(3);
    const again = await openWire(addressOf('host5'), port, {
      rejectUnauthorized: false,
      ...(session ? { session } : {}),
    });
    expect(again.tls().isSessionReused()).toBe(false);
    again.close();
  });

  test('tls10-only: refuses modern clients, serves a legacy one, its SHA-1 certificate is the pinned one', async () => {
    await expect(openWire(addressOf('host4'), port, { rejectUnauthorized: false })).rejects.toThrow();
    const legacy = { minVersion: 'TLSv1' as const, ciphers: 'DEFAULT@SECLEVEL=0', rejectUnauthorized: false };
    const session = await logOn(addressOf('host4'), { port, tls: legacy });
    expect(session.wire.tls().getProtocol()).toBe('TLSv1');
    expect((await session.send(identify)).status).toBe(200);
    session.close();
    expect(inInventory('host4')).toEqual({ tls: 'legacy', fingerprint: await shown('host4', true) });
  });

  test('asleep-me: the first handshake gets no answer', async () => {
    await expect(openWire(addressOf('host6'), port, trusting())).rejects.toMatchObject({ code: 'ECONNRESET' });
    (await openWire(addressOf('host6'), port, trusting())).close();
  });
});

test('kept keys give the same certificates in another process', async () => {
  const keys = keysFromText(keysToText(fleet.keys));
  const again = await createFleet({
    devices: 6,
    firstAddress: '127.21.2.51',
    faults: 'host4=tls10-only,host3=changed-certificate',
    keys,
  });
  expect(keys.authorityPem).toBe(fleet.keys.authorityPem);
  const pins = (of: Fleet) => inventoryCsv(of, 'pinned').split('\r\n').slice(3, 5);
  expect(pins(again)).toEqual(pins(fleet));
  expect(() => keysFromText('nothing')).toThrow('Not a file of lab keys');
});

test('a change of faults breaks open sessions', async () => {
  const session = await logOn(addressOf('host1'), { port, tls: trusting() });
  expect((await session.send(identify)).status).toBe(200);
  await fleet.setFaults('host1', '');
  await session.wire.closed;
  expect(fleet.device('host1').openSockets).toBe(0);
});

test('a client that goes away in the middle of a handshake does no harm', async () => {
  const { connect } = await import('node:net');
  const socket = connect(port, addressOf('host1'));
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]));
  socket.destroy();
  const session = await logOn(addressOf('host1'), { port, tls: trusting() });
  expect((await session.send(identify)).status).toBe(200);
  session.close();
});
