import type { FindingStatus, KeptFinding, StatusChange } from '../ports/checklist/checklist-store.ts';
import type { Store } from '../ports/store/store.ts';
import type { ChecklistStep } from './step.ts';
import { checklistSteps, numberOf } from './steps/index.ts';

/** A step with what is known of it. */
export interface StepState {
  readonly step: ChecklistStep;
  readonly number: number;
  /** What counts now: what was found, or `unknown` where nothing was, or where it no longer counts. A failure counts until it is mended. */
  readonly status: FindingStatus;
  /** It was found out, and is too old to count. */
  readonly isOld: boolean;
  /** Null: never verified. */
  readonly finding: KeptFinding | null;
  /** Steps before it that fail. */
  readonly failingBefore: readonly number[];
}

/** A step whose status is another than it was. */
export interface StepChange {
  readonly number: number;
  /** Null: it was not verified yet. */
  readonly before: FindingStatus | null;
  readonly state: StepState;
}

/** How many steps stand how. `proved`: pass, or not applicable. */
export interface StepCounts {
  readonly total: number;
  readonly proved: number;
  readonly notApplicable: number;
  readonly warnings: number;
  readonly failing: number;
  readonly unknown: number;
}

/** The checklist of a site as it stands at a moment. */
export interface SiteChecklist {
  readonly site: string;
  readonly at: Date;
  readonly steps: readonly StepState[];
  readonly counts: StepCounts;
  /** Since the moment that was asked about, usually a day ago; what fails first. */
  readonly changes: readonly StepChange[];
  /** Count of proved steps at the end of each of the last days, the oldest first, now last; days before the first look are left out. */
  readonly trend: readonly number[];
  /** When all steps were verified last; null: never. */
  readonly verifiedAt: Date | null;
}

const dayMs = 24 * 60 * 60_000;
const trendDays = 7;

/** Reads the checklist of a site, with what changed since `since`; default: a day before `now`. */
export async function checklistOf(
  { checklists }: Pick<Store, 'checklists'>,
  site: string,
  now: Date,
  since: Date = new Date(now.getTime() - dayMs),
): Promise<SiteChecklist> {
  const earliest = new Date(Math.min(since.getTime(), now.getTime() - trendDays * dayMs));
  const [findings, changes, verifiedAt] = await Promise.all([
    checklists.latest(site),
    checklists.changes(site, earliest),
    checklists.verifiedAt(site),
  ]);
  return makeChecklist({ site, now, since, findings, changes, verifiedAt });
}

/** Puts a checklist together. Pure. */
export function makeChecklist({
  site,
  now,
  since,
  findings,
  changes,
  verifiedAt,
}: {
  readonly site: string;
  readonly now: Date;
  readonly since: Date;
  readonly findings: readonly KeptFinding[];
  readonly changes: readonly StatusChange[];
  readonly verifiedAt: Date | null;
}): SiteChecklist {
  const kept = new Map(findings.map((finding) => [finding.step, finding]));
  const statuses = new Map(checklistSteps.map(({ id }) => [id, standing(kept.get(id) ?? null, now)]));
  const steps = checklistSteps.map((step, at): StepState => {
    const stand = statuses.get(step.id) ?? { status: 'unknown', isOld: false };
    const failing = step.dependsOn.filter((id) => statuses.get(id)?.status === 'fail');
    return {
      step,
      number: at + 1,
      ...stand,
      finding: kept.get(step.id) ?? null,
      failingBefore: failing.map(numberOf),
    };
  });
  const yesterday = statusesAt(changes, since);
  // Of a checklist that nobody had verified everything would be news.
  const isNew = yesterday.size === 0;
  // Nobody has looked at it, then as now: that is no change.
  const moved = steps.filter(({ step, status }) => (yesterday.get(step.id) ?? 'unknown') !== status);
  return {
    site,
    at: now,
    steps,
    counts: countsOf(steps.map(({ status }) => status)),
    changes: isNew
      ? []
      : moved
          .map((state): StepChange => ({ number: state.number, before: yesterday.get(state.step.id) ?? null, state }))
          .toSorted((a, b) => Number(b.state.status === 'fail') - Number(a.state.status === 'fail')),
    trend: trendOf(changes, steps, now),
    verifiedAt,
  };
}

function standing(finding: KeptFinding | null, now: Date): Pick<StepState, 'status' | 'isOld'> {
  if (!finding) return { status: 'unknown', isOld: false };
  const isOld = finding.expiresAt <= now && finding.status !== 'unknown';
  return { status: isOld && finding.status !== 'fail' ? 'unknown' : finding.status, isOld };
}

function statusesAt(changes: readonly StatusChange[], at: Date): ReadonlyMap<string, FindingStatus> {
  return new Map(changes.filter((change) => change.at <= at).map(({ step, status }) => [step, status]));
}

const isProved = (status: FindingStatus) => status === 'pass' || status === 'not_applicable';

function trendOf(changes: readonly StatusChange[], steps: readonly StepState[], now: Date): readonly number[] {
  const days = Array.from({ length: trendDays }, (_, index) => new Date(now.getTime() - (trendDays - index) * dayMs));
  const past = days.map((day) => statusesAt(changes, day)).filter((known) => known.size > 0);
  return [
    ...past.map((known) => [...known.values()].filter(isProved).length),
    steps.filter(({ status }) => isProved(status)).length,
  ];
}

/** Counts steps by how they stand. Pure. */
export function countsOf(statuses: readonly FindingStatus[]): StepCounts {
  const of = (status: FindingStatus) => statuses.filter((each) => each === status).length;
  return {
    total: statuses.length,
    proved: statuses.filter(isProved).length,
    notApplicable: of('not_applicable'),
    warnings: of('warn'),
    failing: of('fail'),
    unknown: of('unknown'),
  };
}
