import { describe, expect, test } from '@jest/globals';
import { attestableChecks, attestationOn, daysIn } from '../../src/checklist/attest.ts';
import { checklistOf, makeChecklist } from '../../src/checklist/checklist-of.ts';
import { judgeStep, keptAfter, withAttestations, worstOf } from '../../src/checklist/judge-step.ts';
import { ownersOf } from '../../src/checklist/settings.ts';
import { found, type Measured } from '../../src/checklist/step.ts';
import { stepNumber } from '../../src/commands/checklist/step-words.ts';
import type {
  Attestation,
  FindingStatus,
  KeptFinding,
  StatusChange,
} from '../../src/ports/checklist/checklist-store.ts';
import { itOps } from '../support/fixtures.ts';
import { now } from './good-site.ts';

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
const later = (ms: number) => new Date(now.getTime() + ms);
const step = { id: 'oob.sp' as const, recheckHours: 24 };
const judging = { site: 'madrid', now, where: 'here', nextDue: null, attestations: [] as Attestation[] };
const attestation = (over: Partial<Attestation> = {}): Attestation => ({
  ...{ id: 'att_1', site: 'madrid', step: 'oob.sp', checks: ['backup'], by: 'ana', reason: 'the DBA does it' },
  ...{ at: now, until: later(90 * dayMs) },
  ...over,
});
const open: Measured = { ...found.unknown('backup', 'Say where it lies.', 'not said'), isAttestable: true };

describe('judging a step', () => {
  test('the worst counts; what is not known more than what is only not ideal; nothing that applies: not applicable', () => {
    expect(worstOf(['pass', 'warn', 'unknown', 'fail'])).toBe('fail');
    expect(worstOf(['pass', 'warn', 'unknown'])).toBe('unknown');
    expect(worstOf(['not_applicable', 'warn', 'pass'])).toBe('warn');
    expect(worstOf(['not_applicable', 'pass'])).toBe('pass');
    expect(worstOf(['not_applicable'])).toBe('not_applicable');
    expect(worstOf([])).toBe('unknown');
  });

  test('evidence without times is of now and here, and counts until the step is due again, or is verified again', () => {
    const [own] = judgeStep(step, [found.pass('worker', '1')], judging).evidence;
    expect(own).toMatchObject({ where: 'here', at: now, until: later(30 * hourMs), mend: null });
    const weekly = judgeStep(step, [found.pass('worker', '1')], { ...judging, nextDue: later(7 * dayMs) });
    expect(weekly.expiresAt).toEqual(later(7 * dayMs + 6 * hourMs));
    const short = judgeStep(step, [{ ...found.pass('worker', '1'), until: later(hourMs) }], judging);
    expect(short.expiresAt).toEqual(later(hourMs));
  });

  test('an attestation proves what no machine can measure, never what fails, and only until it ends', () => {
    const attested = judgeStep(step, [open], { ...judging, attestations: [attestation()] });
    expect(attested).toMatchObject({ status: 'pass', evidence: [{ measured: 'unknown', attested: { by: 'ana' } }] });
    const soon = judgeStep(step, [open], { ...judging, attestations: [attestation({ until: later(hourMs) })] });
    expect(soon.expiresAt).toEqual(later(hourMs));
    const over = attestation({ until: now });
    expect(judgeStep(step, [open], { ...judging, attestations: [over] }).status).toBe('unknown');
    const fails: Measured = { ...found.fail('backup', 'Make one.', 'none'), isAttestable: true };
    expect(judgeStep(step, [fails], { ...judging, attestations: [attestation()] })).toMatchObject({
      status: 'fail',
      evidence: [{ attested: null }],
    });
    const measurable = found.unknown('backup', 'Say where it lies.', 'not said');
    expect(judgeStep(step, [measurable], { ...judging, attestations: [attestation()] }).status).toBe('unknown');
    for (const other of [{ step: 'oob.pki' }, { checks: ['clock'] }])
      expect(judgeStep(step, [open], { ...judging, attestations: [attestation(other)] }).status).toBe('unknown');
  });

  test('what may be attested, and for how long', () => {
    const finding = judgeStep(step, [open, found.fail('clock', 'Set it.', 'off')], judging);
    expect(attestableChecks(finding)).toEqual(['backup']);
    const by = { id: 'att_2', by: 'ana', reason: 'because' };
    expect(attestationOn(finding, by, now, 90)).toMatchObject({ checks: ['backup'], until: later(90 * dayMs) });
    expect(attestationOn(judgeStep(step, [found.pass('worker', '1')], judging), by, now, 90)).toBeNull();
    // Attested again before it ends.
    const again = withAttestations(finding, [attestation()], now);
    expect(attestableChecks(again)).toEqual(['backup']);
    expect(['90d', '6w', '3m', '1y', '1 D'].map(daysIn)).toEqual([90, 42, 90, 365, 1]);
    expect(['0d', '400d', '2y', '90', 'forever', '-1d', ''].map(daysIn)).toEqual(Array(7).fill(null));
  });
});

describe('turning red', () => {
  const kept = (statuses: readonly FindingStatus[]) => {
    let before: KeptFinding | null = null;
    return statuses.map((status, at) => {
      const measuredAt = later(at * hourMs);
      const finding = { site: 'madrid', step: 'oob.sp', status, evidence: [], measuredAt, expiresAt: measuredAt };
      const after = keptAfter(before, finding);
      before = after.kept;
      return after;
    });
  };
  const reds = (...statuses: FindingStatus[]) => kept(statuses).map(({ turnedRed }) => turnedRed);

  test('once, when it fails and did not; not at the first look, not while it stays', () => {
    expect(reds('fail', 'fail')).toEqual([false, false]);
    expect(reds('pass', 'fail', 'fail')).toEqual([false, true, false]);
    expect(reds('warn', 'fail', 'pass', 'fail')).toEqual([false, true, false, true]);
    expect(reds('not_applicable', 'fail')).toEqual([false, true]);
  });

  test('a look that found nothing out says neither that it is mended nor that it broke again', () => {
    expect(reds('pass', 'unknown', 'fail')).toEqual([false, false, true]);
    expect(reds('pass', 'fail', 'unknown', 'fail')).toEqual([false, true, false, false]);
    expect(reds('unknown', 'fail')).toEqual([false, false]);
  });

  test('since when it stands so', () => {
    expect(kept(['pass', 'pass', 'fail', 'fail']).map(({ kept: { since } }) => since)).toEqual([
      ...[now, now, later(2 * hourMs), later(2 * hourMs)],
    ]);
  });
});

describe('a checklist put together', () => {
  const finding = (id: string, status: FindingStatus, expiresAt = later(hourMs)): KeptFinding => ({
    ...{ site: 'madrid', step: id, status, evidence: [], measuredAt: now, expiresAt, since: now, isRed: null },
  });
  const make = (findings: readonly KeptFinding[], changes: readonly StatusChange[] = []) =>
    makeChecklist({ site: 'madrid', now, since: later(-dayMs), findings, changes, verifiedAt: now });

  test('what was never verified is not known; what is too old is not known either, but a failure stays', () => {
    const list = make([
      finding('oob.prereq', 'pass'),
      finding('oob.pki', 'pass', now),
      finding('oob.ad', 'fail', later(-dayMs)),
      finding('oob.method', 'not_applicable'),
    ]);
    expect(list.steps.slice(0, 5).map(({ status, isOld }) => [status, isOld])).toEqual([
      ...[['pass', false] as const, ['unknown', true] as const, ['fail', true] as const],
      ...[['not_applicable', false] as const, ['unknown', false] as const],
    ]);
    expect(list.counts).toEqual({ total: 18, proved: 2, notApplicable: 1, warnings: 0, failing: 1, unknown: 15 });
    // Step 7 depends on steps 2 and 3.
    expect(list.steps[6]?.failingBefore).toEqual([3]);
  });

  test('changes since yesterday, what fails first; none for a checklist that nobody had verified', () => {
    const before = later(-2 * dayMs);
    const list = make(
      [finding('oob.prereq', 'warn'), finding('oob.pki', 'fail'), finding('oob.ad', 'pass')],
      [
        { step: 'oob.prereq', status: 'pass', at: before },
        { step: 'oob.pki', status: 'pass', at: before },
        { step: 'oob.ad', status: 'pass', at: before },
        { step: 'oob.pki', status: 'fail', at: later(-hourMs) },
      ],
    );
    expect(list.changes.map(({ number, before: was, state }) => [number, was, state.status])).toEqual([
      ...[[2, 'pass', 'fail'] as const, [1, 'pass', 'warn'] as const],
    ]);
    expect(list.trend).toEqual([3, 3, 1]);
    expect(make([finding('oob.pki', 'fail')], [{ step: 'oob.pki', status: 'fail', at: now }]).changes).toEqual([]);
  });

  test('read from the store', async () => {
    const asked: unknown[] = [];
    const checklists = {
      latest: async () => [finding('oob.prereq', 'pass')],
      changes: async (_site: string, since: Date) => {
        asked.push(since);
        return [];
      },
      verifiedAt: async () => now,
    };
    // Only what is read is there.
    const store = { checklists } as unknown as Parameters<typeof checklistOf>[0];
    expect((await checklistOf(store, 'madrid', now)).counts.proved).toBe(1);
    await checklistOf(store, 'madrid', now, later(-30 * dayMs));
    expect(asked).toEqual([later(-7 * dayMs), later(-30 * dayMs)]);
  });
});

describe('words', () => {
  test('steps by number, by id, and by id without its beginning', () => {
    expect(['1', '18', 'oob.pki', 'PKI', 'sp.power'].map(stepNumber)).toEqual([1, 18, 2, 2, 6]);
    expect(['0', '19', 'madrid', 'oob.nothing', ''].map(stepNumber)).toEqual(Array(5).fill(null));
  });

  test('owners of a site, else those of all', () => {
    const owner = (person: string, site: string | null) => ({ person, site, conversation: itOps });
    const owners = [owner('ana', null), owner('ben', 'Madrid')];
    expect(ownersOf('madrid', owners).map(({ person }) => person)).toEqual(['ben']);
    expect(ownersOf('lyon', owners).map(({ person }) => person)).toEqual(['ana']);
  });
});
