import { describe, expect, test } from '@jest/globals';
import { compareWithDeviceLog, digestOf, type LogReading } from '../../src/audit/device-log/compare.ts';
import type { AuditLogStatus, AuditRecord } from '../../src/ports/amt/audit-log.ts';
import type { ServiceAction } from '../../src/ports/trail/finding-store.ts';

const start = Date.UTC(2026, 0, 5, 10);
/** So many seconds into the day of the test. */
const at = (seconds: number) => new Date(start + seconds * 1_000);
const toleranceMs = 5_000;

const recordOf = (appId: number, eventId: number, seconds: number, over: Partial<AuditRecord> = {}): AuditRecord => {
  const fields = {
    index: 1,
    at: at(seconds),
    appId,
    eventId,
    app: `application ${appId}`,
    event: `event ${eventId}`,
    initiator: { kind: 'digest', user: 'admin' },
    address: '10.0.0.5',
    details: [],
    ...over,
  } as const;
  return { raw: JSON.stringify(fields), ...fields };
};
/** A harmless first record, so that the log is known to go back this far. */
const oldest = recordOf(16, 5, -100_000);
const powerUp = (seconds: number, over: Partial<AuditRecord> = {}) => recordOf(17, 0, seconds, over);
const powerCycle = (seconds: number, over: Partial<AuditRecord> = {}) => recordOf(17, 2, seconds, over);

let runs = 0;
const action = (seconds: number, over: Partial<ServiceAction> = {}): ServiceAction => {
  runs += 1;
  return {
    runId: `run_${runs}`,
    requestId: `req_${runs}`,
    operation: 'power-on',
    credential: 'fleet',
    from: at(seconds),
    to: at(seconds + 4),
    attempts: 1,
    isCertain: true,
    evidence: [],
    traces: [],
    ...over,
  };
};

const status: AuditLogStatus = {
  enabled: true,
  locked: false,
  almostFull: false,
  full: false,
  storagePolicy: 'roll-over',
  minDaysToKeep: null,
  percentageFree: 90,
  records: 4,
  lastRecordAt: null,
};

function compare(
  actions: readonly ServiceAction[],
  records: readonly AuditRecord[],
  over: Partial<LogReading> = {},
): readonly string[] {
  return verdictOf(actions, records, over).differences.map(
    ({ kind, what, event, requestId }) => `${kind} ${event ?? what}${requestId ? ` ${requestId}` : ''}`,
  );
}

const verdictOf = (
  actions: readonly ServiceAction[],
  records: readonly AuditRecord[],
  over: Partial<LogReading> = {},
) =>
  compareWithDeviceLog(actions, records, toleranceMs, {
    readAt: at(3_600),
    addedAt: at(-50_000),
    clockAheadMs: 0,
    status,
    audited: new Set(['17/0', '17/1', '17/2', '17/3', '20/1', '21/0']),
    unjudged: new Set(records.map(digestOf)),
    userOf: () => 'admin',
    ...over,
  });

describe('records that the service can answer for', () => {
  test('the record of what was done is its trace', () => {
    const done = action(100);
    const { differences, judged } = verdictOf([done], [oldest, powerUp(101)]);
    expect(differences).toEqual([]);
    expect(judged.map(({ runId }) => runId)).toEqual([null, done.runId]);
  });

  test.each([
    ['a minute after it', powerUp(170)],
    ['before it', powerUp(90)],
    ['of another event', powerCycle(101)],
    ['by another AMT user', powerUp(101, { initiator: { kind: 'digest', user: 'eve' } })],
    ['by the admin in other letters', powerUp(101, { initiator: { kind: 'digest', user: 'Admin' } })],
    ['by a user of the domain', powerUp(101, { initiator: { kind: 'kerberos', sid: 'S-1-5-21-1' } })],
    ['by somebody at the PC', powerUp(101, { initiator: { kind: 'local' } })],
  ])('one %s is not', (_what, record) => {
    const found = verdictOf([action(100, { isCertain: false })], [oldest, record]).differences;
    expect(found).toMatchObject([
      { kind: 'unknown_to_service', initiator: record.initiator, address: '10.0.0.5', what: record.event },
    ]);
  });

  test('a second power-up within the time of one is not: a power command leaves one record', () => {
    expect(compare([action(100)], [oldest, powerUp(101), powerUp(103)])).toEqual(['unknown_to_service 17/0']);
  });

  test('it may be two when the command was sent again, or the service died and came back', () => {
    const records = [oldest, powerUp(101), powerUp(103)];
    expect(compare([action(100, { attempts: 2 })], records)).toEqual([]);
    expect(compare([action(100, { evidence: ['command 2 sent, answer lost (no_answer)'] })], records)).toEqual([]);
    expect(compare([action(100, { evidence: ['no reading at look 2 (unreachable)'] })], records)).toHaveLength(1);
  });

  test('a trace of an earlier reading counts: the next one is a stranger', () => {
    const done = action(100, { traces: ['17/0'] });
    const [known, late] = [powerUp(101), powerUp(103)];
    const unjudged = new Set([digestOf(late)]);
    expect(compare([done], [oldest, known, late], { unjudged })).toEqual(['unknown_to_service 17/0']);
    expect(compare([done], [oldest, known], { unjudged })).toEqual([]);
  });

  test('what is logged twice with the same bytes is one', () => {
    expect(compare([action(100)], [oldest, powerUp(101), powerUp(101)])).toEqual([]);
    expect(compare([], [oldest, powerUp(101), powerUp(101)])).toHaveLength(1);
  });

  test('an operation under way explains what comes until now, and is not missed', () => {
    const running = action(100, { to: null, isCertain: false });
    expect(compare([running], [oldest, powerUp(3_000)])).toEqual([]);
    expect(compare([running], [oldest])).toEqual([]);
  });

  test('of two actions each has its own', () => {
    const [first, second] = [action(100), action(102)];
    const { judged, differences } = verdictOf([first, second], [oldest, powerUp(101), powerUp(103)]);
    expect(differences).toEqual([]);
    expect(new Set(judged.map(({ runId }) => runId))).toEqual(new Set([null, first.runId, second.runId]));
  });

  test('many changes of one operation are all its own', () => {
    const done = action(100, { operation: 'apply-accounts' });
    const records = [recordOf(16, 2, 100), recordOf(16, 3, 101), recordOf(16, 4, 102), recordOf(16, 2, 103)];
    expect(compare([done], [oldest, ...records])).toEqual([]);
    expect(compare([action(100)], [oldest, ...records, powerUp(101)])).toHaveLength(4);
  });
});

describe('records that nobody has to answer for', () => {
  test.each([
    ['a failed log-in', recordOf(16, 5, 100)],
    ['an ended session', recordOf(18, 5, 100)],
    ['a BIOS event of the PC itself', recordOf(31, 0, 100, { initiator: { kind: 'local' } })],
  ])('%s', (_what, record) => expect(compare([], [oldest, record])).toEqual([]));

  test('what was before the device came into the inventory', () => {
    expect(compare([], [oldest, powerCycle(-60_000), powerCycle(-40_000)])).toHaveLength(1);
  });

  test('what was judged before', () => {
    expect(compare([], [oldest, powerCycle(100)], { unjudged: new Set() })).toEqual([]);
  });

  test('a record with an initiator that is not known is a finding, placed where its neighbours are', () => {
    const odd = recordOf(17, 2, 0, { initiator: { kind: 'unknown', type: 9 }, at: new Date(0) });
    expect(verdictOf([], [oldest, powerUp(50), odd, powerUp(200)]).differences).toHaveLength(3);
  });
});

describe('what should be in the log and is not', () => {
  const missing = (over: Partial<LogReading> = {}, records: readonly AuditRecord[] = [oldest]) =>
    compare([action(100, { requestId: 'req_gone' })], records, over);

  test('something done for certain, while the log was on and its policy had the event', () => {
    expect(missing()).toEqual(['missing_on_device power-on req_gone']);
  });

  test.each<[string, Partial<LogReading>]>([
    ['the policy does not have the event', { audited: new Set(['17/2']) }],
    ['the policy could not be read', { audited: null }],
    ['the log is off', { status: { ...status, enabled: false } }],
    ['the log is locked', { status: { ...status, locked: true } }],
    ['the log is almost full and drops', { status: { ...status, almostFull: true, storagePolicy: 'no-roll-over' } }],
    ['it was only just done', { readAt: at(106) }],
  ])('not when %s', (_when, over) => expect(missing(over)).toEqual([]));

  test.each([
    ['cleared', 0],
    ['given another policy', 1],
    ['switched on', 3],
    ['recovered', 5],
  ])('not when the log was %s since', (_how, event) => {
    const since = recordOf(20, event, 200, { initiator: { kind: 'local' } });
    expect(compare([action(100)], [oldest, since]).filter((line) => line.startsWith('missing'))).toEqual([]);
  });

  test('not when it is older than what the roll-over left; records that outlive it say nothing', () => {
    const survivor = recordOf(16, 1, -100_000);
    expect(missing({}, [survivor])).toEqual([]);
    expect(missing({}, [survivor, recordOf(16, 5, 200)])).toEqual([]);
    expect(missing({}, [survivor, recordOf(16, 5, 50)])).toHaveLength(1);
  });

  test('not what was so already, failed, or is unknown; nor what a crash cut off, or woke from Modern Standby', () => {
    expect(compare([action(100, { isCertain: false })], [oldest])).toEqual([]);
    expect(compare([action(100, { attempts: 2 })], [oldest])).toEqual([]);
    const evidence = ['OS power saving state: saving (Modern Standby)'];
    expect(compare([action(100, { evidence })], [oldest])).toEqual([]);
  });

  test('not what leaves nothing, or only when there is something to change', () => {
    const operations = ['set-alarm', 'apply-settings', 'apply-accounts', 'enable-audit-log'] as const;
    for (const operation of operations) expect(compare([action(100, { operation })], [oldest])).toEqual([]);
  });

  test('a boot from a source is there when any of its power events is', () => {
    const boot = action(100, { operation: 'boot' });
    expect(compare([boot], [oldest, recordOf(17, 4, 100), recordOf(17, 3, 101)])).toEqual([]);
    expect(compare([boot], [oldest, recordOf(17, 4, 100)])).toHaveLength(1);
  });
});

describe('clocks', () => {
  const hour = 3_600;
  test.each([-25 * hour, -hour, -60, 60, hour, 25 * hour])('a device clock that is %i s before ours', (ahead) => {
    const records = [oldest, powerUp(100 + ahead), powerCycle(200 + ahead)];
    const { differences } = verdictOf([action(99)], records, { clockAheadMs: ahead * 1_000 });
    expect(differences).toMatchObject([{ event: '17/2', at: at(200) }]);
  });

  test('a clock that was set in between: records before have the offset from before', () => {
    const wrong = -7 * 24 * hour;
    const set = (stamp: number) =>
      recordOf(21, 0, stamp, { details: [{ label: 'new time', value: at(300).toISOString() }] });
    const actions = [action(99), action(299, { operation: 'sync-time' }), action(399)];
    // Stamped with the old time, or with the new one.
    const before = powerUp(100 + wrong);
    expect(compare(actions, [oldest, before, set(300 + wrong), powerUp(400)])).toEqual([]);
    expect(compare(actions, [oldest, before, set(300), powerUp(400)])).not.toEqual([]);
  });

  test('one that can not be read is estimated where three actions agree', () => {
    const actions = [action(100), action(1_000), action(2_000)];
    const records = [100, 1_000, 2_000].map((seconds) => powerUp(seconds + 901));
    expect(compare(actions, [oldest, ...records], { clockAheadMs: null })).toEqual([]);
    const foreign = powerCycle(1_500 + 900);
    expect(compare(actions, [oldest, ...records, foreign], { clockAheadMs: null })).toEqual([
      'unknown_to_service 17/2',
    ]);
  });

  test("one forged record is not explained by a clock that is said to be wrong: two don't agree", () => {
    const found = compare([action(100)], [oldest, powerUp(1_000)], { clockAheadMs: null });
    expect(found).toEqual(['unknown_to_service 17/0', expect.stringMatching(/^missing_on_device power-on/)]);
  });
});
