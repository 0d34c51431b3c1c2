import { describe, expect, test } from '@jest/globals';
import { type RequestFacts, requestCard } from '../../src/messages/cards/request-card.ts';
import { exceptionsCard } from '../../src/messages/runs/exceptions-card.ts';
import type { NamedOutcome, RunProgress, StoredRun } from '../../src/ports/runs/run-store.ts';
import { waitingRequest } from '../support/fixtures.ts';

const request = waitingRequest({ state: 'running', deviceCount: 96, sampleNames: ['host1', 'host2'], runId: 'run_1' });
const run: StoredRun = {
  id: 'run_1',
  requestId: request.id,
  version: 3,
  state: 'running',
  wave: 3,
  sizes: [5, 22, 23, 23, 23],
  hasCanary: true,
  failureLimit: { percent: 20, ofLast: 20 },
  pause: null,
  stop: null,
  startedAt: new Date('2026-11-24T09:05:00Z'),
  endedAt: null,
};
const progress: RunProgress = {
  total: 96,
  pending: 23,
  running: 10,
  ok: 61,
  failed: 1,
  unknown: 1,
  skipped: 0,
  byCode: { done: 61, unreachable: 1, answer_lost: 1 },
};
const card = (over: Partial<RequestFacts> = {}) =>
  requestCard({
    request,
    run,
    progress,
    outcomes: [],
    site: 'madrid',
    nameOf: (id) => `${id.slice(0, 1).toUpperCase()}${id.slice(1)}`,
    timeZone: 'UTC',
    parked: false,
    retry: null,
    csv: null,
    planCsv: null,
    ...over,
  });
const labels = (view: ReturnType<typeof card>) => (view.actions ?? []).map(({ label }) => label);
const at = new Date('2026-11-24T09:06:00Z');

describe('the card of a run over many PCs', () => {
  test('running: the wave, the counts, what it is about, Pause and Stop', () => {
    const view = card();
    expect(view).toMatchObject({
      tone: 'working',
      outcome: 'working',
      title: 'Running: wave 3 of 5, 61 of 96 off, 2 failed',
      text: 'Turning off 96 PCs in madrid.',
      progress: { total: 96, done: 61, failed: 2, waitingFor: '33 more PCs' },
    });
    expect(labels(view)).toEqual(['Pause', 'Stop']);
    expect(view.actions?.[1]?.confirm?.text).toContain(
      '23 PCs will be left as they are; what is under way is finished.',
    );
  });

  test('the canary is called so; one wave is not counted; what is all under way has nothing to pause', () => {
    expect(card({ run: { ...run, wave: 1 } }).title).toBe('Running: wave 1 of 5 (canary), 61 of 96 off, 2 failed');
    expect(card({ run: { ...run, wave: 1, sizes: [96], hasCanary: false } }).title).toBe(
      'Running: 61 of 96 off, 2 failed',
    );
    expect(labels(card({ progress: { ...progress, pending: 0 } }))).toEqual([]);
  });

  test('paused by itself: how many of how many, the limit, the causes, most frequent first', () => {
    const byCode = { wrong_credentials: 5, unreachable: 1 };
    const hit = { among: 'last', failed: 6, of: 20, percent: 20, byCode } as const;
    const view = card({ run: { ...run, state: 'paused', pause: { at, by: 'service', hit } } });
    expect(view).toMatchObject({
      tone: 'warning',
      outcome: 'waiting',
      title: 'Paused by itself: 6 of the last 20 failed (limit 20 %). Causes: 5 × wrong credentials, 1 × unreachable',
      text: 'Turning off 96 PCs in madrid. Wave 3 of 5, 61 of 96 off, 2 failed. 10 PCs are still being worked on.',
      progress: { waitingFor: 'somebody to resume or stop it; 33 PCs are left' },
    });
    expect(labels(view)).toEqual(['Resume', 'Stop']);
    expect(view.actions?.[0]?.confirm).toBeDefined();
  });

  test('paused by the canary, with one cause', () => {
    const hit = { among: 'canary', failed: 2, of: 5, percent: 20, byCode: { unreachable: 2 } } as const;
    const view = card({ run: { ...run, wave: 1, state: 'paused', pause: { at, by: 'service', hit } } });
    expect(view.title).toBe('Paused by itself: 2 of 5 canaries failed (limit 20 %). Cause: 2 × unreachable');
  });

  test('paused by a person: who, and Resume does not ask again', () => {
    const view = card({ run: { ...run, state: 'paused', pause: { at, by: 'operator', hit: null } } });
    expect(view.title).toBe('Paused by Operator');
    expect(view.actions?.[0]).toEqual({ id: 'act_s', label: 'Resume', style: 'primary' });
  });

  test('a parked run says that it goes on; a paused one does not', () => {
    expect(card({ parked: true }).text).toContain('What is left goes on when it is back.');
    const pause = { at, by: 'operator', hit: null };
    expect(card({ parked: true, run: { ...run, state: 'paused', pause } }).text).not.toContain('goes on when');
  });

  test('tried again: how many, when, which time of how many', () => {
    const retrying = { devices: 12, at: new Date('2026-11-24T09:07:00Z'), retry: 1 };
    const rule = { retries: 3, retryDelayMs: 120_000, pauseAfter: null, pauseMs: 0, perSubnet: null };
    const pacing = { sites: { madrid: rule }, deadlines: {} };
    const view = card({ run: { ...run, pacing }, progress: { ...progress, retrying } });
    expect(view.title).toBe('Running: wave 3 of 5, 61 of 96 off, 2 failed, retrying 12 at 09:07 UTC (1 of 3)');
    const one = card({
      request: { ...request, deviceCount: 1, sampleNames: ['host42'] },
      run: { ...run, pacing },
      progress: { ...progress, retrying: { ...retrying, devices: 1 } },
    });
    expect(one).toMatchObject({ text: 'Retrying 1 at 09:07 UTC (1 of 3).', actions: [{ label: 'Stop' }] });
  });

  test('why nothing moves, and until when: pauses between commands, starts that are spread', () => {
    const rule = { retries: 0, retryDelayMs: 0, pauseAfter: 200, pauseMs: 10_000, perSubnet: null };
    const pacing = { sites: { madrid: rule }, deadlines: {} };
    const heldUp = {
      later: { devices: 13, firstAt: new Date('2026-11-24T09:07:30Z'), lastAt: new Date('2026-11-24T09:16:00Z') },
      pauses: [{ site: 'madrid', until: new Date('2026-11-24T09:06:10Z') }],
    };
    const lines = String(card({ run: { ...run, pacing }, heldUp }).text).split('\n');
    expect(lines.slice(1)).toEqual([
      'madrid pauses until 09:06:10 UTC (it does after each 200 commands).',
      '13 PCs begin later: one after the other, the next at 09:07:30 UTC, the last at 09:16:00 UTC.',
    ]);
    const pause = { at, by: 'operator', hit: null };
    expect(card({ run: { ...run, pacing, state: 'paused', pause }, heldUp }).text).not.toContain('until');
  });

  test('stopping: no button left', () => {
    const view = card({ run: { ...run, state: 'stopping', stop: { at, by: 'approver' } } });
    expect(view.title).toBe('Stopping: 61 of 96 off, 2 failed');
    expect(labels(view)).toEqual([]);
  });

  const endedRun = { ...run, state: 'ended', endedAt: new Date('2026-11-24T09:05:41Z') } as const;
  const ended: RunProgress = {
    ...progress,
    pending: 0,
    running: 0,
    ok: 88,
    failed: 8,
    unknown: 0,
    byCode: { done: 88, wrong_credentials: 5, unreachable: 3 },
  };

  test('done: counts, causes in short, the time; the list is in the thread and in the file', () => {
    const view = card({ request: { ...request, state: 'done' }, run: endedRun, progress: ended, csv: 'name\r\n' });
    expect(view).toMatchObject({
      tone: 'warning',
      outcome: 'some_failed',
      title: 'Done: 88 off and verified, 8 failed (5 wrong credentials, 3 unreachable). 41 s',
      text: 'Hard power-off of 96 PCs in madrid.',
      attachment: { name: 'req_1.csv' },
    });
    expect(view.table).toBeUndefined();
    expect(labels(view)).toEqual(['Retry 8']);
  });

  test('status: what did not answer has its cause in a column of its own, and no power', () => {
    const named = (name: string, over: Partial<NamedOutcome>): NamedOutcome => ({
      ...{
        deviceId: name,
        name,
        site: 'madrid',
        status: 'ok',
        code: 'done',
        evidence: [],
        report: null,
        powerState: null,
      },
      ...{ facts: { power: 'on', amt: '15.0', state: 'ready' }, amtVersion: null, tookMs: 1, endedAt: at },
      ...over,
    });
    const silent = named('host2', { status: 'failed', code: 'wrong_credentials', facts: {} });
    const status = { ...request, operation: 'read-status' as const, state: 'done' as const };
    const view = (outcomes: readonly NamedOutcome[], failed: number) =>
      card({ request: status, run: endedRun, progress: { ...ended, failed }, outcomes }).table;
    expect(view([named('host1', {}), silent], 1)).toEqual({
      columns: ['PC', 'Power', 'AMT', 'State', 'Cause'],
      rows: [
        ['host1', 'on', '15.0', 'ready', ''],
        ['host2', '', '', '', 'wrong credentials'],
      ],
    });
    expect(view([named('host1', {})], 0)?.columns).toEqual(['PC', 'Power', 'AMT', 'State']);
  });

  test('retried: the button is gone, and the card says by whom', () => {
    const retry = waitingRequest({ id: 'req_2', requester: 'deputy' });
    const view = card({ request: { ...request, state: 'done' }, run: endedRun, progress: ended, retry });
    expect(labels(view)).toEqual([]);
    expect(view.context).toContain('retried as req_2 by Deputy');
  });

  test('stopped: by whom, and how many were not begun', () => {
    const stopped = { ...ended, ok: 61, failed: 2, skipped: 33, byCode: { done: 61, unreachable: 2, run_stopped: 33 } };
    const view = card({
      request: { ...request, state: 'done' },
      run: { ...endedRun, stop: { at, by: 'approver' } },
      progress: stopped,
    });
    expect(view.title).toBe('Stopped by Approver: 61 off and verified, 2 failed (2 unreachable), 33 not begun. 41 s');
    expect(view.outcome).toBe('some_failed');
    expect(labels(view)).toEqual(['Retry 2']);
  });

  test('a few PCs are shown whole, with what to do', () => {
    const few = { ...ended, total: 2, ok: 1, failed: 1, byCode: { done: 1, unreachable: 1 } };
    const bad = [outcomeOf('host2', 'unreachable')];
    const view = card({
      request: { ...request, state: 'done', deviceCount: 2 },
      run: { ...endedRun, sizes: [2] },
      progress: few,
      outcomes: bad,
    });
    expect(view.table?.rows).toEqual([['host2', 'madrid', 'unreachable']]);
    expect(view.text).toContain('1 × The PC did not answer on the network. Check that it has mains power');
  });
});

const outcomeOf = (name: string, code: string): NamedOutcome => ({
  deviceId: `dev_${name}`,
  name,
  site: 'madrid',
  status: 'failed',
  code,
  evidence: ['first', `${code} at 09:05`],
  facts: {},
  report: null,
  powerState: null,
  amtVersion: null,
  tookMs: 1_000,
  endedAt: at,
});

describe('the exceptions in the thread', () => {
  test('while it runs: causes with their mends, PCs with what was seen last; it goes on', () => {
    const outcomes = [outcomeOf('host7', 'wrong_credentials'), outcomeOf('host9', 'unreachable')];
    const byCode = { done: 61, wrong_credentials: 1, unreachable: 1 };
    const view = exceptionsCard({ request, run, progress: { ...progress, failed: 2, unknown: 0, byCode }, outcomes });
    expect(view).toMatchObject({ outcome: 'working', title: '2 PCs did not turn off so far', context: 'req_1' });
    const spans = Array.isArray(view.text) ? view.text : [view.text];
    const text = spans.map((span) => (typeof span === 'string' ? span : span.code)).join('');
    expect(text.split('\n')).toEqual([
      expect.stringMatching(/^1 × The PC did not answer on the network\. Check that/),
      expect.stringMatching(/^1 × AMT refused the user name or password\. Correct the credential/),
      '/oob why host9 looks for the cause at one PC.',
    ]);
    expect(view.table?.rows).toEqual([
      ['host7', 'madrid', 'wrong_credentials', 'wrong_credentials at 09:05'],
      ['host9', 'madrid', 'unreachable', 'unreachable at 09:05'],
    ]);
  });

  test('of many, fifty are listed and the file has the rest', () => {
    const outcomes = Array.from({ length: 50 }, (_, index) => outcomeOf(`host${index}`, 'unreachable'));
    const many = { ...progress, failed: 80, unknown: 0, byCode: { unreachable: 80 } };
    const view = exceptionsCard({ request, run: { ...run, state: 'ended' }, progress: many, outcomes });
    expect(view).toMatchObject({ outcome: 'some_failed', title: '80 PCs did not turn off' });
    expect(view.table?.rows).toHaveLength(51);
    // What all of them show alike says no more than the cause does.
    expect(view.table?.columns).toEqual(['PC', 'Site', 'Cause']);
    expect(view.table?.rows.at(-1)).toEqual(['and 30 more', '', 'in the file']);
  });
});
