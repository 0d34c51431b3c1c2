import { clockTime, oneLine } from '../messages/format.ts';
import { roomAgain } from '../policy/limits.ts';
import type { NewRequest } from '../ports/store/request-store.ts';
import { createBreaking } from './break-glass.ts';
import type { FollowUp } from './follow-up.ts';
import type { Planner } from './planner.ts';
import { createRequestActions } from './request-actions.ts';
import { entryMaker, type RequestDeps, refusal } from './request-deps.ts';
import type { Considered, Refusal, Wish } from './wish.ts';

/** Looks at a wish, and keeps it as a request. */
export interface Asking {
  consider(wish: Wish, at?: Date): Promise<Considered | Refusal>;
  /** Keeps the request with its card and its alarm; one that nobody has to agree to still has to be started. */
  ask(wish: Wish): Promise<{ readonly ok: true; readonly requestId: string; readonly waits: boolean } | Refusal>;
}

const hourMs = 60 * 60 * 1_000;
const namesOnCards = 5;

/** Makes the part of the room that takes wishes. */
export function createAsking(deps: RequestDeps, planner: Planner, followUp: Pick<FollowUp, 'nextLook'>): Asking {
  const breaking = createBreaking(deps);
  const { store, people, policy, clock, newId, onChange } = deps;
  const entry = entryMaker(clock);

  async function consider(wish: Wish, at?: Date): Promise<Considered | Refusal> {
    const worked = await planner.work(wish, at);
    if (!worked.ok) return worked;
    const { plan, decision, excluded } = worked;
    if (decision.verdict === 'refuse') return refusal(decision.code, ...decision.details);
    const foreseen = await deps.foresee?.(wish.operation, plan.devices, wish.parameters);
    if (foreseen) return { ok: false, ...foreseen };
    return { ok: true, plan, decision, excluded, summary: await planner.summarize(worked) };
  }

  async function retriedAlready(requestId: string): Promise<Refusal> {
    const retry = await store.requests.retryOf(requestId);
    const when = retry && clockTime(retry.createdAt, deps.timeZone);
    const by = retry ? [`by ${people().nameOf(retry.requester)} at ${when}: \`${retry.id}\``] : [];
    return refusal('already_retried', ...by);
  }

  function requestOf(wish: Wish, { plan, decision, excluded, summary }: Considered): NewRequest {
    const now = clock.now();
    const { approvalExpiryMs, confirmExpiryMs } = policy();
    const confirmMs = wish.confirmed ? null : confirmExpiryMs;
    const expiryMs = { allow: null, confirm: confirmMs, approve: approvalExpiryMs }[decision.verdict];
    return {
      id: wish.id ?? newId('req'),
      state: expiryMs === null ? 'approved' : 'waiting',
      operation: plan.operation,
      parameters: plan.parameters,
      commandText: oneLine(wish.commandText, 4_000),
      targetWords: wish.targetWords,
      reason: wish.reason,
      requester: wish.principal.id,
      conversation: wish.conversation,
      planHash: plan.hash,
      policyVersion: plan.policyVersion,
      deviceCount: plan.devices.length,
      sampleNames: plan.devices.slice(0, namesOnCards).map((device) => device.name),
      excludedCount: excluded.length,
      risk: decision.risk,
      planSummary: summary,
      approvalsNeeded: decision.verdict === 'approve' ? decision.needed : 0,
      approvers: decision.verdict === 'approve' ? decision.approvers : [],
      votes: [],
      createdAt: now,
      expiresAt: expiryMs === null ? null : new Date(now.getTime() + expiryMs),
      decidedAt: expiryMs === null ? now : null,
      actions: createRequestActions(newId),
      retryOf: wish.retryOf ?? null,
      glass: wish.breakGlass
        ? { lifted: decision.lifted, reviewId: decision.lifted.length > 0 ? newId('rev') : null }
        : null,
    };
  }

  async function ask(wish: Wish) {
    const considered = await consider(wish);
    if (!considered.ok) return considered;
    const { plan, decision, excluded } = considered;
    const request = requestOf(wish, considered);
    const { id, createdAt, expiresAt } = request;
    const most = decision.requestsPerHour;
    const asked = entry('asked', wish.principal.id, id, {
      command: oneLine(wish.commandText, 500),
      operation: plan.operation,
      devices: plan.devices.length,
      leftOut: excluded.length,
      planHash: plan.hash,
      policyVersion: plan.policyVersion,
      verdict: decision.verdict,
      ...(wish.confirmed && decision.verdict === 'confirm' ? { confirmed: 'by the configuration' } : {}),
      risk: decision.risk,
      rules: decision.rules,
      reason: wish.reason,
    });
    const since = new Date(createdAt.getTime() - hourMs);
    const broken = breaking(request, considered);
    const trail = [...(broken?.trail ?? []), asked];
    if (!(await store.requests.create(request, plan.devices, excluded, trail, { since, most }, broken))) {
      const same = wish.id === undefined ? null : await store.requests.get(wish.id);
      if (same) return { ok: true, requestId: same.id, waits: same.state === 'waiting' } as const;
      if (wish.retryOf !== undefined && (await store.requests.retryOf(wish.retryOf)))
        return retriedAlready(wish.retryOf);
      const { breakGlassPerHour } = policy();
      if (broken && (await store.reviews.countBy(request.requester, since)) >= breakGlassPerHour)
        return refusal('too_much_break_glass', `${breakGlassPerHour} in the last hour, ${breakGlassPerHour} allowed`);
      // Those that came at the same moment were not there yet when the decision counted.
      const again = roomAgain(await store.requests.timesBy(wish.principal.id, since), most, deps.timeZone);
      return refusal('too_many_requests', `${most} requests in the last hour, ${most} allowed`, ...again);
    }
    if (wish.retryOf !== undefined) onChange(wish.retryOf);
    await store.cards.add({ id: newId('card'), requestId: id, conversation: wish.conversation });
    const lookAt = followUp.nextLook({ ...request, version: 1, runId: null, endNote: null });
    if (lookAt) await store.queue.send('request-expiry', { requestId: id }, { notBefore: lookAt, key: id });
    // The card shows the request before its run begins, so it is announced first.
    onChange(id);
    return { ok: true, requestId: id, waits: expiresAt !== null } as const;
  }

  return { consider, ask };
}
