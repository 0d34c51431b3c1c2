import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parseFaultPlan, parseFaults } from '../../lab/faults.ts';
import { createFleet, type Fleet } from '../../lab/fleet.ts';
import { challengeOf, digest, identify, logOn, openWire, post, powerRequest, soap, textOf } from './wire.ts';

const port = 16992;
const address = '127.21.2.41';
let fleet: Fleet;

beforeAll(async () => {
  fleet = await createFleet({
    firstAddress: address,
    ports: { plain: port, tls: undefined },
    timing: { onMs: [1, 2], offMs: 1, gracefulMs: 1 },
  });
  await fleet.start();
});

afterAll(() => fleet.stop());

beforeEach(() => {
  fleet.setPower('host1', 'off');
  fleet.resetCounters();
});

const powerRequests = () => fleet.device('host1').power.requests.length;

test('busy-once: one refusal, then as usual', async () => {
  await fleet.setFaults('host1', 'busy-once');
  const session = await logOn(address, { port });
  expect(textOf((await session.send(powerRequest(2))).body, 'ReturnValue')).toBe('4099');
  expect(textOf((await session.send(powerRequest(2))).body, 'ReturnValue')).toBe('0');
  session.close();
});

describe('asleep-me', () => {
  test('connections before it has woken are dropped without an answer, later ones served', async () => {
    await fleet.setFaults('host1', 'asleep-me:30');
    const lost = await openWire(address, port);
    await expect(lost.exchange(post(identify))).rejects.toThrow('after 0 bytes');
    const session = await logOn(address, { port });
    expect((await session.send(identify)).status).toBe(200);
    session.close();
  });

  test('falls asleep again when nobody has asked for a minute', async () => {
    let nowMs = 1_700_000_000_000;
    const sleepy = await createFleet({
      firstAddress: '127.21.2.42',
      ports: { plain: port, tls: undefined },
      faults: 'host1=asleep-me:20',
      now: () => nowMs,
    });
    await sleepy.start();
    const tries = async () => {
      const wire = await openWire('127.21.2.42', port);
      const reply = await wire.exchange(post(identify)).then(
        ({ status }) => status,
        () => 'lost',
      );
      wire.close();
      return reply;
    };
    expect(await tries()).toBe('lost');
    nowMs += 20;
    expect(await tries()).toBe(401);
    nowMs += 60_001;
    expect(await tries()).toBe('lost');
    await sleepy.stop();
  });
});

test('unreachable: connections that were given up leave nothing behind, and none is refused', async () => {
  await fleet.setFaults('host1', 'unreachable');
  const wires = await Promise.all(Array.from({ length: 12 }, () => openWire(address, port)));
  expect(fleet.device('host1').counters.surplusConnections).toBe(0);
  for (const { socket } of wires) socket.end();
  await Promise.all(wires.map(({ closed }) => closed));
});

test('unplugged: not even a connection is answered, nor refused; plugged in again it is as before', async () => {
  await fleet.setFaults('host1', 'unplugged');
  const socket = connect({ host: address, port });
  const events: string[] = [];
  for (const event of ['connect', 'error']) socket.on(event, () => events.push(event));
  // A refusal would be there before a whole turn of worker and kernel is.
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(events).toEqual([]);
  socket.destroy();
  await fleet.setFaults('host1', '');
  const session = await logOn(address, { port });
  expect((await session.send(identify)).status).toBe(200);
  session.close();
});

test('unreachable: nothing ever comes back', async () => {
  await fleet.setFaults('host1', 'unreachable');
  const wire = await openWire(address, port);
  let bytes = 0;
  wire.socket.on('data', (data: Buffer) => {
    bytes += data.length;
  });
  wire.socket.write(post(identify));
  // Another device's whole exchange fits into the wait.
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(bytes).toBe(0);
  expect(fleet.device('host1').counters.unauthorized).toBe(0);
  await fleet.setFaults('host1', '');
  await wire.closed;
});

test('wrong-password: the password of the inventory is refused, twice the same way', async () => {
  await fleet.setFaults('host1', 'wrong-password');
  const session = await logOn(address, { port });
  const reply = await session.send(identify);
  expect(reply.status).toBe(401);
  await session.wire.closed;
  await fleet.setFaults('host1', '');
  const healed = await logOn(address, { port });
  expect((await healed.send(identify)).status).toBe(200);
  healed.close();
});

test('plain-closed: the plain port refuses connections and opens again when healed', async () => {
  await fleet.setFaults('host1', 'plain-closed');
  await expect(openWire(address, port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await fleet.setFaults('host1', '');
  (await openWire(address, port)).close();
});

test('AMT 16.1 has no plain port at all', async () => {
  const closed = await createFleet({ firstAddress: '127.21.2.43', persona: 'amt-16.1' });
  await closed.start();
  await expect(openWire('127.21.2.43', 16992)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await closed.stop();
});

test('slow: each reply takes its time', async () => {
  await fleet.setFaults('host1', 'slow:40');
  const begin = performance.now();
  const session = await logOn(address, { port });
  await session.send(identify);
  session.close();
  expect(performance.now() - begin).toBeGreaterThan(79);
});

test('slow: requests on several connections wait for each other', async () => {
  await fleet.setFaults('host1', 'slow:30');
  const sessions = await Promise.all([logOn(address, { port }), logOn(address, { port })]);
  const begin = performance.now();
  await Promise.all(sessions.map((session) => session.send(identify)));
  expect(performance.now() - begin).toBeGreaterThan(58);
  for (const session of sessions) session.close();
});

describe('drop-mid-reply', () => {
  test('once: the first reply breaks off in the middle, the second is whole', async () => {
    await fleet.setFaults('host1', 'drop-mid-reply');
    const session = await logOn(address, { port });
    await expect(session.send(identify)).rejects.toThrow(/^Connection ended after [1-9]\d* bytes: HTTP\/1\.1 200 OK/);
    const again = await logOn(address, { port });
    expect((await again.send(identify)).status).toBe(200);
    again.close();
  });

  test('power: the request took effect although its reply was lost', async () => {
    await fleet.setFaults('host1', 'drop-mid-reply:power');
    const session = await logOn(address, { port });
    expect((await session.send(identify)).status).toBe(200);
    await expect(session.send(powerRequest(2))).rejects.toThrow('Connection ended');
    expect(powerRequests()).toBe(1);
    expect(fleet.device('host1').power.steps).toHaveLength(1);
  });

  test('always', async () => {
    await fleet.setFaults('host1', 'drop-mid-reply:always');
    for (let n = 0; n < 3; n += 1) {
      const session = await logOn(address, { port });
      await expect(session.send(identify)).rejects.toThrow('Connection ended');
    }
  });
});

describe('empty-400', () => {
  test('once, without a body, and the connection closes', async () => {
    await fleet.setFaults('host1', 'empty-400');
    const session = await logOn(address, { port });
    const reply = await session.send(identify);
    expect(reply.status).toBe(400);
    expect(reply.head).toContain('Content-Length: 0');
    expect(reply.body).toBe('');
    await session.wire.closed;
    const again = await logOn(address, { port });
    expect((await again.send(identify)).status).toBe(200);
    again.close();
  });

  test('power: the request is not carried out', async () => {
    await fleet.setFaults('host1', 'empty-400:power');
    const session = await logOn(address, { port });
    expect((await session.send(identify)).status).toBe(200);
    expect((await session.send(powerRequest(2))).status).toBe(400);
    expect(powerRequests()).toBe(0);
  });
});

test('nonce-reset: after two requests the nonce is forgotten in mid-session, and a new one serves', async () => {
  await fleet.setFaults('host1', 'nonce-reset');
  const session = await logOn(address, { port });
  expect((await session.send(identify)).status).toBe(200);
  expect((await session.send(identify)).status).toBe(200);
  const refused = await session.send(identify);
  expect(refused.status).toBe(401);
  const wire = await openWire(address, port);
  const reply = await wire.exchange(post(identify, digest({ ...challengeOf(refused), nc: 1 })));
  expect(reply.status).toBe(200);
  wire.close();
});

test('not-provisioned: state is pre, settings can be read, power is denied', async () => {
  await fleet.setFaults('host1', 'not-provisioned');
  const session = await logOn(address, { port });
  const { body } = await session.send(soap({ className: 'AMT_SetupAndConfigurationService', operation: 'Get' }));
  expect(textOf(body, 'ProvisioningState')).toBe('0');
  const denied = await session.send(powerRequest(2));
  expect(denied.status).toBe(400);
  expect(denied.body).toContain('e:AccessDenied');
  expect(powerRequests()).toBe(0);
});

test('several faults on one device', async () => {
  await fleet.setFaults('host1', 'empty-400+busy-once:6');
  const session = await logOn(address, { port });
  expect((await session.send(powerRequest(2))).status).toBe(400);
  const again = await logOn(address, { port });
  expect(textOf((await again.send(powerRequest(2))).body, 'ReturnValue')).toBe('6');
  again.close();
});

describe('plans', () => {
  test('by name', () => {
    expect([...parseFaultPlan('host1=dark,host2=slow:5+busy-once', 2)]).toEqual([
      ['host1', 'dark'],
      ['host2', 'slow:5+busy-once'],
    ]);
    expect(parseFaults('slow:5+busy-once').get('slow')?.argument).toBe('5');
  });

  test('an unknown fault or device is named', async () => {
    expect(() => parseFaults('drak')).toThrow(/No fault drak. Known: dark, busy-once/);
    await expect(createFleet({ faults: 'host2=dark' })).rejects.toThrow('Faults for host2: no such device');
  });

  test('realistic: sixteen of each hundred, six of them for good, host17 dark, host42 and host99 healthy', () => {
    const plan = parseFaultPlan('realistic', 200);
    expect(plan.size).toBe(32);
    expect(plan.get('host17')).toBe('dark');
    expect(plan.get('host117')).toBe('dark');
    expect(plan.has('host42')).toBe(false);
    expect(plan.has('host99')).toBe(false);
    const forGood = /dark|wrong-password|unreachable|certificate|not-provisioned/;
    expect([...plan.values()].filter((faults) => forGood.test(faults))).toHaveLength(12);
  });

  test('realistic for a small fleet stays within it', () => {
    expect([...parseFaultPlan('realistic', 10).keys()]).toEqual(['host5', 'host9']);
  });
});
