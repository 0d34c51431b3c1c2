import type { Principal } from '../identity/people.ts';
import type { TargetDevice } from '../ports/store/inventory-store.ts';
import type { StoredRequest } from '../ports/store/request-store.ts';
import { planPacing, planPlaces, wakeStart } from '../runs/transmission.ts';
import { planWaves } from '../runs/waves.ts';
import { createAsking } from './ask-request.ts';
import { createFollowUp } from './follow-up.ts';
import { createPlanner, type Worked } from './planner.ts';
import { entryMaker, type RequestDeps } from './request-deps.ts';
import { createRetrying, type Retried, type RetryAsker } from './retry-request.ts';
import { createSettling, type Settled } from './settle-request.ts';
import { createSigningOff, type SignedOff } from './sign-off.ts';
import type { Considered, Refusal, Wish } from './wish.ts';

/** Requests from wish to start: plan, decide, keep, vote, confirm, withdraw, expire. */
export interface Requests {
  /** Plans and decides as of `at`, by default now; keeps nothing. */
  consider(wish: Wish, at?: Date): Promise<Considered | Refusal>;
  /** What would be decided at a time, refusals included, with what every guard finds. Keeps nothing. */
  explain(wish: Wish, at: Date): Promise<Worked | Refusal>;
  /** Plans, decides, keeps the request, and starts it when nobody has to agree. */
  ask(wish: Wish): Promise<{ readonly ok: true; readonly requestId: string } | Refusal>;
  vote(requestId: string, voter: Principal, verdict: 'approve' | 'deny'): Promise<Settled>;
  /** The second yes of the person who asked, for what needs nobody else's. */
  confirm(requestId: string, principal: Principal): Promise<Settled>;
  withdraw(requestId: string, principal: Principal): Promise<Settled>;
  /** Asks again for the PCs of an ended request that did not go well, or for one whose plan had changed. `id` is a request's or a run's. */
  retry(id: string, asker: RetryAsker): Promise<Retried>;
  /** Signs off a review of broken glass; the note is what was found, null when a button was pressed. */
  signOff(reviewId: string, reviewer: Principal, note: string | null): Promise<SignedOff>;
  /** Ends a waiting request whose time is up. For one whose time is not up yet it does what is due, and looks again later. */
  expire(requestId: string): Promise<void>;
  /**
   * After a start: ends what is overdue, and completes what a crash left half made, a card and an alarm for each open request, and a card
   * for one whose time was up meanwhile, so that whoever asked is told.
   */
  resume(): Promise<void>;
  /** Starts an approved request if its plan still holds, else ends it as changed. Safe to call twice. */
  start(requestId: string): Promise<void>;
}

/** How long after glass was broken its run may still begin: time enough for a restart. */
const urgentMs = 15 * 60 * 1_000;
const dayMs = 24 * 60 * 60 * 1_000;
const mostWaiting = 10_000;

/** Makes the room's one service. */
export function createRequests(deps: RequestDeps): Requests {
  const { store, clock, newId, onChange } = deps;
  const entry = entryMaker(clock);
  const planner = createPlanner(deps);
  const followUp = createFollowUp(deps);
  const { consider, ask } = createAsking(deps, planner, followUp);
  const settling = createSettling(deps, followUp, start);
  const signOff = createSigningOff(deps);

  async function expire(requestId: string) {
    const request = await store.requests.get(requestId);
    const now = clock.now();
    if (request?.state !== 'waiting' || !request.expiresAt) return;
    if (request.expiresAt > now) {
      await followUp.attend(request);
      // The database's clock, which rings, may be ahead of ours. Its job still holds the key.
      const notBefore = followUp.nextLook(request) ?? request.expiresAt;
      return store.queue.send('request-expiry', { requestId }, { notBefore });
    }
    const change = { state: 'expired', decidedAt: now } as const;
    const changed = await store.requests.change(
      requestId,
      request.version,
      change,
      [entry('expired', 'service', requestId, { expiresAt: request.expiresAt.toISOString() })],
      await followUp.told({ ...request, ...change }),
    );
    if (changed) onChange(requestId);
  }

  async function resume() {
    const overdue = await store.requests.overdue(clock.now());
    for (const request of overdue) await expire(request.id);
    const waiting = await store.requests.waiting(mostWaiting);
    for (const request of waiting) {
      const { id } = request;
      // What came due while nobody was here.
      await followUp.attend(request);
      const notBefore = followUp.nextLook(request);
      if (notBefore) await store.queue.send('request-expiry', { requestId: id }, { notBefore, key: id });
    }
    const startable = await Promise.all((await store.runs.startable()).map((id) => store.requests.get(id)));
    for (const request of [...overdue, ...waiting, ...startable]) {
      if (!request) continue;
      // A notice about it, such as that its time was up, is not its card.
      const cards = await store.cards.ofRequest(request.id);
      if (cards.some(({ kind }) => kind === 'main')) continue;
      await store.cards.add({ id: newId('card'), requestId: request.id, conversation: request.conversation });
    }
  }

  /** Why it may not start; null when it may. */
  async function objectionTo(request: StoredRequest): Promise<string | null> {
    // A start that is a day late is no longer what was approved.
    const ageMs = clock.now().getTime() - (request.decidedAt ?? request.createdAt).getTime();
    if (ageMs >= dayMs) return 'it was agreed to more than a day ago';
    // Nobody has looked at it: what was urgent then may be harm by now.
    if (request.glass?.reviewId && ageMs >= urgentMs) return 'the glass was broken too long ago';
    const tick = await store.schedules.tickOf(request.id);
    return planner.objection(request, tick?.dueAt ?? null);
  }

  /** How the commands of a run go out; where each PC is on the network is only looked up when a subnet has a cap. */
  async function paceOf({ id, operation }: StoredRequest, devices: readonly TargetDevice[], startedAt: Date) {
    const { transmission, subnetOf } = deps;
    if (!transmission) return { pacing: null, places: null };
    const of = (site: string) => transmission(operation, site);
    const pacing = planPacing(
      devices.map(({ site }) => site),
      startedAt,
      of,
    );
    const isCapped = Object.values(pacing?.sites ?? {}).some(({ perSubnet }) => perSubnet !== null);
    const hosts = isCapped ? await store.inventory.devices(devices.map(({ id }) => id)) : [];
    const byId = new Map(hosts.map(({ id, host }) => [id, host]));
    const placed = devices.map(({ id, site }) => ({ site, subnet: subnetOf?.(site, byId.get(id) ?? '') ?? null }));
    // A scheduled wake-up begins with the site that needs the most time before the activity; the others wait for theirs.
    const tick = operation === 'power-on' ? await store.schedules.tickOf(id) : null;
    const waitMs = (site: string) =>
      tick === null ? 0 : Math.max(0, wakeStart(tick.dueAt, of(site)).getTime() - startedAt.getTime());
    return { pacing, places: planPlaces(placed, of, waitMs) };
  }

  async function start(requestId: string): Promise<void> {
    const request = await store.requests.get(requestId);
    if (request?.state !== 'approved') return;
    const { operation, planHash } = request;
    const endNote = await objectionTo(request);
    if (endNote !== null) {
      const change = { state: 'changed', endNote } as const;
      await store.requests.change(
        requestId,
        request.version,
        change,
        [entry('plan_changed', 'service', requestId, { planHash, because: endNote })],
        await followUp.told({ ...request, ...change }),
      );
      onChange(requestId);
      return;
    }
    const runId = newId('run');
    const devices = await store.requests.devices(requestId);
    const sites = devices.map((device) => device.site);
    const waves = planWaves(sites, deps.waves(operation));
    const { sizes, hasCanary, perMinute, failureLimit } = waves;
    const startedAt = clock.now();
    const { pacing, places } = await paceOf(request, devices, startedAt);
    const run = {
      ...{ id: runId, requestId, requestVersion: request.version, startedAt, waves },
      ...(pacing ? { pacing } : {}),
      ...(places ? { places } : {}),
    };
    const started = await store.runs.start(run, [
      entry('run_started', 'service', requestId, {
        runId,
        operation,
        devices: request.deviceCount,
        planHash,
        waves: { sizes, hasCanary, perMinute, failureLimit },
        ...(pacing ? { pacing } : {}),
      }),
    ]);
    if (started) await store.queue.send('run', { runId }, { key: runId });
    onChange(requestId);
  }

  async function askAndStart(wish: Wish) {
    const asked = await ask(wish);
    if (asked.ok && !asked.waits) await start(asked.requestId);
    return asked;
  }

  return {
    consider,
    explain: planner.work,
    ask: askAndStart,
    retry: createRetrying(store, askAndStart),
    ...settling,
    signOff,
    expire,
    resume,
    start,
  };
}
