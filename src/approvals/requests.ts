import type { People, Principal } from '../identity/people.ts';
import { replaceTarget, resolveTargets } from '../inventory/resolve-targets.ts';
import { parseTargets } from '../inventory/targets.ts';
import { clockTime, oneLine } from '../messages/format.ts';
import type { RefusalCode } from '../messages/reasons.ts';
import type { OperationName } from '../operations/operation.ts';
import { freezePlan, type Plan } from '../plan/freeze.ts';
import { type Decision, decide } from '../policy/decide.ts';
import type { Policy } from '../policy/policy.ts';
import type { Conversation } from '../ports/chat.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import type { TargetDevice } from '../ports/inventory-store.ts';
import type { StoredRequest } from '../ports/request-store.ts';
import type { Store } from '../ports/store.ts';
import type { TrailEntry, TrailKind } from '../ports/trail-store.ts';
import { planWaves, type WaveSettings } from '../runs/waves.ts';
import { decidedBy, judgeVote } from './judge-vote.ts';
import { createRequestActions } from './request-actions.ts';

/** A refusal with what was found; `suggestion` is a whole command that may have been meant. */
export interface Refusal {
  readonly ok: false;
  readonly code: RefusalCode;
  readonly details: readonly string[];
  readonly suggestion?: string;
}

/** What somebody asks for. */
export interface Wish {
  readonly principal: Principal;
  readonly conversation: Conversation;
  readonly commandText: string;
  readonly operation: OperationName;
  readonly parameters: Readonly<Record<string, string>>;
  readonly targetWords: readonly string[];
  readonly reason: string | null;
  /** The request whose failed devices this is about; refused when somebody has asked for that already. */
  readonly retryOf?: string;
}

/** A wish worked out: the frozen plan and what the policy says of it. */
export interface Considered {
  readonly ok: true;
  readonly plan: Plan;
  readonly decision: Exclude<Decision, { verdict: 'refuse' }>;
}

/** Requests from wish to start: plan, decide, keep, vote, withdraw, expire. */
export interface Requests {
  /** Plans and decides, keeps nothing. */
  consider(wish: Wish): Promise<Considered | Refusal>;
  /** Plans, decides, keeps the request, and starts it when no approval is due. */
  ask(wish: Wish): Promise<{ readonly ok: true; readonly requestId: string } | Refusal>;
  vote(
    requestId: string,
    voter: Principal,
    verdict: 'approve' | 'deny',
  ): Promise<{ readonly ok: true; readonly request: StoredRequest } | Refusal>;
  withdraw(
    requestId: string,
    principal: Principal,
  ): Promise<{ readonly ok: true; readonly request: StoredRequest } | Refusal>;
  /** Ends a waiting request whose time is up. One whose time is not up yet is looked at again then. */
  expire(requestId: string): Promise<void>;
  /** After a start: ends what is overdue, and completes what a crash left half made, a card and an alarm for each open request. */
  resume(): Promise<void>;
  /** Starts an approved request if its plan still holds, else ends it as changed. Safe to call twice. */
  start(requestId: string): Promise<void>;
}

const day = 24 * 60 * 60 * 1000;
const hour = 60 * 60 * 1000;
const mostWaiting = 10_000;

/** Makes the room's one service. `onChange` is told after every change that a card should show. */
export function createRequests(deps: {
  readonly store: Store;
  readonly people: () => People;
  readonly policy: () => Policy;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Zone of the times in refusals. */
  readonly timeZone: string;
  /** How runs of an operation are spread out. */
  readonly waves: (operation: OperationName) => WaveSettings;
  /** Why an operation need not even be asked for on these devices; null: it may be. Default: it always may. */
  readonly foresee?: (
    operation: OperationName,
    devices: readonly TargetDevice[],
  ) => Promise<Pick<Refusal, 'code' | 'details'> | null>;
  readonly onChange: (requestId: string) => void;
}): Requests {
  const { store, people, policy, clock, newId, onChange } = deps;
  const refusal = (code: RefusalCode, ...details: string[]): Refusal => ({ ok: false, code, details });
  const entry = (
    kind: TrailKind,
    actor: string,
    requestId: string | null,
    data: Record<string, unknown>,
  ): TrailEntry => ({ at: clock.now(), kind, actor, requestId, data });

  async function resolve(targetWords: readonly string[], commandText: string) {
    const targets = parseTargets(targetWords);
    if (!targets.ok) return refusal('bad_usage', targets.problem);
    const resolved = await resolveTargets(targets.steps, store.inventory);
    if (!resolved.ok) {
      const { unknown, suggestion } = resolved;
      const detail = `\`${oneLine(unknown, 60)}\` is not in the inventory`;
      const meant = suggestion && replaceTarget(commandText, unknown, suggestion, /\s|$/.exec(commandText)?.index);
      return { ...refusal('no_such_target', detail), ...(meant ? { suggestion: meant } : {}) };
    }
    return resolved.devices.length > 0 ? resolved : refusal('nothing_left');
  }

  async function consider(wish: Wish): Promise<Considered | Refusal> {
    const resolved = await resolve(wish.targetWords, wish.commandText);
    if (!('devices' in resolved)) return resolved;
    const rules = policy();
    const decision = decide({
      principal: wish.principal,
      people: people().all(),
      operation: wish.operation,
      devices: resolved.devices,
      conversation: wish.conversation,
      recentRequests: await store.requests.countBy(wish.principal.id, new Date(clock.now().getTime() - hour)),
      policy: rules,
    });
    if (decision.verdict === 'refuse') return { ok: false, code: decision.code, details: decision.details };
    const foreseen = await deps.foresee?.(wish.operation, resolved.devices);
    if (foreseen) return { ok: false, ...foreseen };
    const plan = freezePlan({
      operation: wish.operation,
      parameters: wish.parameters,
      devices: resolved.devices,
      policyVersion: rules.version,
    });
    return { ok: true, plan, decision };
  }

  async function retriedAlready(requestId: string): Promise<Refusal> {
    const retry = await store.requests.retryOf(requestId);
    const { nameOf } = people();
    const when = retry && clockTime(retry.createdAt, deps.timeZone);
    return refusal('already_retried', ...(retry ? [`by ${nameOf(retry.requester)} at ${when}: \`${retry.id}\``] : []));
  }

  async function ask(wish: Wish) {
    const considered = await consider(wish);
    if (!considered.ok) return considered;
    const { plan, decision } = considered;
    const id = newId('req');
    const now = clock.now();
    const waits = decision.verdict === 'approve';
    const expiresAt = waits ? new Date(now.getTime() + policy().approvalExpiryMs) : null;
    const most = policy().limits.requestsPerHour;
    const kept = await store.requests.create(
      {
        id,
        state: waits ? 'waiting' : 'approved',
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
        sampleNames: plan.devices.slice(0, 5).map((device) => device.name),
        excludedCount: 0,
        approvalsNeeded: waits ? decision.needed : 0,
        approvers: waits ? decision.approvers : [],
        votes: [],
        createdAt: now,
        expiresAt,
        decidedAt: waits ? null : now,
        actions: createRequestActions(newId),
        retryOf: wish.retryOf ?? null,
      },
      plan.devices,
      [],
      [
        entry('asked', wish.principal.id, id, {
          command: oneLine(wish.commandText, 500),
          operation: plan.operation,
          devices: plan.devices.length,
          planHash: plan.hash,
          policyVersion: plan.policyVersion,
          verdict: decision.verdict,
          reason: wish.reason,
        }),
      ],
      { since: new Date(now.getTime() - hour), most },
    );
    if (!kept) {
      if (wish.retryOf !== undefined && (await store.requests.retryOf(wish.retryOf)))
        return retriedAlready(wish.retryOf);
      // Those that came at the same moment were not there yet when the decision counted.
      return refusal('too_many_requests', `${most} requests in the last hour, ${most} allowed`);
    }
    if (wish.retryOf !== undefined) onChange(wish.retryOf);
    await store.cards.add({ id: newId('card'), requestId: id, conversation: wish.conversation });
    if (expiresAt) await setAlarm(id, expiresAt);
    // The card shows the request before its run begins, so it is announced first.
    onChange(id);
    if (!waits) await start(id);
    return { ok: true, requestId: id } as const;
  }

  async function vote(requestId: string, voter: Principal, verdict: 'approve' | 'deny') {
    // A lost compare-and-set means that somebody else was faster: judge again by what is true now.
    for (let turn = 0; turn < 5; turn += 1) {
      const request = await store.requests.get(requestId);
      if (!request) return refusal('no_such_request');
      const devices = await store.requests.devices(requestId);
      const { nameOf } = people();
      const judged = judgeVote({
        request,
        voter,
        verdict,
        devices,
        policy: policy(),
        now: clock.now(),
        nameOf,
        timeZone: deps.timeZone,
      });
      if (!judged.ok) return refusal(judged.code, ...judged.details);
      const kind = verdict === 'approve' ? 'approved' : 'denied';
      const changed = await store.requests.change(requestId, request.version, judged.change, [
        entry(kind, voter.id, requestId, {
          planHash: request.planHash,
          votes: judged.change.votes.length,
          needed: request.approvalsNeeded,
        }),
      ]);
      if (!changed) continue;
      onChange(requestId);
      if (changed.state === 'approved') await start(requestId);
      return { ok: true, request: changed } as const;
    }
    return refusal('already_decided');
  }

  async function withdraw(requestId: string, principal: Principal) {
    const request = await store.requests.get(requestId);
    if (!request) return refusal('no_such_request');
    if (request.requester !== principal.id) return refusal('not_yours');
    if (request.state !== 'waiting')
      return refusal('already_decided', decidedBy(request, people().nameOf, deps.timeZone));
    const changed = await store.requests.change(
      requestId,
      request.version,
      { state: 'withdrawn', decidedAt: clock.now() },
      [entry('withdrawn', principal.id, requestId, {})],
    );
    if (!changed) return refusal('already_decided');
    onChange(requestId);
    return { ok: true, request: changed } as const;
  }

  async function expire(requestId: string) {
    const request = await store.requests.get(requestId);
    const now = clock.now();
    if (request?.state !== 'waiting' || !request.expiresAt) return;
    // The database's clock, which rings, may be ahead of ours. Its job still holds the key.
    if (request.expiresAt > now)
      return store.queue.send('request-expiry', { requestId }, { notBefore: request.expiresAt });
    const changed = await store.requests.change(requestId, request.version, { state: 'expired', decidedAt: now }, [
      entry('expired', 'service', requestId, { expiresAt: request.expiresAt.toISOString() }),
    ]);
    if (changed) onChange(requestId);
  }

  const setAlarm = (requestId: string, expiresAt: Date) =>
    store.queue.send('request-expiry', { requestId }, { notBefore: expiresAt, key: requestId });

  async function resume() {
    for (const request of await store.requests.overdue(clock.now())) await expire(request.id);
    const waiting = await store.requests.waiting(mostWaiting);
    for (const { id, expiresAt } of waiting) if (expiresAt) await setAlarm(id, expiresAt);
    const startable = await Promise.all((await store.runs.startable()).map((id) => store.requests.get(id)));
    for (const request of [...waiting, ...startable]) {
      if (!request || (await store.cards.ofRequest(request.id)).length > 0) continue;
      await store.cards.add({ id: newId('card'), requestId: request.id, conversation: request.conversation });
    }
  }

  /** True when words, policy and the requester's own rights still make the plan that was agreed to. */
  async function stillHolds({ requester, conversation, operation, parameters, ...request }: StoredRequest) {
    const principal = people().byId(requester);
    const resolved = await resolve(request.targetWords, request.commandText);
    if (!principal || !('devices' in resolved)) return false;
    const { devices } = resolved;
    const rules = policy();
    // An approval that was due has been judged at its click; here counts whether the one who asked still may ask.
    const question = { principal, people: people().all(), operation, devices, conversation, recentRequests: 0 };
    if (decide({ ...question, policy: rules }).verdict === 'refuse') return false;
    return freezePlan({ operation, parameters, devices, policyVersion: rules.version }).hash === request.planHash;
  }

  async function start(requestId: string) {
    const request = await store.requests.get(requestId);
    if (request?.state !== 'approved') return;
    const now = clock.now();
    const { operation } = request;
    const holds = await stillHolds(request);
    // A start that is a day late is no longer what was approved.
    const isFresh = now.getTime() - (request.decidedAt ?? request.createdAt).getTime() < day;
    if (!holds || !isFresh) {
      await store.requests.change(requestId, request.version, { state: 'changed' }, [
        entry('plan_changed', 'service', requestId, { planHash: request.planHash }),
      ]);
      onChange(requestId);
      return;
    }
    const runId = newId('run');
    const sites = (await store.requests.devices(requestId)).map((device) => device.site);
    const waves = planWaves(sites, deps.waves(operation));
    const { sizes, hasCanary, perMinute, failureLimit } = waves;
    const started = await store.runs.start(
      { id: runId, requestId, requestVersion: request.version, startedAt: now, waves },
      [
        entry('run_started', 'service', requestId, {
          runId,
          operation,
          devices: request.deviceCount,
          planHash: request.planHash,
          waves: { sizes, hasCanary, perMinute, failureLimit },
        }),
      ],
    );
    if (started) await store.queue.send('run', { runId }, { key: runId });
    onChange(requestId);
  }

  return { consider, ask, vote, withdraw, expire, resume, start };
}
