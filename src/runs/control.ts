import type { Refusal } from '../approvals/wish.ts';
import type { Principal } from '../identity/people.ts';
import type { RefusalCode } from '../messages/reasons/reasons.ts';
import { isAdministrator, mayApprove } from '../policy/grants.ts';
import type { Policy } from '../policy/policy.ts';
import type { Clock } from '../ports/clock.ts';
import type { StoredRun } from '../ports/runs/run-store.ts';
import type { StoredRequest } from '../ports/store/request-store.ts';
import type { Store } from '../ports/store/store.ts';
import type { TrailEntry, TrailKind } from '../ports/trail/trail-store.ts';
import { findRun } from './find-run.ts';

/** What people may do with a run that has not ended. */
export type ControlVerb = 'pause' | 'resume' | 'stop';

/** The run as it stands after it. */
export type Controlled = { readonly ok: true; readonly request: StoredRequest; readonly run: StoredRun } | Refusal;

/** Pause, Resume and Stop, by button and by command. */
export interface RunControl {
  /** `id` is a request's or a run's. Refused unless the person asked for it, may approve it, or is an administrator. */
  act(verb: ControlVerb, id: string, principal: Principal): Promise<Controlled>;
}

const trailKinds = { pause: 'run_paused', resume: 'run_resumed', stop: 'run_stopped' } as const satisfies Record<
  ControlVerb,
  TrailKind
>;

/** States that each verb can start from. */
const startsFrom: Readonly<Record<ControlVerb, readonly StoredRun['state'][]>> = {
  pause: ['running'],
  resume: ['paused'],
  stop: ['running', 'paused'],
};

/** Makes the control of runs. `onChange` is told after every change that a card should show. */
export function createRunControl(deps: {
  readonly store: Store;
  readonly policy: () => Policy;
  readonly clock: Clock;
  readonly onChange: (requestId: string) => void;
}): RunControl {
  const { store, clock } = deps;
  const refusal = (code: RefusalCode, ...details: string[]): Refusal => ({ ok: false, code, details });

  async function find(id: string) {
    const found = await findRun(store, id);
    if (!found) return refusal('no_such_request');
    const { request, run } = found;
    return run ? { ok: true as const, request, run } : refusal('not_running', `It is ${request.state}`);
  }

  async function mayAct(request: StoredRequest, principal: Principal): Promise<boolean> {
    if (principal.id === request.requester || isAdministrator(principal, deps.policy())) return true;
    return mayApprove(principal, request.operation, await store.requests.devices(request.id), deps.policy());
  }

  async function apply(verb: ControlVerb, run: StoredRun, principal: Principal): Promise<StoredRun | null> {
    const { ok, failed, unknown, pending, running } = await store.runs.progress(run.id);
    const at = clock.now();
    const by = principal.id;
    const trail: readonly TrailEntry[] = [
      {
        at,
        kind: trailKinds[verb],
        actor: by,
        requestId: run.requestId,
        data: { runId: run.id, wave: run.wave, ok, failed, unknown, pending, running },
      },
    ];
    if (verb === 'stop') return store.runs.stop(run.id, run.version, { at, by }, trail);
    const change = verb === 'pause' ? ({ kind: 'pause', pause: { at, by, hit: null } } as const) : { kind: verb };
    return store.runs.change(run.id, run.version, change, trail);
  }

  return {
    async act(verb, id, principal) {
      // A lost compare-and-set means that something else happened to the run: look again at what is true now.
      for (let turn = 0; turn < 20; turn += 1) {
        const found = await find(id);
        if (!found.ok) return found;
        const { request, run } = found;
        if (!(await mayAct(request, principal))) return refusal('not_your_run');
        if (!startsFrom[verb].includes(run.state))
          return refusal(verb === 'resume' ? 'not_paused' : 'not_running', `It is ${run.state}`);
        const changed = await apply(verb, run, principal);
        if (!changed) continue;
        // Whoever is free takes it up at once; the others come by themselves.
        if (verb !== 'pause') await store.queue.send('run', { runId: run.id }, { key: run.id });
        deps.onChange(request.id);
        return { ok: true, request, run: changed };
      }
      return refusal('internal_refusal');
    },
  };
}
