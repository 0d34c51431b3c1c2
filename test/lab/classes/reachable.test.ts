import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createFleet, type Fleet } from '../../../lab/fleet.ts';
import { asking } from '../asking.ts';
import { logOn, openWire, post, powerRequest, textOf } from '../wire.ts';

/** Power package and link policy decide whether a PC that is off can be asked. */
let fleet: Fleet;
let nowMs = Date.UTC(2026, 10, 23, 9);
const port = 16992;
const address = '127.21.6.51';

beforeAll(async () => {
  fleet = await createFleet({
    firstAddress: address,
    devices: 3,
    ports: { plain: port, tls: undefined },
    timing: { onMs: [20, 20], offMs: 10, gracefulMs: 10 },
    powered: 'on',
    now: () => nowMs,
  });
  await fleet.start();
});

afterEach(async () => {
  for (const { name } of fleet.devices) {
    fleet.setPower(name, 'on');
    await fleet.setFaults(name, 'low-power-package+no-sx-link-policy');
    await fleet.setFaults(name, '');
  }
});

afterAll(() => fleet.stop());

const ask = () => asking(fleet);

/** Whether a request to host1 is answered within the time another one takes for a whole exchange, and some more. */
async function answers(): Promise<boolean> {
  const wire = await openWire(address, port);
  const reply = wire.exchange(post('')).then(
    () => true,
    () => false,
  );
  await ask().get('AMT_GeneralSettings', 'HostName', 'host2');
  const answered = await Promise.race([reply, new Promise<false>((resolve) => setTimeout(() => resolve(false), 300))]);
  wire.close();
  return answered;
}

test.each(['low-power-package', 'no-sx-link-policy'])('%s: no answer while the PC is off', async (fault) => {
  await fleet.setFaults('host1', fault);
  expect(await answers()).toBe(true);
  fleet.setPower('host1', 'off');
  expect(await answers()).toBe(false);
  fleet.setPower('host1', 'on');
  expect(await answers()).toBe(true);
});

test('an open connection goes silent when the PC goes off', async () => {
  await fleet.setFaults('host1', 'no-sx-link-policy');
  const session = await logOn(address, { port });
  expect(textOf((await session.send(powerRequest(8))).body, 'ReturnValue')).toBe('0');
  nowMs += 20;
  let isAnswered = false;
  void session.send(powerRequest(2)).then(
    () => {
      isAnswered = true;
    },
    () => {},
  );
  expect(await answers()).toBe(false);
  expect(isAnswered).toBe(false);
  session.close();
});

test('the link policy can be put right while the PC is on', async () => {
  await fleet.setFaults('host1', 'no-sx-link-policy');
  const wired = { InstanceID: 'Intel(r) AMT Ethernet Port Settings 0' };
  const read = await ask().send({ className: 'AMT_EthernetPortSettings', operation: 'Get', selectors: wired });
  expect(read.body).toContain('<g:LinkPolicy>1</g:LinkPolicy><g:MACAddress>');
  const both = '<h:LinkPolicy>1</h:LinkPolicy><h:LinkPolicy>14</h:LinkPolicy>';
  expect((await ask().put('AMT_EthernetPortSettings', both, wired)).status).toBe(200);
  fleet.setPower('host1', 'off');
  expect(await answers()).toBe(true);
});

test('a link policy that is none is refused', async () => {
  const wired = { InstanceID: 'Intel(r) AMT Ethernet Port Settings 0' };
  const { status, body } = await ask().put('AMT_EthernetPortSettings', '<h:LinkPolicy>3</h:LinkPolicy>', wired);
  expect(status).toBe(500);
  expect(body).toContain('AMT-STATUS 36');
});

test('the power package can be put right while the PC is on, and the association tells which is in force', async () => {
  await fleet.setFaults('host1', 'low-power-package');
  expect(await current()).toBe('SCHEME 0');
  const scheme = (selectors: Readonly<Record<string, string>>) =>
    ask().send({
      className: 'AMT_SystemPowerScheme',
      operation: 'SetPowerScheme',
      selectors,
      body: '<r:SetPowerScheme_INPUT xmlns:r="http://intel.com/wbem/wscim/1/amt-schema/1/AMT_SystemPowerScheme"/>',
    });
  expect((await scheme({ InstanceID: 'SCHEME 1', SchemeGUID: 'djmXEQtWUEOIcJgS85G1YA==' })).returnValue).toBe(36);
  expect((await scheme({})).returnValue).toBe(36);
  expect((await scheme({ SchemeGUID: 'MIAN7gnAeEOvKHhootu+Og==' })).returnValue).toBe(0);
  expect(await current()).toBe('SCHEME 1');
  fleet.setPower('host1', 'off');
  expect(await answers()).toBe(true);
});

/** InstanceID of the scheme whose association is current. */
async function current(): Promise<string | undefined> {
  const className = 'CIM_ElementSettingData';
  const enumeration = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration';
  const begun = await ask().send({ className, operation: 'Enumerate', body: `<Enumerate xmlns="${enumeration}"/>` });
  const context = textOf(begun.body, 'EnumerationContext');
  const pulled = await ask().send({
    className,
    operation: 'Pull',
    body: `<Pull xmlns="${enumeration}"><EnumerationContext>${context}</EnumerationContext><MaxElements>99</MaxElements></Pull>`,
  });
  const items = pulled.body.split('<h:CIM_ElementSettingData>');
  const found = items.find((item) => item.includes('<h:IsCurrent>1<'));
  return found === undefined ? undefined : /Name="InstanceID">(SCHEME \d)</.exec(found)?.[1];
}

test.each([
  ['amt-6.2', 'host1', 5, 'Mobile: ON in S0'],
  ['amt-6.2', 'host3', 7, 'Desktop: ON in S0'],
  ['amt-15.0', 'host3', 2, 'Desktop: ON in S0'],
])('%s %s offers %d schemes, the first %s', async (persona, host, count, first) => {
  const other = await createFleet({
    firstAddress: '127.21.6.61',
    devices: 3,
    persona,
    ports: { plain: port, tls: undefined },
  });
  await other.start();
  const className = 'AMT_SystemPowerScheme';
  const enumeration = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration';
  const begun = await asking(other).send(
    { className, operation: 'Enumerate', body: `<Enumerate xmlns="${enumeration}"/>` },
    host,
  );
  const context = textOf(begun.body, 'EnumerationContext');
  const { body } = await asking(other).send(
    {
      className,
      operation: 'Pull',
      body: `<Pull xmlns="${enumeration}"><EnumerationContext>${context}</EnumerationContext><MaxElements>99</MaxElements></Pull>`,
    },
    host,
  );
  expect(body.split('<h:AMT_SystemPowerScheme>').length - 1).toBe(count);
  expect(textOf(body, 'Description')).toBe(first);
  await other.stop();
});
