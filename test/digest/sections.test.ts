import { describe, expect, test } from '@jest/globals';
import {
  approvalsSection,
  auditLogsSection,
  certificatesSection,
  driftSection,
} from '../../src/messages/digest/attention.ts';
import { digestCard, digestDetails, topLines } from '../../src/messages/digest/digest-card.ts';
import { fleetSection } from '../../src/messages/digest/fleet.ts';
import { schedulesSection } from '../../src/messages/digest/schedules.ts';
import { quietSection, type SectionView } from '../../src/messages/digest/section-view.ts';
import { wakeUpsSection } from '../../src/messages/digest/wake-ups.ts';
import { shareWord } from '../../src/messages/digest/words.ts';
import type { FleetCount, WakeUpRun } from '../../src/ports/digests/digest-store.ts';
import type { Tick } from '../../src/ports/store/schedule-store.ts';
import { waitingRequest } from '../support/fixtures.ts';

const at = new Date('2026-11-23T08:00:00Z');
const run: WakeUpRun = {
  runId: 'run_1',
  requestId: 'req_1',
  commandText: 'poweron site:madrid',
  requester: 'ana',
  startedAt: new Date('2026-11-22T21:00:01Z'),
  endedAt: at,
  total: 2_000,
  on: 1_962,
  pending: 0,
  byCode: { unreachable: 21, wrong_credentials: 5, dark: 12 },
};
const wakeUps = {
  runs: { items: [run], total: 1 },
  notWoken: { items: [{ requestId: 'req_1', name: 'host17', site: 'lyon', code: 'dark' }], total: 38 },
  bySite: [
    { of: 'lyon', on: 450, notOn: 30 },
    { of: 'madrid', on: 1_512, notOn: 8 },
  ],
  byDay: [{ of: '2026-11-22', on: 1_962, notOn: 38 }],
  days: ['2026-11-21', '2026-11-22'],
  planned: new Map([['req_1', { scheduleId: 'patch-tuesday', dueAt: new Date('2026-11-22T21:00:00Z') }]]),
  nameOf: (id: string) => id,
  timeZone: 'Europe/Madrid',
};

describe('parts of a digest', () => {
  test('wake-ups: numbers first, then why and where; planned when, ran when, covered what', () => {
    const section = wakeUpsSection(wakeUps);
    expect(section.headline).toBe(
      '1,962 of 2,000 came on (98.1 %) in 1 run. 38 did not come on: 21 unreachable, 12 dark, 5 wrong credentials. Worst site: lyon (93.7 %)',
    );
    expect(section.details?.table?.rows).toEqual([
      [
        'Sun 22 Nov 22:00 (patch-tuesday)',
        'Sun 22 Nov 22:00',
        'poweron site:madrid',
        '1,962 of 2,000',
        '38',
        '21 unreachable, 12 dark, 5 wrong credentials',
      ],
    ]);
    // As a spreadsheet reads it: no share that it takes for a date.
    expect(section.rows.slice(0, 2)).toEqual([
      [
        'wake-up',
        'req_1',
        '1962 of 2000',
        `planned 2026-11-22T21:00:00.000Z by schedule patch-tuesday; ran ${run.startedAt.toISOString()}; poweron site:madrid`,
      ],
      ['wake-ups at site', 'lyon', '450 of 480', ''],
    ]);
    expect(section.chart?.alt).toBe(
      'Wake-ups of 2 days (Europe/Madrid): 1,962 of 2,000 came on (98.1 %). Since the last digest, by site: lyon 93.7 %, madrid 99.4 %.',
    );
    expect(section.chart?.days).toEqual([
      { label: '21 Nov', on: 0, notOn: 0 },
      { label: '22 Nov', on: 1_962, notOn: 38 },
    ]);
  });

  test('a PC that did not come on twice is named once, with what it did last', () => {
    const item = (name: string, code: string) => ({ requestId: 'req_1', name, site: 'lyon', code });
    const items = [item('host17', 'unreachable'), item('host3', 'dark'), item('host17', 'dark')];
    const { details } = wakeUpsSection({ ...wakeUps, notWoken: { items, total: 3 } });
    expect(JSON.stringify(details?.text)).toContain('"host17 (unreachable), host3 (dark)"');
  });

  test('no wake-ups are no alarm and no picture', () => {
    const none = { ...wakeUps, runs: { items: [], total: 0 }, bySite: [], byDay: [] };
    expect(wakeUpsSection(none)).toEqual({ ...quietSection('Wake-ups', 'none') });
  });

  test('100 % is only said when it is all of them', () => {
    expect([shareWord(9_999, 10_000), shareWord(3, 3), shareWord(0, 5), shareWord(0, 0)]).toEqual([
      '99.9 %',
      '100 %',
      '0 %',
      '–',
    ]);
  });

  test('the fleet with what changed; without anything to compare with, no changes are made up', () => {
    const row = (status: string, devices: number): FleetCount => ({
      site: 'madrid',
      status,
      power: 'on',
      version: '15.0',
      devices,
    });
    const now = [row('admin', 1_840), row('not_asked', 96)];
    const before = { takenAt: new Date('2026-11-22T08:00:00Z'), counts: [row('admin', 1_828), row('not_asked', 108)] };
    const section = fleetSection({ now, before, timeZone: 'UTC' });
    expect(section).toMatchObject({
      headline: '1,936 PCs: 1,840 in admin control mode (+12), 96 control mode not read yet (−12), 1,936 on',
      isNews: true,
    });
    expect(fleetSection({ now, before: null, timeZone: 'UTC' })).toMatchObject({
      headline: '1,936 PCs: 1,840 in admin control mode, 96 control mode not read yet, 1,936 on',
      isNews: false,
    });
  });

  test('settings, approvals, certificates, audit logs: the number, then the one that matters most', () => {
    const worst = [{ name: 'host4', site: 'madrid', drifts: 3, at }];
    expect(driftSection({ compared: 90, drifting: 5, began: 2, mended: 1, worst }, 'UTC').headline).toBe(
      '5 PCs not as the profile says (2 new, 1 mended), of 90 compared',
    );
    const waiting = [waitingRequest({ createdAt: at })];
    expect(approvalsSection({ waiting, nameOf: (id) => id, timeZone: 'UTC' }).headline).toBe(
      '1 request waiting, the oldest since Mon 23 Nov 08:00',
    );
    const ending = { items: [{ name: 'host9', site: 'lyon', expiresAt: new Date('2026-12-02T09:00:00Z') }], total: 3 };
    expect(certificatesSection({ ending, withinDays: 30, now: at }).headline).toBe(
      '3 of PCs end within 30 days, the first in 9 days (host9)',
    );
    const filling = { items: [{ name: 'host4', site: 'lyon', percent: 97, at }], total: 2 };
    expect(auditLogsSection({ filling, fromPercent: 75, timeZone: 'UTC' }).headline).toBe(
      '2 at least 75 % full, host4 97 %',
    );
  });

  test('schedules that were missed or refused are to be looked after, late ones are told', () => {
    const tick = (state: Tick['state'], code: string | null = null): Tick => ({
      scheduleId: 'patch',
      dueAt: at,
      state,
      requestId: 'req_1',
      code,
      at,
    });
    expect(schedulesSection([tick('asked'), tick('missed', 'service_down')], 'UTC')).toMatchObject({
      headline: '2 times due: 1 missed (patch)',
      isAlarm: true,
    });
    expect(schedulesSection([tick('late')], 'UTC')).toMatchObject({ isAlarm: false, isNews: true });
    expect(schedulesSection([tick('asked')], 'UTC')).toMatchObject({
      headline: '1 time due, all in time',
      isNews: false,
    });
  });
});

describe('the message on top', () => {
  const section = (heading: string, over: Partial<SectionView> = {}): SectionView => ({
    ...quietSection(heading, `${heading} is quiet`),
    ...over,
  });
  const facts = {
    id: 'it-ops',
    since: new Date('2026-11-22T08:00:00Z'),
    until: at,
    timeZone: 'Europe/Madrid',
    picture: null,
    dueTimes: 1,
  };
  const linesOf = (sections: readonly SectionView[]) =>
    JSON.stringify(digestCard({ ...facts, sections }).text)
      .match(/"strong":"[^"]*/g)
      ?.map((part) => part.slice(10, -2));

  test('what somebody should look after comes first, then changes, then the rest, in few lines', () => {
    const details = { tone: 'neutral', title: 'More' } as const;
    const sections = [
      section('Quiet'),
      ...['A', 'B', 'C', 'D', 'E', 'F'].map((heading) => section(heading, { details })),
      section('News', { isNews: true }),
      section('Alarm', { isNews: true, isAlarm: true }),
      section('Nothing', { headline: null }),
    ];
    expect(linesOf(sections)).toEqual(['Alarm', 'News', 'A', 'B', 'C', 'D']);
    expect(linesOf(sections)).toHaveLength(topLines);
    const card = digestCard({ ...facts, sections });
    expect(card).toMatchObject({ tone: 'warning', title: 'Digest it-ops: 1 to look after, 1 change' });
    expect(card.context).toBe(
      'Sun 22 Nov 09:00 to Mon 23 Nov 09:00 (Europe/Madrid) · in the thread too: e, f · nothing to tell: quiet',
    );
  });

  test('what is quiet fills up to three lines, no more', () => {
    const quiet = ['A', 'B', 'C', 'D', 'E'].map((heading) => section(heading));
    expect(linesOf(quiet)).toEqual(['A', 'B', 'C']);
    expect(linesOf([...quiet, section('News', { isNews: true })])).toEqual(['News', 'A', 'B']);
  });

  test('a quiet day says so in one line, without a file', () => {
    expect(digestCard({ ...facts, sections: [section('A')] })).toMatchObject({
      tone: 'good',
      title: 'Digest it-ops: nothing new',
    });
    expect(digestCard({ ...facts, sections: [section('A')] }).attachment).toBeUndefined();
    expect(digestDetails([section('A')])).toEqual([]);
  });

  test('names of PCs cannot become formulas or columns of the file', () => {
    const rows = [['did not come on', '=cmd|x,"y"', 'dark', '']] as const;
    const { attachment } = digestCard({ ...facts, sections: [section('A', { rows })] });
    expect(attachment?.content.split('\n')[1]).not.toContain(',=cmd');
    expect(attachment).toMatchObject({ name: 'digest-it-ops-2026-11-23.csv', mediaType: 'text/csv' });
  });
});
