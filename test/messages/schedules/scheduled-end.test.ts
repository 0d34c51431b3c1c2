import { describe, expect, test } from '@jest/globals';
import { createRequestActions } from '../../../src/approvals/request-actions.ts';
import { type RequestFacts, requestCard } from '../../../src/messages/cards/request-card.ts';
import { missedNotice } from '../../../src/messages/schedules/notices.ts';
import type { RunProgress, SiteCount, StoredRun } from '../../../src/ports/runs/run-store.ts';
import { newRequest } from '../../contract/store/samples.ts';
import { scheduleOf } from '../../schedule/ground.ts';

const at = (text: string) => new Date(`2026-11-24T${text}Z`);
const run = (over: Partial<StoredRun> = {}): StoredRun => ({
  id: 'run_1',
  requestId: 'req_1',
  version: 9,
  state: 'ended',
  wave: 1,
  sizes: [2_000],
  hasCanary: false,
  failureLimit: null,
  pause: null,
  stop: null,
  startedAt: at('21:00:01.200'),
  endedAt: at('21:05:40'),
  ...over,
});
const progress = (over: Partial<RunProgress> = {}): RunProgress => ({
  total: 2_000,
  pending: 0,
  running: 0,
  ok: 1_962,
  failed: 38,
  unknown: 0,
  skipped: 0,
  byCode: { done: 1_962, unreachable: 21, no_answer: 9, wrong_credentials: 5, stayed_dark: 3 },
  ...over,
});
const lyon: readonly SiteCount[] = [
  { site: 'lyon', total: 200, ok: 180 },
  { site: 'madrid', total: 1_800, ok: 1_782 },
];

function facts(over: Partial<RequestFacts> = {}, sites = lyon): RequestFacts {
  const actions = createRequestActions((prefix) => `${prefix}_x`);
  return {
    request: {
      ...newRequest([], { id: 'req_1', state: 'done', deviceCount: 2_000, actions }),
      version: 3,
      endNote: null,
      runId: 'run_1',
    },
    run: run(),
    progress: progress(),
    outcomes: [],
    site: null,
    nameOf: () => 'Olga',
    timeZone: 'UTC',
    parked: false,
    retry: null,
    csv: null,
    planCsv: null,
    origin: { scheduleId: 'patch-tuesday', dueAt: at('21:00:00'), timeZone: 'Europe/Madrid', sites },
    ...over,
  };
}

describe('the end of a run that a schedule asked for', () => {
  test('due, ran, how many until when, why not all, and where it went worst', () => {
    const view = requestCard(facts());
    expect(view.title).toBe(
      'Wake-up "patch-tuesday", due 22:00 CET, ran 22:00:01: 1,962 of 2,000 on before 22:06 (98.1 %)',
    );
    expect(JSON.stringify(view.text)).toContain(
      '38 failed: 21 unreachable, 9 no answer, 5 wrong credentials, 3 stayed dark. Worst site: lyon (90 %).',
    );
    expect(view.actions?.map(({ label }) => label)).toEqual(['Retry 38']);
    expect(view.context).toContain('schedule patch-tuesday, due 22:00 CET, asked by Olga');
  });
  test('what nearly all did is not 100 %', () => {
    const view = requestCard(
      facts({ progress: progress({ ok: 1_999, failed: 1, byCode: { done: 1_999, unreachable: 1 } }) }),
    );
    expect(view.title).toContain('1,999 of 2,000 on before 22:06 (99.9 %)');
  });
  test('all well: no worst site; on another day the day is said', () => {
    const late = run({ startedAt: at('23:10:00'), endedAt: at('23:10:00') });
    const sites = lyon.map(({ site, total }) => ({ site, total, ok: total }));
    const view = requestCard(
      facts({ run: late, progress: progress({ ok: 2_000, failed: 0, byCode: { done: 2_000 } }) }, sites),
    );
    expect(view.title).toBe(
      'Wake-up "patch-tuesday", due 22:00 CET, ran 2026-11-25 00:10:00: 2,000 of 2,000 on before 2026-11-25 00:11 (100 %)',
    );
    expect(JSON.stringify(view.text)).not.toContain('Worst');
  });
});

test('many missed times make one message with the last of them', () => {
  const schedule = { ...scheduleOf({ id: 'hourly', commandText: 'status all', cron: '0 * * * *' }), version: 1 };
  const times = Array.from({ length: 24 }, (_, hour) => at(`${String(hour).padStart(2, '0')}:00:00`));
  const view = missedNotice(schedule, times, 'nobody_there');
  expect(view.title).toBe('Schedule "hourly" missed 24 times');
  expect(view.facts?.at(-1)?.value).toMatch(/^19 before, 2026-11-24 19:00 UTC, .* 23:00 UTC$/);
  expect(JSON.stringify(view.text)).toContain('/oob schedule run hourly');
  expect(missedNotice(schedule, times.slice(0, 1), 'nobody_there').title).toBe(
    'Schedule "hourly" missed its time: 2026-11-24 00:00 UTC',
  );
});
