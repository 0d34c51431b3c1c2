import type { Attestation, ChecklistStore, StepFinding } from '../ports/checklist/checklist-store.ts';
import type { NewPost } from '../ports/digests/post-store.ts';
import type { Logger } from '../ports/logger.ts';
import { judgeStep, keptAfter } from './judge-step.ts';
import { type ChecklistStep, found, type StepContext } from './step.ts';

/** What verifying needs. */
export interface VerifyDeps {
  readonly checklists: ChecklistStore;
  /** Makes what steps look with, afresh for one verification. */
  readonly contextOf: (site: string, signal: AbortSignal) => Promise<StepContext>;
  /** What this machine calls itself. */
  readonly where: string;
  /** The posts that call the owners of a site to a step that turned red. */
  readonly callsFor: (finding: StepFinding) => readonly NewPost[];
  readonly logger: Logger;
}

/**
 * Looks at steps of a site, one after the other in their order, keeps what was found, and has the owner called where a step turned red.
 * Rejects with the reason of `signal`, or when it cannot be kept; what a step itself could not find out is kept as such.
 */
export async function verifyChecklist(
  { checklists, contextOf, where, callsFor, logger }: VerifyDeps,
  site: string,
  steps: readonly ChecklistStep[],
  signal: AbortSignal,
): Promise<readonly StepFinding[]> {
  const context = await contextOf(site, signal);
  const attestations = await checklists.attestations(site, context.now);
  const findings: StepFinding[] = [];
  for (const step of steps) {
    signal.throwIfAborted();
    findings.push(await verifyStep(step, context, attestations, where, logger));
  }
  signal.throwIfAborted();
  await keepFindings(checklists, findings, callsFor);
  return findings;
}

/** Keeps findings; a step that turned red is posted about and goes into the trail. */
export async function keepFindings(
  checklists: Pick<ChecklistStore, 'keep'>,
  findings: readonly StepFinding[],
  callsFor: (finding: StepFinding) => readonly NewPost[],
): Promise<void> {
  await checklists.keep(findings, (before, finding) => {
    const { kept, turnedRed } = keptAfter(before, finding);
    if (!turnedRed) return { kept, posts: [], trail: [] };
    const { site, step, measuredAt: at, evidence } = finding;
    const failed = evidence.filter(({ status }) => status === 'fail').map(({ check }) => check);
    return {
      kept,
      posts: callsFor(finding),
      trail: [{ at, kind: 'step_turned_red', actor: 'service', requestId: null, data: { site, step, failed } }],
    };
  });
}

async function verifyStep(
  step: ChecklistStep,
  context: StepContext,
  attestations: readonly Attestation[],
  where: string,
  logger: Logger,
): Promise<StepFinding> {
  const { site, now, setup } = context;
  const judging = { site, now, where, nextDue: setup.nextDue, attestations };
  try {
    return judgeStep(step, await step.verify(context), judging);
  } catch (error) {
    logger.error({ error, site, step: step.id }, 'a step of the checklist could not be verified');
    // Nothing was measured: that is all that may be said.
    return judgeStep(
      step,
      [found.unknown('verification', 'Look at the log of the service.', 'it ended with a fault of the service')],
      judging,
    );
  }
}
