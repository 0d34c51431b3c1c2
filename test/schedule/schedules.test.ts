import { describe, expect, test } from '@jest/globals';
import type { ConfiguredSchedule } from '../../src/schedule/reconcile.ts';
import { reconcileSchedules } from '../../src/schedule/reconcile.ts';
import { createSchedules, type ScheduleWish } from '../../src/schedule/schedules.ts';
import { createGround, olga, scheduleOf } from './ground.ts';

const arturo = { ...olga, id: 'arturo', name: 'Arturo' };
const ada = { ...olga, id: 'ada', name: 'Ada', roles: ['chief'] };
const { conversation } = scheduleOf();
const wish = (over: Partial<ScheduleWish> = {}): ScheduleWish => {
  const { id, commandText, cron, timeZone, reason, missed, lateMinutes, blackouts } = scheduleOf();
  return { id, commandText, cron, timeZone, reason, missed, lateMinutes, blackouts, ...over };
};

describe('what people do with schedules', () => {
  test('add: with its next five times; once per name; in the trail', async () => {
    const { room, trail } = createGround();
    const added = await room.add(wish(), olga, conversation);
    expect(added).toMatchObject({ ok: true, objection: null, schedule: { owner: 'olga', source: 'chat' } });
    expect(added.ok && added.next.map((due) => due.toISOString().slice(0, 16))).toEqual(
      [1, 2, 3, 4, 5].map((day) => `2027-01-0${day}T02:00`),
    );
    expect(await room.add(wish(), arturo, conversation)).toMatchObject({ ok: false, code: 'schedule_exists' });
    expect(trail()).toEqual(['schedule_added by olga']);
  });
  test.each([
    [{ cron: '61 * * * *' }, 'bad_cron'],
    [{ timeZone: 'Atlantis' }, 'unknown_time_zone'],
    [{ cron: '*/4 * * * *' }, 'too_often'],
    [{ commandText: 'help' }, 'not_schedulable'],
  ])('%j is refused: %s', async (over, code) => {
    expect(await createGround().room.add(wish(over), olga, conversation)).toMatchObject({ ok: false, code });
  });
  test('who may not have it done may not schedule it; what is only closed now may be', async () => {
    const ground = createGround();
    ground.answers(() => ({ ok: false, code: 'not_allowed_here', details: [] }));
    expect(await ground.room.add(wish(), olga, conversation)).toMatchObject({ ok: false, code: 'not_allowed_here' });
    ground.answers(() => ({ ok: false, code: 'outside_window', details: [] }));
    expect(await ground.room.add(wish(), olga, conversation)).toMatchObject({
      ok: true,
      objection: { code: 'outside_window' },
    });
  });
  test('judged for when it is next due, as it then begins; asked for so as well', async () => {
    const lead = { site: 'lyon', leadMs: 10 * 60_000, alarmMinutes: null };
    const ground = createGround('2027-01-01T00:00:00Z', [lead]);
    const { deps, ticker } = ground;
    const alarms = { set: async () => {}, clear: async () => {}, planned: async () => [] };
    const room = createSchedules({ ...deps, ticker, alarms, leads: async () => [lead] });
    await room.add(wish(), olga, conversation);
    expect(ground.considered).toMatchObject([
      { at: new Date('2027-01-01T01:50:00Z'), wish: { dueAt: new Date('2027-01-01T02:00:00Z') } },
    ]);
    // One that is due sooner than that begins at once, and is asked for at the next look.
    ground.at('2027-01-01T01:55:00Z');
    await room.add(wish({ id: 'soon' }), olga, conversation);
    expect(ground.considered[1]).toMatchObject({ at: ground.now(), wish: { dueAt: new Date('2027-01-01T02:00:00Z') } });
    await ground.sweepAt('2027-01-01T01:55:01Z');
    expect(ground.asked.map((each) => each.wish.dueAt)).toEqual([
      new Date('2027-01-01T02:00:00Z'),
      new Date('2027-01-01T02:00:00Z'),
    ]);
  });
  test('pause and resume: by the owner or an administrator; what is due meanwhile is skipped, none is missed', async () => {
    const ground = createGround();
    await ground.add();
    expect(await ground.room.pause('night', arturo, 'no')).toMatchObject({ code: 'not_your_schedule' });
    expect(await ground.room.pause('night', ada, 'holiday')).toMatchObject({ ok: true, next: [] });
    expect(await ground.room.pause('night', olga, 'again')).toMatchObject({ code: 'already_paused' });
    ground.at('2027-01-03T01:00:00Z');
    expect(await ground.room.resume('night', olga)).toMatchObject({ ok: true, schedule: { pause: null } });
    await ground.sweepAt('2027-01-03T02:00:00Z');
    expect(await ground.ticks()).toEqual([
      '2027-01-01T02:00 skipped schedule_paused',
      '2027-01-02T02:00 skipped schedule_paused',
      '2027-01-03T02:00 asked',
    ]);
    expect(ground.titles()).toEqual(['Schedule "night" was paused by Ada']);
  });
  test('the next times leave out days of rest', async () => {
    const { room } = createGround();
    const blackouts = [{ from: '2027-01-02', to: '2027-01-04' }];
    const added = await room.add(wish({ blackouts }), olga, conversation);
    expect(added.ok && added.next.map((due) => due.toISOString().slice(0, 10))).toEqual(
      ['01', '05', '06', '07', '08'].map((day) => `2027-01-${day}`),
    );
  });
  test('what is not paused cannot be resumed', async () => {
    const ground = createGround();
    await ground.add();
    expect(await ground.room.resume('night', olga)).toMatchObject({ code: 'not_resting' });
  });
  test('an administrator takes over one whose owner left', async () => {
    const ground = createGround();
    await ground.add();
    ground.have(ada);
    await ground.sweepAt('2027-01-01T02:00:00Z');
    expect(await ground.room.resume('night', ada)).toMatchObject({ ok: true, schedule: { owner: 'ada', pause: null } });
    await ground.sweepAt('2027-01-02T02:00:00Z');
    expect(ground.asked[0]?.wish.principal).toEqual(ada);
  });
  test('remove: not one of the configuration, not by anybody', async () => {
    const ground = createGround();
    await ground.add();
    await ground.add({ id: 'fixed', source: 'config' });
    expect(await ground.room.remove('night', arturo)).toMatchObject({ code: 'not_your_schedule' });
    expect(await ground.room.remove('fixed', ada)).toMatchObject({ code: 'schedule_of_config' });
    expect(await ground.room.remove('night', olga)).toEqual({ ok: true });
    expect(ground.titles()).toEqual([]);
    expect(await ground.room.show('night')).toMatchObject({ code: 'no_such_schedule' });
  });
  test('run: asked for by hand, in the name of who says it; no due time is touched', async () => {
    const ground = createGround();
    await ground.add();
    expect(await ground.room.runNow('night', arturo, conversation)).toMatchObject({ ok: true });
    expect(ground.asked[0]?.wish).toMatchObject({ principal: arturo, reason: 'schedule night, run by hand' });
    expect(await ground.ticks()).toEqual([]);
  });
});

describe('schedules of the configuration', () => {
  const given = (over: Partial<ConfiguredSchedule> = {}): ConfiguredSchedule => ({
    ...wish(),
    owner: 'olga',
    conversation,
    ...over,
  });
  const reconcile = ({ deps, ticker }: ReturnType<typeof createGround>, ...all: readonly ConfiguredSchedule[]) =>
    reconcileSchedules(all, { store: deps.store, ticker, clock: deps.clock, placeOf: (place) => place });

  test('are added, left alone, changed and removed; a pause stays', async () => {
    const ground = createGround();
    await reconcile(ground, given());
    await reconcile(ground, given());
    expect(ground.trail()).toEqual(['schedule_added by service']);
    await ground.room.pause('night', olga, 'holiday');
    await reconcile(ground, given({ owner: 'ada' }));
    expect(await ground.schedules.get('night')).toMatchObject({ owner: 'ada', pause: { reason: 'holiday' } });
    await reconcile(ground);
    expect(await ground.schedules.all()).toEqual([]);
    expect(ground.trail().slice(-2)).toEqual(['schedule_changed by service', 'schedule_removed by service']);
  });
  test('times that passed under the old terms are told, those of the new ones are not made up', async () => {
    const ground = createGround();
    await reconcile(ground, given());
    ground.at('2027-01-03T12:00:00Z');
    await reconcile(ground, given({ cron: '0 1 * * *' }));
    await ground.ticker.sweep();
    expect(await ground.ticks()).toEqual([1, 2, 3].map((day) => `2027-01-0${day}T02:00 missed schedule_changed`));
    expect(ground.titles()).toEqual(['Schedule "night" missed 3 times']);
  });
  test('one from chat of the same name gives way; others stay', async () => {
    const ground = createGround();
    await ground.add();
    await ground.add({ id: 'mine' });
    await reconcile(ground, given({ commandText: 'status all' }));
    expect((await ground.schedules.all()).map(({ id, source, commandText }) => [id, source, commandText])).toEqual([
      ['night', 'config', 'status all'],
      ['mine', 'chat', 'poweron site:lyon'],
    ]);
  });
});
