import { describe, expect, test } from '@jest/globals';
import { createGround, olga } from './ground.ts';

const refused = { ok: false, code: 'not_allowed', details: ['operation power-on'] } as const;

describe('a due time', () => {
  test('is asked for once, as its owner would ask in its channel', async () => {
    const ground = createGround();
    await ground.add({ reason: 'patches' });
    await ground.sweepAt('2027-01-01T02:00:00.020Z');
    await ground.sweepAt('2027-01-01T02:01:00.020Z');
    expect(ground.asked).toHaveLength(1);
    expect(ground.asked[0]?.wish).toMatchObject({
      principal: olga,
      conversation: { channel: 'it-ops' },
      commandText: 'poweron site:lyon',
      operation: 'power-on',
      targetWords: ['site:lyon'],
      reason: 'patches',
    });
    expect(await ground.ticks()).toEqual(['2027-01-01T02:00 asked']);
    expect(ground.trail()).toEqual(['tick_asked by service']);
  });

  test('that the policy refuses is told in the channel; the next one is asked for again', async () => {
    const ground = createGround();
    await ground.add();
    ground.answers(() => refused);
    await ground.sweepAt('2027-01-01T02:00:00Z');
    ground.answers(() => null);
    await ground.sweepAt('2027-01-02T02:00:00Z');
    expect(await ground.ticks()).toEqual(['2027-01-01T02:00 refused not_allowed', '2027-01-02T02:00 asked']);
    expect(ground.titles()).toEqual(['Schedule "night" was refused, due 2027-01-01 02:00 UTC']);
    expect(ground.trail()).toEqual(['tick_refused by service', 'tick_asked by service']);
  });

  test('of a command that is no longer valid is refused', async () => {
    const ground = createGround();
    await ground.add({ commandText: 'powron site:lyon' });
    await ground.sweepAt('2027-01-01T02:00:00Z');
    expect(await ground.ticks()).toEqual(['2027-01-01T02:00 refused bad_usage']);
  });

  test('that could not be asked for stays due, and is asked for when the store is back', async () => {
    const ground = createGround();
    await ground.add();
    ground.answers(() => {
      throw new Error('the database is gone');
    });
    await ground.sweepAt('2027-01-01T02:00:00Z');
    expect(await ground.ticks()).toEqual(['2027-01-01T02:00 due']);
    expect(ground.errors).toHaveLength(1);
    ground.answers(() => null);
    await ground.sweepAt('2027-01-01T02:01:00Z');
    expect(await ground.ticks()).toEqual(['2027-01-01T02:00 asked']);
  });

  test('whose request was made by one that died before it said so is not asked for again', async () => {
    const ground = createGround();
    await ground.add();
    ground.answers(() => {
      throw new Error('kill -9');
    });
    await ground.sweepAt('2027-01-01T02:00:00Z');
    const [tick] = await ground.schedules.due(1);
    await ground.deps.requests.ask({ id: tick?.requestId } as never).catch(() => {});
    ground.answers(() => null);
    await ground.deps.requests.ask({ id: tick?.requestId } as never);
    await ground.replica().sweep();
    expect(ground.asked).toHaveLength(1);
    expect(await ground.ticks()).toEqual(['2027-01-01T02:00 asked']);
  });
});

describe('an owner who left', () => {
  test.each([
    ['is unknown', []],
    ['has no role any more', [{ ...olga, roles: [] }]],
  ])('%s: the schedule stops, loudly, and once', async (_, people) => {
    const ground = createGround();
    await ground.add();
    ground.have(...people);
    await ground.sweepAt('2027-01-01T02:00:00Z');
    await ground.sweepAt('2027-01-02T02:00:00Z');
    expect(ground.asked).toEqual([]);
    expect((await ground.schedules.get('night'))?.pause).toMatchObject({ by: 'service' });
    expect(ground.titles()).toEqual([
      expect.stringMatching(/^Schedule "night" is stopped: .* is gone or has no role$/),
    ]);
    expect(await ground.ticks()).toEqual([
      '2027-01-01T02:00 refused owner_left',
      '2027-01-02T02:00 skipped schedule_paused',
    ]);
    expect(ground.trail()).toEqual([
      'schedule_paused by service',
      'tick_refused by service',
      'tick_skipped by service',
    ]);
  });
});

test('upkeep of the configuration is confirmed by standing there, one of that name from chat is not', async () => {
  for (const source of ['config', 'chat'] as const) {
    const ground = createGround();
    await ground.add({ id: 'upkeep-passwords', commandText: 'rotate due:passwords', source });
    await ground.add({ commandText: 'rotate due:passwords', source });
    await ground.sweepAt('2027-01-01T02:00:00Z');
    const confirmed = ground.asked.map(({ wish }) => wish.confirmed ?? false).sort();
    expect(confirmed).toEqual([false, source === 'config']);
  }
});

test('that nothing is due is told to nobody: it is so on most days', async () => {
  const ground = createGround();
  await ground.add({ commandText: 'renew due:certificates' });
  ground.answers(() => ({ ok: false, code: 'nothing_due', details: [] }));
  await ground.sweepAt('2027-01-01T02:00:00Z');
  expect(await ground.ticks()).toEqual(['2027-01-01T02:00 skipped nothing_due']);
  expect(ground.titles()).toEqual([]);
  expect((await ground.schedules.get('night'))?.pause).toBeNull();
});

describe('times that were missed', () => {
  const missed = async (over: Parameters<ReturnType<typeof createGround>['add']>[0], back: string) => {
    const ground = createGround();
    await ground.add(over);
    await ground.sweepAt('2027-01-01T01:59:00Z');
    await ground.sweepAt(back);
    return ground;
  };

  test('with report: told, not run', async () => {
    const ground = await missed({}, '2027-01-01T02:10:00Z');
    expect(await ground.ticks()).toEqual(['2027-01-01T02:00 missed nobody_there']);
    expect(ground.titles()).toEqual(['Schedule "night" missed its time: 2027-01-01 02:00 UTC']);
    expect(ground.trail()).toEqual(['tick_missed by service']);
    expect(ground.asked).toEqual([]);
  });
  test('a minute late is still in time', async () => {
    const ground = await missed({}, '2027-01-01T02:01:30Z');
    expect(await ground.ticks()).toEqual(['2027-01-01T02:00 asked']);
  });
  test('with run-late: run within the grace, told after it', async () => {
    const within = await missed({ missed: 'run-late', lateMinutes: 30 }, '2027-01-01T02:30:00Z');
    expect(await within.ticks()).toEqual(['2027-01-01T02:00 late']);
    expect(within.asked).toHaveLength(1);
    const after = await missed({ missed: 'run-late', lateMinutes: 30 }, '2027-01-01T02:30:01Z');
    expect(await after.ticks()).toEqual(['2027-01-01T02:00 missed nobody_there']);
    expect(after.titles()).toHaveLength(1);
  });
  test('of several that are late the last is run, the others are told in one message', async () => {
    const ground = await missed({ cron: '*/10 2 * * *', missed: 'run-late', lateMinutes: 25 }, '2027-01-01T02:43:00Z');
    expect(await ground.ticks()).toEqual([
      '2027-01-01T02:00 missed nobody_there',
      '2027-01-01T02:10 missed nobody_there',
      '2027-01-01T02:20 missed overtaken',
      '2027-01-01T02:30 missed overtaken',
      '2027-01-01T02:40 late',
    ]);
    expect(ground.titles()).toEqual(['Schedule "night" missed 4 times']);
  });
  test('more than one look takes: none is lost', async () => {
    const ground = await missed({ cron: '*/5 * * * *' }, '2027-01-15T00:00:00Z');
    const ticks = await ground.ticks();
    expect(ticks).toHaveLength(14 * 24 * 12);
    expect(ticks.at(-1)).toBe('2027-01-15T00:00 asked');
    expect(ground.asked).toHaveLength(1);
    expect(ground.titles()).toEqual(['Schedule "night" missed 23 times', 'Schedule "night" missed 4,008 times']);
  });
  test('a clock that is set back asks for nothing twice', async () => {
    const ground = createGround();
    await ground.add();
    await ground.sweepAt('2027-01-01T02:00:00Z');
    await ground.sweepAt('2027-01-01T01:50:00Z');
    await ground.sweepAt('2027-01-01T02:00:00Z');
    await ground.sweepAt('2027-01-01T02:05:00Z');
    expect(ground.asked).toHaveLength(1);
    expect(await ground.ticks()).toEqual(['2027-01-01T02:00 asked']);
  });
  test('on days of rest and while it is paused nothing is missed', async () => {
    const ground = await missed({ blackouts: [{ from: '2027-01-01', to: '2027-01-02' }] }, '2027-01-03T12:00:00Z');
    expect(await ground.ticks()).toEqual([
      '2027-01-01T02:00 skipped blackout',
      '2027-01-02T02:00 skipped blackout',
      '2027-01-03T02:00 missed nobody_there',
    ]);
    expect(ground.trail()).toEqual(['tick_missed by service', 'tick_skipped by service']);
  });
});
