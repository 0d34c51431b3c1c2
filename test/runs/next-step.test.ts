import { describe, expect, test } from '@jest/globals';
import type { RunStand } from '../../src/ports/runs/run-store.ts';
import { nextStep as nextStepAt } from '../../src/runs/next-step.ts';

const now = new Date('2026-11-24T09:00:00Z');
const nextStep = (of: RunStand) => nextStepAt(of, now);

const stand = (over: Partial<RunStand> = {}): RunStand => ({
  version: 1,
  state: 'running',
  wave: 1,
  sizes: [5, 40, 40],
  hasCanary: true,
  failureLimit: { percent: 20, ofLast: 20 },
  sites: [],
  hasPending: true,
  running: 0,
  waiting: 0,
  nextAt: null,
  deadlineAt: null,
  sinceRelease: { ended: 5, failed: 0 },
  ...over,
});

describe('how a run goes on', () => {
  test('claims what is pending in released waves', () => {
    expect(nextStep(stand({ sites: ['madrid'], running: 3 })).kind).toBe('claim');
  });

  test('waits until the whole canary has ended', () => {
    expect(nextStep(stand({ running: 1 })).kind).toBe('wait');
    expect(nextStep(stand()).kind).toBe('release');
  });

  test('one of five canaries may fail, two pause the run', () => {
    expect(nextStep(stand({ sinceRelease: { ended: 5, failed: 1 } })).kind).toBe('release');
    expect(nextStep(stand({ sinceRelease: { ended: 5, failed: 2 } }))).toEqual({
      kind: 'pause',
      hit: { among: 'canary', failed: 2, of: 5, percent: 20 },
    });
  });

  test('resumed, which forgets the failures so far, the next wave is released', () => {
    expect(nextStep(stand({ sinceRelease: { ended: 0, failed: 0 } })).kind).toBe('release');
  });

  test('without a limit the canary may fail as it likes', () => {
    expect(nextStep(stand({ failureLimit: null, sinceRelease: { ended: 5, failed: 5 } })).kind).toBe('release');
  });

  test('later waves leave a tenth behind, so that one slow PC does not hold up all', () => {
    expect(nextStep(stand({ wave: 2, running: 5 })).kind).toBe('wait');
    expect(nextStep(stand({ wave: 2, running: 4 })).kind).toBe('release');
  });

  test('a wave that is no canary is not judged at its end: the window over the last outcomes watches it', () => {
    expect(nextStep(stand({ wave: 2, sinceRelease: { ended: 40, failed: 30 } })).kind).toBe('release');
    expect(nextStep(stand({ hasCanary: false, sinceRelease: { ended: 5, failed: 5 } })).kind).toBe('release');
  });

  test('paused: nothing is claimed, nothing released; only what has ended altogether is finished', () => {
    expect(nextStep(stand({ state: 'paused', sites: ['madrid'] })).kind).toBe('leave');
    expect(nextStep(stand({ state: 'paused', hasPending: false })).kind).toBe('finish');
  });

  test('stopping: what a dead worker left is ended, nothing is claimed', () => {
    expect(nextStep(stand({ state: 'stopping', sites: ['madrid'] })).kind).toBe('cancel');
    expect(nextStep(stand({ state: 'stopping', hasPending: false, running: 3 })).kind).toBe('finish');
  });

  test('ended is ended', () => {
    expect(nextStep(stand({ state: 'ended', sites: ['madrid'] })).kind).toBe('leave');
  });

  test('what waits for its moment has not ended either', () => {
    expect(nextStep(stand({ waiting: 1 })).kind).toBe('wait');
    expect(nextStep(stand({ wave: 2, waiting: 3, running: 2 })).kind).toBe('wait');
    expect(nextStep(stand({ wave: 2, waiting: 2, running: 2 })).kind).toBe('release');
    expect(nextStep(stand({ wave: 3, waiting: 1 })).kind).toBe('wait');
  });

  test('its moment has come', () => {
    expect(nextStep(stand({ waiting: 1, nextAt: now })).kind).toBe('ready');
    expect(nextStep(stand({ waiting: 1, nextAt: new Date(now.getTime() + 1) })).kind).toBe('wait');
    expect(nextStep(stand({ state: 'paused', waiting: 1, nextAt: now })).kind).toBe('leave');
  });

  test('the deadline has passed, also while it is paused', () => {
    expect(nextStep(stand({ sites: ['madrid'], deadlineAt: now })).kind).toBe('expire');
    expect(nextStep(stand({ state: 'paused', deadlineAt: now })).kind).toBe('expire');
    expect(nextStep(stand({ hasPending: false, deadlineAt: now })).kind).toBe('finish');
    expect(nextStep(stand({ sites: ['madrid'], deadlineAt: new Date(now.getTime() + 1) })).kind).toBe('claim');
  });
});
