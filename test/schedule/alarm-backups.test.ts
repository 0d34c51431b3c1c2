import { describe, expect, test } from '@jest/globals';
import { createAlarmBackups } from '../../src/schedule/alarm-backups.ts';
import type { SiteLead } from '../../src/schedule/wake-leads.ts';
import { createGround, olga } from './ground.ts';

const lead = (site: string, alarmMinutes: number | null): SiteLead => ({ site, leadMs: 0, alarmMinutes });

/** A ground whose alarm clocks are looked at, too. */
function createAlarmGround(...leads: readonly SiteLead[]) {
  const ground = createGround('2027-01-01T00:00:00Z', leads);
  const notices: { readonly id: string; readonly title: string | undefined }[] = [];
  const deps = {
    ...ground.deps,
    leads: async () => leads,
    store: {
      ...ground.deps.store,
      cards: {
        add: async ({ id, view }: { id: string; view?: { title: string } }) =>
          void notices.push({ id, title: view?.title }),
      },
    },
  } as unknown as Parameters<typeof createAlarmBackups>[0];
  return {
    ...ground,
    notices,
    alarms: createAlarmBackups(deps),
    replicaAlarms: createAlarmBackups(deps),
    asked: () =>
      ground.asked.map(({ at, wish }) => [
        at.toISOString().slice(11, 16),
        wish.operation,
        wish.parameters.at ?? wish.parameters.name,
      ]),
    words: () => ground.asked.map(({ wish }) => wish.targetWords.join(' ')),
  };
}

describe('alarm clocks behind a scheduled wake-up', () => {
  test('are set half a day before, once, in the name of the owner, however often and by whomever it is looked at', async () => {
    const ground = createAlarmGround(lead('lyon', 15));
    await ground.add({ cron: '0 20 * * *' });
    for (const at of ['07:59', '08:00', '08:01', '19:00']) {
      ground.at(`2027-01-01T${at}:00Z`);
      await Promise.all([ground.alarms.sweep(), ground.replicaAlarms.sweep()]);
    }
    expect(ground.asked()).toEqual([['08:00', 'set-alarm', '2027-01-01T19:45:00.000Z']]);
    expect([...ground.requests.values()][0]).toMatchObject({ principal: olga, parameters: { name: 'oob night' } });
    expect(await ground.alarms.planned({ ...(await ground.schedules.get('night')) } as never)).toMatchObject([
      { sites: ['lyon'], at: new Date('2027-01-01T19:45:00Z'), requestId: expect.stringMatching(/^req_/) },
    ]);
  });
  test('a schedule that is set later than that has them set at once; less than a minute before nothing is', async () => {
    const ground = createAlarmGround(lead('lyon', 0));
    await ground.add();
    await ground.alarms.sweep();
    expect(ground.asked()).toEqual([['00:00', 'set-alarm', '2027-01-01T02:00:00.000Z']]);
    await ground.add({ id: 'late', cron: '30 1 * * *' });
    ground.at('2027-01-01T01:29:30Z');
    await ground.alarms.sweep();
    expect(ground.asked()).toHaveLength(1);
  });
  test('sites each at their time; those that want none are left out', async () => {
    const ground = createAlarmGround(lead('lyon', 15), lead('madrid', null), lead('oslo', 5));
    await ground.add({ commandText: 'poweron all' });
    await ground.alarms.sweep();
    expect(ground.asked().map(([, , at]) => at)).toEqual(['2027-01-01T01:45:00.000Z', '2027-01-01T01:55:00.000Z']);
    expect(ground.words()).toEqual(['all - site:madrid - site:oslo', 'all - site:lyon - site:madrid']);
  });
  test('cleared when it is paused, set again when it goes on; each once', async () => {
    const ground = createAlarmGround(lead('lyon', 0));
    await ground.add();
    await ground.alarms.sweep();
    const schedule = await ground.schedules.get('night');
    if (!schedule) throw new Error('it is gone');
    await ground.alarms.clear(schedule);
    await ground.replicaAlarms.clear(schedule);
    await ground.alarms.sweep();
    await ground.alarms.sweep();
    expect(ground.asked().map(([, operation]) => operation)).toEqual(['set-alarm', 'clear-alarm', 'set-alarm']);
  });
  test('not while it is paused, not for days of rest, not without its owner', async () => {
    const ground = createAlarmGround(lead('lyon', 0));
    await ground.add({ pause: { at: ground.now(), by: 'olga', reason: 'holiday' } });
    await ground.add({ id: 'rests', blackouts: [{ from: '2027-01-01', to: '2027-01-01' }] });
    await ground.add({ id: 'left', owner: 'gone' });
    await ground.alarms.sweep();
    expect(ground.asked()).toEqual([]);
  });
  test('refused by the policy: told once, under one id at every replica', async () => {
    const ground = createAlarmGround(lead('lyon', 0));
    await ground.add();
    ground.answers(() => ({ ok: false, code: 'not_allowed', details: [] }));
    await ground.alarms.sweep();
    await ground.alarms.sweep();
    await ground.replicaAlarms.sweep();
    expect(ground.notices.map(({ title }) => title)).toEqual(
      Array(2).fill('Schedule "night": alarm clocks were not set'),
    );
    expect(new Set(ground.notices.map(({ id }) => id)).size).toBe(1);
  });
});
