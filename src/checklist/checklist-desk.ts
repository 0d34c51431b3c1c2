import { calledIn } from '../approvals/follow-up.ts';
import { refusal } from '../approvals/request-deps.ts';
import type { Refusal } from '../approvals/wish.ts';
import type { People, Principal } from '../identity/people.ts';
import { redNotice } from '../messages/checklist/red-notice.ts';
import { verifyingCard } from '../messages/checklist/verifying-card.ts';
import type { PageLinks } from '../messages/page-address.ts';
import type { View } from '../messages/view.ts';
import { sightOf } from '../pages/visible.ts';
import { decide } from '../policy/decide.ts';
import { isAdministrator } from '../policy/grants.ts';
import type { Policy } from '../policy/policy.ts';
import type { Conversation } from '../ports/chat.ts';
import type { Attestation, StepFinding } from '../ports/checklist/checklist-store.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import type { NewPost } from '../ports/digests/post-store.ts';
import type { Logger } from '../ports/logger.ts';
import type { Store } from '../ports/store/store.ts';
import type { TrailKind } from '../ports/trail/trail-store.ts';
import { attestationOn } from './attest.ts';
import { checklistOf, type SiteChecklist, type StepState } from './checklist-of.ts';
import { checklistAnswer, type Showing, stepAnswer } from './checklist-views.ts';
import { withAttestations } from './judge-step.ts';
import { createReverification } from './reverify.ts';
import { type ChecklistSettings, ownersOf } from './settings.ts';
import type { StepContext, StepId } from './step.ts';
import { checklistSteps, numberOf } from './steps/index.ts';
import { keepFindings } from './verify-checklist.ts';

/** Who asks, and where. */
export interface ChecklistAsker {
  readonly principal: Principal;
  readonly conversation: Conversation;
}

/** The checklists of all sites: shown, verified, attested. */
export interface ChecklistDesk {
  /** Every site of the inventory and of the configuration; with `asker` those that the person may see. */
  sites(asker?: ChecklistAsker): Promise<readonly string[]>;
  of(site: string): Promise<SiteChecklist>;
  /** As it is shown to a person, whose buttons it has. */
  view(checklist: SiteChecklist, to: Pick<Showing, 'askedBy' | 'nameOf'>): Promise<View>;
  stepView(checklist: SiteChecklist, state: StepState, to: Pick<Showing, 'askedBy' | 'nameOf'>): Promise<View>;
  /** Has steps verified; a card says how it goes. `step`: null for all. */
  verify(site: string, step: StepId | null, asker: ChecklistAsker): Promise<{ readonly ok: true } | Refusal>;
  /** Somebody answers for what no machine can measure of a step; the step is judged anew at once. */
  attest(
    site: string,
    state: StepState,
    wish: { readonly reason: string; readonly days: number },
    asker: ChecklistAsker,
  ): Promise<{ readonly ok: true; readonly attestation: Attestation } | Refusal>;
  /** Takes back all that somebody answers for of a step. */
  withdraw(site: string, state: StepState, asker: ChecklistAsker): Promise<{ readonly ok: true } | Refusal>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** What the desk needs. */
export interface ChecklistDeskDeps {
  readonly store: Store;
  readonly settings: ChecklistSettings;
  /** Sites that the configuration names, whether or not they have PCs. */
  readonly configuredSites: readonly string[];
  readonly contextOf: (site: string, signal: AbortSignal) => Promise<StepContext>;
  /** What this machine calls itself. */
  readonly where: string;
  readonly people: () => People;
  readonly policy: () => Policy;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly timeZone: string;
  /** Where the pages of the console are for those who read a checklist. Default: nowhere. */
  readonly links?: PageLinks;
  readonly logger: Logger;
  /** A card was given another text. */
  readonly onCard: () => void;
  /** There is something to post. */
  readonly onPosts: () => void;
}

const hourMs = 60 * 60_000;

/** Makes the room's one service. */
export function createChecklistDesk(deps: ChecklistDeskDeps): ChecklistDesk {
  const { store, settings, people, policy, clock, newId } = deps;

  async function allSites(): Promise<readonly string[]> {
    const inInventory = (await store.inventory.summary()).map(({ site }) => site);
    const known = new Set(inInventory.map((site) => site.toLowerCase()));
    return [...inInventory, ...deps.configuredSites.filter((site) => !known.has(site.toLowerCase()))];
  }

  async function sites(asker?: ChecklistAsker): Promise<readonly string[]> {
    const all = await allSites();
    if (!asker || isAdministrator(asker.principal, policy())) return all;
    const { principal, conversation } = asker;
    const { platform, tenant, channel } = conversation;
    const account = { platform, tenant, user: principal.id };
    const sight = sightOf(principal, { account, channels: [channel] }, policy());
    const answersFor = (site: string) => ownersOf(site, settings.owners).some(({ person }) => person === principal.id);
    return all.filter((site) => sight.site(site) || answersFor(site));
  }

  function callsFor(finding: StepFinding): readonly NewPost[] {
    const { site, step: id } = finding;
    const step = checklistSteps.find((each) => each.id === id);
    if (!step) return [];
    const owners = ownersOf(site, settings.owners);
    const places = new Map(owners.map(({ conversation }) => [JSON.stringify(conversation), conversation]));
    return [...places.entries()].map(([key, conversation]) => {
      const called = owners.filter((owner) => JSON.stringify(owner.conversation) === key);
      const persons = people()
        .all()
        .filter((person) => called.some((owner) => owner.person === person.id));
      const view = redNotice({ finding, step, number: numberOf(id), calls: persons.map(calledIn(conversation)) });
      return {
        ...{ id: newId('post'), subject: `checklist ${site} ${id}`, conversation, fallback: null, below: null, view },
      };
    });
  }

  const reverification = createReverification({ ...deps, sites: allSites, callsFor });

  /** Null when the policy lets them look. A site counts as one PC of it that no name and no group covers. */
  async function objection(site: string, { principal, conversation }: ChecklistAsker): Promise<Refusal | null> {
    const now = clock.now();
    const place = { id: `That is about ${site}`, name: '', site, groups: [], powerState: null, reach: site };
    const recentAt = await store.requests.timesBy(principal.id, new Date(now.getTime() - hourMs));
    const decision = decide({
      ...{ principal, people: people().all(), operation: 'verify', devices: [place], held: [], conversation },
      ...{ recentAt, reason: null, now, timeZone: deps.timeZone, policy: policy() },
    });
    if (decision.verdict === 'refuse') return refusal(decision.code, ...decision.details);
    return decision.verdict === 'allow' ? null : refusal('verify_needs_agreement', decision.because.join('; '));
  }

  /** Null for those who may answer for a site. */
  function objectionToAnswering(site: string, principal: Principal): Refusal | null {
    const isOwner = ownersOf(site, settings.owners).some(({ person }) => person === principal.id);
    return isOwner || isAdministrator(principal, policy()) ? null : refusal('not_step_owner', `That is about ${site}`);
  }

  /** What was measured stays as it was measured, at its time; only who answers for it is new. */
  async function judgeAgain(finding: StepFinding, now: Date): Promise<void> {
    const attestations = await store.checklists.attestations(finding.site, now);
    await keepFindings(store.checklists, [withAttestations(finding, attestations, now)], callsFor);
  }

  const entry = (kind: TrailKind, { id: actor }: Principal, data: Readonly<Record<string, unknown>>) => ({
    ...{ at: clock.now(), kind, actor, requestId: null, data },
  });

  return {
    sites,
    of: (site) => checklistOf(store, site, clock.now()),
    view: (checklist, to) => checklistAnswer(checklist, { ...deps, invocations: store.invocations, ...to }),
    stepView: (checklist, state, to) =>
      stepAnswer(checklist, state, { ...deps, invocations: store.invocations, ...to }),

    async verify(site, step, asker) {
      const against = await objection(site, asker);
      if (against) return against;
      const { principal, conversation } = asker;
      const cardId = newId('card');
      const view = verifyingCard(site, step ? 1 : checklistSteps.length, principal.name);
      await store.cards.add({ id: cardId, requestId: null, conversation, kind: 'notice', view });
      deps.onCard();
      await store.queue.send('checklist', { site, step, dueAt: null, cardId, askedBy: principal.id }, { key: cardId });
      return { ok: true };
    },

    async attest(site, { step, finding }, { reason, days }, { principal }) {
      const against = objectionToAnswering(site, principal);
      if (against) return against;
      const now = clock.now();
      const by = { id: newId('att'), by: principal.id, reason };
      const attestation = finding && attestationOn(finding, by, now, days);
      if (!finding || !attestation) return refusal('nothing_to_attest', `step ${numberOf(step.id)}`);
      const { checks, until } = attestation;
      const data = { site, step: step.id, checks, reason, until: until.toISOString() };
      await store.checklists.attest(attestation, entry('step_attested', principal, data));
      await judgeAgain(finding, now);
      return { ok: true, attestation };
    },

    async withdraw(site, { step, finding }, { principal }) {
      const against = objectionToAnswering(site, principal);
      if (against) return against;
      const now = clock.now();
      const because = entry('attestation_withdrawn', principal, { site, step: step.id });
      const withdrawn = await store.checklists.withdraw(site, step.id, now, because);
      if (!withdrawn) return refusal('nothing_attested', `step ${numberOf(step.id)}`);
      if (finding) await judgeAgain(finding, now);
      return { ok: true };
    },

    start: () => reverification.start(),
    stop: () => reverification.stop(),
  };
}
