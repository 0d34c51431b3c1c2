import { describe, expect, test } from '@jest/globals';
import { type HomeFacts, homeCard } from '../../src/messages/cards/home-card.ts';
import { renderText } from '../../src/messages/text.ts';
import type { StoredRun } from '../../src/ports/runs/run-store.ts';
import { waitingRequest } from '../support/fixtures.ts';

const quiet: HomeFacts = {
  toApprove: [],
  toConfirm: [],
  toReview: [],
  runs: [],
  examples: ['status host7', 'poweron site:lyon'],
  nameOf: (id) => `${id.slice(0, 1).toUpperCase()}${id.slice(1)}`,
  timeZone: 'UTC',
};
const request = waitingRequest({ sampleNames: ['host1', 'host2'], deviceCount: 96 });
const run: StoredRun = {
  ...{ id: 'run_1', requestId: request.id, version: 1, state: 'running', wave: 1, sizes: [96], hasCanary: false },
  ...{ failureLimit: null, pause: null, stop: null, startedAt: new Date('2026-11-24T09:05:00Z'), endedAt: null },
};
const progress = {
  ...{ total: 96, pending: 23, running: 10, ok: 61, failed: 1, unknown: 1, skipped: 0, byCode: {} },
};

describe('the first card', () => {
  test('nothing to do: what to try and how to get help, in a glance', () => {
    const view = homeCard(quiet);
    expect(view.title).toBe('Nothing needs you, nothing runs');
    const lines = renderText(view).split('\n');
    expect(lines.length).toBeLessThanOrEqual(4);
    expect(lines.join('\n')).toContain('Try: `/oob status host7`, `/oob poweron site:lyon`');
    expect(lines.join('\n')).toContain('Help: `/oob help` lists all');
  });

  test('what needs you comes first, with the command that does it; then what runs', () => {
    const view = homeCard({
      ...quiet,
      toApprove: [request],
      toConfirm: [{ ...request, id: 'req_2' }],
      toReview: [{ reviewId: 'rev_1', request }],
      runs: [
        { request, run, progress },
        { request, run: { ...run, state: 'paused' }, progress },
      ],
    });
    expect(view).toMatchObject({ tone: 'warning', title: '3 things need you, 2 runs' });
    const text = renderText(view);
    const places = [
      `/oob approve ${request.id}`,
      '/oob confirm req_2',
      '/oob review rev_1',
      'Runs: ',
      'Paused: ',
      'Try: ',
    ];
    const found = places.map((part) => text.indexOf(part));
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(found[0]).toBeGreaterThan(0);
    expect(text).toContain('61 of 96 off, 2 failed');
  });

  test('of many the first three, and where the rest is', () => {
    const toApprove = Array.from({ length: 12 }, (_, at) => ({ ...request, id: `req_${at}` }));
    const text = renderText(homeCard({ ...quiet, toApprove }));
    expect(text).toContain('12 things need you');
    expect(text).toContain('and 9 more: `/oob approvals`');
    expect(text).not.toContain('req_3');
  });
});
