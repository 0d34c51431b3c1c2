import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createFleet, type Fleet } from '../../../lab/fleet.ts';
import { asking } from '../asking.ts';
import { logOn, powerRequest, textOf, textsOf } from '../wire.ts';

let fleet: Fleet;
let nowMs = Date.UTC(2026, 10, 23, 9);
const port = 16992;
const log = 'AMT_MessageLog';

beforeAll(async () => {
  fleet = await createFleet({
    firstAddress: '127.21.6.41',
    ports: { plain: port, tls: undefined },
    timing: { onMs: [20, 20], offMs: 10, gracefulMs: 10 },
    now: () => nowMs,
  });
  await fleet.start();
});

beforeEach(() => {
  nowMs += 60_000;
});

afterAll(() => fleet.stop());

const ask = () => asking(fleet);

async function records(start = '1', most = 390) {
  const reply = await ask().call(
    log,
    'GetRecords',
    `<r:IterationIdentifier>${start}</r:IterationIdentifier><r:MaxReadRecords>${most}</r:MaxReadRecords>`,
  );
  return {
    ...reply,
    next: textOf(reply.body, 'IterationIdentifier'),
    isLast: textOf(reply.body, 'NoMoreRecords'),
    records: textsOf(reply.body, 'RecordArray').map((text) => Buffer.from(text, 'base64')),
  };
}

const isEmpty = (record: Buffer) => record.every((byte) => byte === 0);

test('records of 21 bytes, newest first, then the slots that nothing was written to', async () => {
  expect(textOf((await ask().call(log, 'PositionToFirstRecord')).body, 'IterationIdentifier')).toBe('1');
  const found = await records();
  expect(found).toMatchObject({ isLast: 'true', returnValue: 0 });
  expect(found.records.every(({ length }) => length === 21)).toBe(true);
  const written = found.records.filter((record) => !isEmpty(record));
  expect(found.records.slice(written.length).every(isEmpty)).toBe(true);
  expect(found.records.length).toBeGreaterThan(written.length);
  const times = written.map((record) => record.readUInt32LE(0));
  expect(times).toEqual([...times].sort((a, b) => b - a));
  expect(await ask().get(log, 'CurrentNumberOfRecords')).toBe(String(found.records.length));
});

test('a power on writes the progress of its boot, by the device clock', async () => {
  fleet.setPower('host1', 'off');
  const before = (await records()).records.filter((record) => !isEmpty(record)).length;
  const session = await logOn('127.21.6.41', { port });
  await session.send(powerRequest(2));
  session.close();
  nowMs += 1000;
  const found = (await records()).records.filter((record) => !isEmpty(record));
  expect(found.length).toBe(before + 2);
  const [newest, second] = found;
  // Sensor 15, event type 6f, offset 2, source BIOS: start of the operating system, PCI configuration before it.
  expect(newest?.toString('hex').slice(8)).toBe('ff0f6f026801ff22004013000000000000');
  expect(second?.toString('hex').slice(8)).toBe('ff0f6f026801ff22004007000000000000');
  expect(second?.readUInt32LE(0)).toBe(Math.floor((nowMs - 980) / 1000));
});

test('pages end where they end, and an identifier that means nothing is an invalid record', async () => {
  const first = await records('1', 3);
  expect(first).toMatchObject({ isLast: 'false', next: '4' });
  expect(first.records).toHaveLength(3);
  expect((await records('9999')).returnValue).toBe(2);
  expect((await records('x')).returnValue).toBe(2);
  expect((await records('1', 0)).returnValue).toBe(2);
});

test('ten wrong passwords in a row become a record', async () => {
  for (let n = 0; n < 10; n += 1) {
    const session = await logOn('127.21.6.41', { port, username: `user${n}`, password: 'wrong' });
    await session.send('');
    session.close();
  }
  const [newest] = (await records()).records;
  expect(newest?.toString('hex').slice(8)).toBe('ff066f056810ff2661aa0a000000000000');
});

test('a frozen log takes no records, a cleared one has none', async () => {
  await ask().call(log, 'FreezeLog', '<r:Freeze>true</r:Freeze>');
  expect(await ask().get(log, 'IsFrozen')).toBe('true');
  const before = (await records()).records.length;
  fleet.setPower('host1', 'off');
  const session = await logOn('127.21.6.41', { port });
  await session.send(powerRequest(2));
  session.close();
  nowMs += 1000;
  expect((await records()).records).toHaveLength(before);
  await ask().call(log, 'FreezeLog', '<r:Freeze>false</r:Freeze>');
  expect((await ask().call(log, 'ClearLog')).returnValue).toBe(0);
  expect((await ask().call(log, 'PositionToFirstRecord')).returnValue).toBe(2);
  expect(await ask().get(log, 'CurrentNumberOfRecords')).toBe('0');
});
