import { AmtError } from '../../ports/amt.ts';
import type { Provisioning, ProvisioningFacts } from '../../ports/provisioning/provisioning-store.ts';
import type { Device } from '../../ports/store/inventory-store.ts';
import type { TrailKind } from '../../ports/trail/trail-store.ts';
import type { MachineDeps } from './machine-deps.ts';
import { ProvisioningError } from './provisioning-error.ts';
import type { SetupAccess, SetupStep, StepWork } from './setup-step.ts';
import { stageOf } from './stages.ts';
import { whyItStopped } from './why-it-stopped.ts';

/** Somebody else works on the same record: this process leaves it to them. */
class TakenOverError extends Error {}

/**
 * Walks on from where the record stands until the PC is provisioned or a step fails; resolves to the record as it is then, `provisioned`
 * or `stopped` with its failure. Before each effect an attempt is on disk, and after it that it is done. What a crash left open at a
 * one-shot step is looked into on the PC before anything is sent again. Rejects when `signal` ends it, or the store fails.
 */
export async function advance(
  record: Provisioning,
  device: Device,
  access: SetupAccess,
  steps: readonly SetupStep[],
  deps: MachineDeps,
  signal: AbortSignal,
): Promise<Provisioning> {
  const { provisionings, clock, trail, logger } = deps;
  let current = record;

  /** Takes a change over; null means that somebody else was faster. */
  const taken = (changed: Provisioning | null): Provisioning => {
    if (!changed) throw new TakenOverError();
    current = changed;
    deps.progressed?.(changed);
    return changed;
  };
  const kept = async (facts: ProvisioningFacts) => {
    taken(await provisionings.change(device.id, current.version, { facts }, clock.now()));
  };
  const workNow = (): StepWork => ({
    record: current,
    device,
    deps,
    access,
    signal,
    as: (account, work) => access.as(account, current.facts, work, signal),
    kept,
  });
  const note = (kind: TrailKind, data: Readonly<Record<string, unknown>>) =>
    trail.append([
      {
        at: clock.now(),
        kind,
        actor: 'service',
        requestId: current.requestId,
        data: { deviceId: device.id, device: device.name, mode: current.mode, ...data },
      },
    ]);
  const finish = async (step: SetupStep, facts: ProvisioningFacts) => {
    const stage = stageOf[step.name];
    const next = steps[steps.indexOf(step) + 1];
    // Before it is done: said twice after a crash rather than not at all.
    if (!next || stageOf[next.name] !== stage) await note('provisioning_stage', { stage });
    taken(await provisionings.done(device.id, current.version, step.name, facts, clock.now()));
  };

  async function take(step: SetupStep): Promise<void> {
    const reason = step.notNeeded?.(workNow()) ?? null;
    if (reason !== null) return finish(step, { [`skipped.${step.name}`]: reason });
    const isOneShot = step.kind === 'one-shot';
    if (isOneShot && current.attempt?.step === step.name && (await wasDone(step))) return finish(step, {});
    taken(await provisionings.attempt(device.id, current.version, step.name, clock.now()));
    try {
      return await finish(step, await step.perform(workNow()));
    } catch (error) {
      const isLost = error instanceof AmtError && error.mayHaveActed && isOneShot && !signal.aborted;
      if (!isLost || !(await wasDone(step).catch(() => false))) throw error;
      return finish(step, {});
    }
  }

  /** Looks on the PC whether a one-shot step was done. Rejects when that can't be told: then it is not sent again. */
  async function wasDone(step: SetupStep): Promise<boolean> {
    const found = (await step.wasDone?.(workNow())) ?? null;
    if (found === null)
      throw new ProvisioningError('provisioning_step_unclear', [`it is not known whether ${step.name} was done`]);
    logger.info({ device: device.name, step: step.name, found }, 'a step that was cut off was looked into');
    return found;
  }

  async function stop(step: SetupStep, error: unknown): Promise<Provisioning> {
    const { code, evidence } = whyItStopped(error);
    if (code === 'internal_error') logger.error({ device: device.name, step: step.name, error }, 'a step broke');
    const failure = { step: step.name, code, evidence };
    await note('provisioning_stopped', { ...failure, done: current.done });
    return taken(await provisionings.change(device.id, current.version, { state: 'stopped', failure }, clock.now()));
  }

  try {
    for (const step of steps) {
      if (current.done.includes(step.name)) continue;
      signal.throwIfAborted();
      try {
        await take(step);
      } catch (error) {
        if (signal.aborted || error instanceof TakenOverError) throw error;
        return await stop(step, error);
      }
    }
    return taken(await provisionings.change(device.id, current.version, { state: 'provisioned' }, clock.now()));
  } catch (error) {
    if (!(error instanceof TakenOverError)) throw error;
    return (await provisionings.get(device.id)) ?? current;
  }
}
