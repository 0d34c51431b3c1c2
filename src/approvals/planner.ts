import type { People } from '../identity/people.ts';
import { replaceTarget, resolveTargets } from '../inventory/resolve-targets.ts';
import { parseTargets } from '../inventory/targets.ts';
import { listed, plural } from '../messages/format.ts';
import type { RefusalCode } from '../messages/reasons/reasons.ts';
import { unknownTarget } from '../messages/unknown-target.ts';
import type { OperationName } from '../operations/operation.ts';
import { estimateMs, firstGuessMs } from '../plan/estimate.ts';
import { freezePlan, type Plan } from '../plan/freeze.ts';
import { countPlan, type PlanSummary } from '../plan/summary.ts';
import { type Decision, decide } from '../policy/decide.ts';
import { holdWords, withoutHeld } from '../policy/holds.ts';
import type { Policy } from '../policy/policy.ts';
import type { Question } from '../policy/question.ts';
import { isAtMost } from '../policy/risk.ts';
import type { Clock } from '../ports/clock.ts';
import type { TargetDevice } from '../ports/store/inventory-store.ts';
import type { ExcludedDevice, StoredRequest } from '../ports/store/request-store.ts';
import type { Store } from '../ports/store/store.ts';
import type { Transmission } from '../runs/transmission.ts';
import { planWaves, type WaveSettings } from '../runs/waves.ts';
import type { Refusal, Wish } from './wish.ts';

/** A wish worked out: the frozen plan, whom it leaves out, and what the policy says of it, refusals included. */
export interface Worked {
  readonly ok: true;
  readonly plan: Plan;
  readonly excluded: readonly ExcludedDevice[];
  readonly decision: Decision;
}

/** What plans are made from. */
export interface PlannerDeps {
  readonly store: Pick<Store, 'inventory' | 'requests' | 'reviews' | 'runs'>;
  readonly people: () => People;
  readonly policy: () => Policy;
  readonly clock: Pick<Clock, 'now'>;
  /** Zone of the times in refusals. */
  readonly timeZone: string;
  /** How runs of an operation are spread out. */
  readonly waves: (operation: OperationName) => WaveSettings;
  /** Devices worked on at once, for estimates. Default: any number. */
  readonly places?: { readonly total: number; readonly perSite: number };
  /** How commands go out to the PCs of a site. Default: at once, and once. */
  readonly transmission?: (operation: OperationName, site: string) => Transmission;
}

/** Makes plans, and looks whether one still holds. */
export interface Planner {
  /** Resolves the words, leaves out what is held, decides as of `at`, by default now. A refusal only where the words mean no device. */
  work(wish: Wish, at?: Date): Promise<Worked | Refusal>;
  /** What the plan looks like from afar; with how long it will take when somebody has to agree to it first. */
  summarize(worked: Worked): Promise<PlanSummary>;
  /** Why a request that was agreed to may not start as things stand now; null when it may. `dueAt`: as in a wish. */
  objection(request: StoredRequest, dueAt: Date | null): Promise<string | null>;
}

const hourMs = 60 * 60 * 1_000;

/** Makes the planner. */
export function createPlanner(deps: PlannerDeps): Planner {
  const { store, people, policy, clock, timeZone } = deps;
  const places = deps.places ?? { total: Number.POSITIVE_INFINITY, perSite: Number.POSITIVE_INFINITY };

  async function resolve(targetWords: readonly string[], commandText: string) {
    const refusal = (code: RefusalCode, ...details: string[]): Refusal => ({ ok: false, code, details });
    const targets = parseTargets(targetWords);
    if (!targets.ok) return refusal('bad_usage', targets.problem);
    const resolved = await resolveTargets(targets.steps, store.inventory);
    if (!resolved.ok) {
      const { unknown, suggestion } = resolved;
      const detail = unknownTarget(unknown);
      const meant = suggestion && replaceTarget(commandText, unknown, suggestion, /\s|$/.exec(commandText)?.index);
      return { ...refusal('no_such_target', detail), ...(meant ? { suggestion: meant } : {}) };
    }
    if (resolved.devices.length > 0) return resolved;
    return refusal(targets.steps.some(({ term }) => term.kind === 'due') ? 'nothing_due' : 'nothing_left');
  }

  /** Decides by the rules and the people of this moment, as if it were `now`. */
  function weigh(
    wish: Omit<Wish, 'commandText' | 'targetWords' | 'retryOf' | 'breakGlass' | 'dueAt'>,
    named: readonly TargetDevice[],
    facts: Pick<Question, 'recentAt' | 'glass' | 'dueAt'>,
    now: Date,
  ) {
    const rules = policy();
    const { principal, conversation, operation, parameters, reason } = wish;
    const { devices, held } = withoutHeld(named, operation, rules, now);
    const question = { principal, people: people().all(), operation, devices, held, conversation, reason };
    const decision = decide({ ...question, ...facts, now, timeZone, policy: rules });
    const plan = freezePlan({ operation, parameters, devices, policyVersion: rules.version });
    return { plan, decision, held };
  }

  return {
    async work(wish, at = clock.now()) {
      const resolved = await resolve(wish.targetWords, wish.commandText);
      if (!('devices' in resolved)) return resolved;
      const since = new Date(Math.max(clock.now().getTime(), at.getTime()) - hourMs);
      const { id } = wish.principal;
      const recentAt = await store.requests.timesBy(id, since);
      const glass = wish.breakGlass ? { glass: { recent: await store.reviews.countBy(id, since) } } : {};
      const facts = { recentAt, ...glass, dueAt: wish.dueAt ?? null };
      const { plan, decision, held } = weigh(wish, resolved.devices, facts, at);
      const excluded = held.map(
        ({ device, hold }): ExcludedDevice => ({
          device,
          code: 'held_by_policy',
          because: holdWords(hold),
        }),
      );
      return { ok: true, plan, excluded, decision };
    },

    async summarize({ plan: { operation, devices }, excluded, decision }) {
      const sites = devices.map((device) => device.site);
      const waves = planWaves(sites, deps.waves(operation));
      const { transmission } = deps;
      const pace = {
        waves,
        places,
        ...(transmission && { transmission: (site: string) => transmission(operation, site) }),
      };
      const waits = decision.verdict === 'approve' || decision.verdict === 'confirm';
      const usualMs = waits ? ((await store.runs.usualMs(operation)) ?? firstGuessMs(operation)) : null;
      return {
        ...countPlan(devices, excluded),
        waves: waves.sizes,
        hasCanary: waves.hasCanary,
        estimateMs: usualMs === null ? null : estimateMs(sites, { ...pace, perDeviceMs: usualMs }),
        rules: decision.because,
      };
    },

    async objection(request, dueAt) {
      const principal = people().byId(request.requester);
      if (!principal) return 'the person who asked is no longer known';
      const resolved = await resolve(request.targetWords, request.commandText);
      if (!('devices' in resolved)) return 'the words do not name any PC any more';
      // The request itself has been counted when it was made.
      const facts = { recentAt: [], ...(isBroken(request) ? { glass: { recent: 0 } } : {}), dueAt };
      const { plan, decision } = weigh({ ...request, principal }, resolved.devices, facts, clock.now());
      const notes: string[] = [];
      if (plan.hash !== request.planHash) {
        const agreed = await store.requests.devices(request.id);
        notes.push(...difference(agreed, plan.devices));
        if (plan.policyVersion !== request.policyVersion) notes.push('the policy was changed');
        if (notes.length === 0) notes.push('the plan is another one');
      }
      if (decision.verdict === 'refuse') notes.push([`now refused (${decision.code})`, ...decision.details].join(': '));
      else if (!isAtMost(decision.risk, request.risk)) notes.push(`now it needs more: ${decision.because.join('; ')}`);
      else if (decision.verdict === 'approve') {
        // Somebody who agreed first may have lost the right while the second was waited for.
        const lost = request.votes.filter((vote) => !decision.approvers.includes(vote.principal));
        const counting = request.votes.filter((vote) => vote.verdict === 'approve').length - lost.length;
        const names = listed(lost.map((vote) => people().nameOf(vote.principal)));
        if (counting < decision.needed)
          notes.push(lost.length > 0 ? `no longer an approver: ${names}` : 'too few have agreed');
      }
      const more = decision.lifted.filter(({ guard }) => !request.glass?.lifted.some((each) => each.guard === guard));
      if (more.length > 0) notes.push(`now more would have to be lifted: ${more.map(({ found }) => found).join('; ')}`);
      return notes.length > 0 ? notes.join('; ') : null;
    },
  };
}

const isBroken = ({ glass }: StoredRequest) => glass !== null && glass.lifted.length > 0;

/** `1 PC more: smuggled`, `2 PCs fewer: host1 and host2`. */
function difference(agreed: readonly TargetDevice[], now: readonly TargetDevice[]): readonly string[] {
  const missing = (from: readonly TargetDevice[], of: readonly TargetDevice[]) => {
    const ids = new Set(of.map((device) => device.id));
    return from.filter((device) => !ids.has(device.id)).map((device) => device.name);
  };
  const before = new Map(agreed.map((device) => [device.id, device.reach]));
  const moved = now.filter(({ id, reach }) => before.has(id) && before.get(id) !== reach).map((device) => device.name);
  const words = (names: readonly string[], how: string) =>
    names.length > 0 ? [`${plural(names.length, 'PC')} ${how}: ${listed(names, names.length, 3)}`] : [];
  return [
    ...words(missing(now, agreed), 'more'),
    ...words(missing(agreed, now), 'fewer'),
    ...words(moved, 'reached in another way (address, port, certificate or credential)'),
  ];
}
