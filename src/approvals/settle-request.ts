import type { Principal } from '../identity/people.ts';
import type { RequestChange, StoredRequest } from '../ports/store/request-store.ts';
import type { TrailKind } from '../ports/trail/trail-store.ts';
import type { FollowUp } from './follow-up.ts';
import { decidedBy, type Judgement, judgeConfirmation, judgeVote } from './judge-vote.ts';
import { entryMaker, type RequestDeps, refusal } from './request-deps.ts';
import type { Refusal } from './wish.ts';

/** The request as it stands after what somebody did to it. */
export type Settled = { readonly ok: true; readonly request: StoredRequest } | Refusal;

/** What people do to a request that waits. */
export interface Settling {
  vote(requestId: string, voter: Principal, verdict: 'approve' | 'deny'): Promise<Settled>;
  confirm(requestId: string, principal: Principal): Promise<Settled>;
  withdraw(requestId: string, principal: Principal): Promise<Settled>;
}

/** Makes the part of the room that hears people. `start` is called for what may start by it. */
export function createSettling(
  deps: RequestDeps,
  followUp: Pick<FollowUp, 'told'>,
  start: (requestId: string) => Promise<void>,
): Settling {
  const { store, people, policy, clock, timeZone } = deps;
  const entry = entryMaker(clock);

  /** A lost compare-and-set means that somebody else was faster: judge again by what is true now. */
  async function settle(
    requestId: string,
    actor: string,
    kind: TrailKind,
    judge: (request: StoredRequest) => Promise<Judgement>,
  ): Promise<Settled> {
    for (let turn = 0; turn < 5; turn += 1) {
      const request = await store.requests.get(requestId);
      if (!request) return refusal('no_such_request');
      const judged = await judge(request);
      if (!judged.ok) return refusal(judged.code, ...judged.details);
      const { change } = judged;
      const changed = await store.requests.change(
        requestId,
        request.version,
        change,
        [entry(kind, actor, requestId, settledData(request, change))],
        change.state === undefined ? [] : await followUp.told({ ...request, ...change }),
      );
      if (!changed) continue;
      deps.onChange(requestId);
      if (changed.state === 'approved') await start(requestId);
      return { ok: true, request: changed };
    }
    return refusal('already_decided');
  }

  const moment = () => ({ now: clock.now(), nameOf: people().nameOf, timeZone });

  return {
    vote: (requestId, voter, verdict) =>
      settle(requestId, voter.id, verdict === 'approve' ? 'approved' : 'denied', async (request) =>
        judgeVote({
          request,
          voter,
          verdict,
          devices: await store.requests.devices(requestId),
          policy: policy(),
          ...moment(),
        }),
      ),
    confirm: (requestId, principal) =>
      settle(requestId, principal.id, 'confirmed', async (request) =>
        judgeConfirmation({ request, principal, ...moment() }),
      ),
    withdraw: (requestId, principal) =>
      settle(requestId, principal.id, 'withdrawn', async (request) => {
        if (request.requester !== principal.id) return { ok: false, code: 'not_yours', details: [] };
        if (request.state !== 'waiting')
          return { ok: false, code: 'already_decided', details: [decidedBy(request, people().nameOf, timeZone)] };
        return { ok: true, change: { state: 'withdrawn', decidedAt: clock.now() } };
      }),
  };
}

function settledData({ planHash, approvalsNeeded }: StoredRequest, { votes }: RequestChange): Record<string, unknown> {
  return { planHash, ...(votes ? { votes: votes.length, needed: approvalsNeeded } : {}) };
}
