import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { auditStore } from '../../../lab/classes/logs/audit-store.ts';
import { type Control, startControl } from '../../../lab/control.ts';
import { createFleet, type Fleet } from '../../../lab/fleet.ts';
import { asking } from '../asking.ts';
import { logOn, powerRequest, soap } from '../wire.ts';
import { readAudit, readPage } from './audit-reading.ts';

/** What the control interface tells of a device's inside, and what it puts in. */
let fleet: Fleet;
let control: Control;
const nowMs = Date.UTC(2026, 10, 23, 9);

beforeAll(async () => {
  fleet = await createFleet({
    firstAddress: '127.21.6.171',
    devices: 2,
    ports: { plain: 16_992, tls: 16_993 },
    now: () => nowMs,
  });
  await fleet.start();
  control = await startControl(fleet, 0);
});

afterAll(async () => {
  await control.close();
  await fleet.stop();
});

async function ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`http://127.0.0.1:${control.port}/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

test('the state of a device that nobody has touched', async () => {
  expect(await ask('GET', 'devices/host1/state')).toMatchObject({
    status: 200,
    body: {
      reachable: true,
      powerState: 8,
      boots: [],
      nextBoot: { source: null, role: 0, flags: [] },
      alarms: [],
      clockAheadMs: 0,
      powerScheme: 'Mobile: ON in S0, ME Wake in S3, S4-5 (AC only)',
      linkPolicy: [1, 14],
      provisioningState: 2,
      auditLog: { records: 3, isEnabled: true, isLocked: false, storagePolicy: 1, critical: [] },
      accounts: [{ handle: 1, name: '$$uns', realms: [16], isEnabled: true }],
      adminName: 'admin',
      generalSettings: { HostName: 'host1', DomainName: 'lab.example' },
    },
  });
});

test('records that nothing in the lab causes are put into the audit log as they are', async () => {
  const records = ['ABMAAAI/9M1uAgAQAAwAAAAoBZkADAAAACQFlA==', 'AB4AAQAFYWRtaW5hpfrtAAcxLjIuMy40AQA='];
  expect(await ask('POST', 'devices/host1/audit-records', { records })).toMatchObject({
    body: { auditLog: { records: 5 } },
  });
  const page = await readPage(asking(fleet), 4);
  expect(page.records.map((bytes) => bytes.toString('base64'))).toEqual(records);
  expect((await ask('POST', 'devices/host1/audit-records', { records: 'no list' })).status).toBe(400);
  expect((await ask('GET', 'devices/host9/state')).status).toBe(400);
});

test('over TLS the audit log knows the address of the client too', async () => {
  const session = await logOn('127.21.6.172', { port: 16_993, tls: { rejectUnauthorized: false } });
  await session.send(powerRequest(2));
  await session.send(soap({ className: 'AMT_GeneralSettings', operation: 'Get' }));
  session.close();
  const host2 = {
    ...asking(fleet),
    call: (c: string, m: string, content?: string) => asking(fleet).call(c, m, content, 'host2'),
  };
  expect((await readAudit(host2)).at(-1)).toMatchObject({ id: 1700, name: 'admin', address: '127.0.0.1' });
});

describe('an export is signed', () => {
  const call = (method: string, content: string) => asking(fleet).call('AMT_AuditLog', method, content, 'host2');
  const exported = () => call('ExportAuditLogSignature', '<r:SigningMechanism>1</r:SigningMechanism>');

  test('with a key that was set before, over all records', async () => {
    expect((await exported()).returnValue).toBe(2060);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = privateKey.export({ format: 'der', type: 'pkcs1' }).toString('base64');
    const material = (signingKey: string) =>
      `<r:SigningMechanismType>1</r:SigningMechanismType><r:SigningKey>${signingKey}</r:SigningKey>` +
      '<r:LengthOfCertificates>3</r:LengthOfCertificates><r:Certificates>AAAA</r:Certificates>';
    expect((await call('SetSigningKeyMaterial', material('AAAA'))).returnValue).toBe(2062);
    expect((await call('SetSigningKeyMaterial', material(key))).returnValue).toBe(0);
    const { body, returnValue } = await exported();
    expect(returnValue).toBe(0);
    const before = auditStore(fleet.device('host2'))
      .records.slice(0, -1)
      .map(({ bytes }) => bytes);
    const signature = Buffer.from(/<g:Signature>([^<]+)</.exec(body)?.[1] ?? '', 'base64');
    expect(verify('sha256', Buffer.concat(before), createPublicKey(privateKey), signature)).toBe(true);
    expect(body).toContain(`<g:UUID>${fleet.device('host2').uuid}</g:UUID>`);
    expect(await asking(fleet).get('AMT_AuditLog', 'AuditState', 'host2')).toBe('0');
  });
});
