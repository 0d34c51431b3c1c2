import type { Requests } from '../approvals/requests.ts';
import type { Considered, Refusal, Wish } from '../approvals/wish.ts';
import type { ChecklistDesk } from '../checklist/checklist-desk.ts';
import type { Answer, AnswerContext, Command, CommandSpec } from '../commands/command-spec.ts';
import type { Digests } from '../digest/digests.ts';
import type { Scans } from '../discovery/scans.ts';
import type { AccountLinking } from '../identity/link-account.ts';
import type { Principal } from '../identity/people.ts';
import type { PeopleSource } from '../identity/people-source.ts';
import { nearest } from '../inventory/resolve-targets.ts';
import { linkCodeCard } from '../messages/cards/link-card.ts';
import { refusalCard } from '../messages/cards/refusal-card.ts';
import { oneLine } from '../messages/format.ts';
import { agreementOf } from '../messages/plan/agreement.ts';
import { dryRunCard, shownNames } from '../messages/plan/dry-run-card.ts';
import { planCsv } from '../messages/plan/plan-csv.ts';
import type { RefusalCode } from '../messages/reasons/reasons.ts';
import type { Fact } from '../messages/view.ts';
import type { Foretell } from '../operations/operation.ts';
import type { Policy } from '../policy/policy.ts';
import type { Invocation } from '../ports/chat.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { RequestVerb } from '../ports/store/request-store.ts';
import type { Store } from '../ports/store/store.ts';
import type { RunControl } from '../runs/control.ts';
import type { Schedules } from '../schedule/schedules.ts';
import { accountWord, createRefusalNotes } from './note-refusal.ts';
import { bounds, parseCommand } from './parse.ts';

/** What the dispatcher needs. */
export interface DispatchDeps {
  readonly store: Store;
  readonly requests: Requests;
  readonly control: RunControl;
  readonly schedules: Schedules;
  readonly scans: Scans;
  readonly checklist: ChecklistDesk;
  readonly commands: readonly Command[];
  readonly people: PeopleSource;
  readonly linking: AccountLinking;
  readonly digests: Digests;
  readonly policy: () => Policy;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly timeZone: string;
  readonly logger: Logger;
  /** What an operation says of a plan. Default: nothing. */
  readonly foretell?: Foretell;
  /** True once the service takes nothing new. */
  readonly isStopping: () => boolean;
}

const refusal = (code: RefusalCode, ...details: string[]): Refusal => ({ ok: false, code, details });

/** With the usage of the form that was meant, where it is one of the command's. */
function wrongUse({ name, usage, forms }: CommandSpec, problem: string, [word = '']: readonly string[] = []) {
  const form = forms?.find((each) => each.name === word.toLowerCase());
  const shown = form ? `${form.name} ${form.usage}` : usage;
  return refusal('bad_usage', problem, `Usage: \`${`/oob ${name} ${shown}`.trim()}\``);
}

/** Makes the one way in for all platforms: each invocation is taken once, by somebody known, and answered. */
export function createDispatch(deps: DispatchDeps): (invocation: Invocation) => Promise<void> {
  const { store, requests, control, commands, clock, logger } = deps;
  const noteRefusal = createRefusalNotes({ refusals: store.refusals, people: () => deps.people.now(), clock });

  /** Writes the refusal to the trail, as far as that is not flooded with them, then tells the person. */
  async function refuse(invocation: Invocation, actor: string, because: Refusal): Promise<void> {
    await noteRefusal(invocation, actor, because);
    const principal = deps.people.now().byAccount(invocation.account);
    const { suggestion, details } = because;
    const [problem = '', ...rest] = details;
    // What is wrong with this command says more than that something is.
    if (because.code === 'bad_usage' && problem !== '')
      return invocation.respond({
        ...refusalCard({ ...because, details: rest }),
        title: problem.replaceAll('`', '').replace(/([^.?!])$/, '$1.'),
      });
    if (suggestion === undefined || !principal) return invocation.respond(refusalCard(because));
    const actionId = deps.newId('act');
    await store.invocations.offer({ actionId, text: suggestion, principal: principal.id, offeredAt: clock.now() });
    const [first = ''] = because.details;
    const title =
      `${first || refusalCard(because).title.replace(/\.$/, '')}. Did you mean /oob ${suggestion}?`.replaceAll('`', '');
    await invocation.respond({
      ...refusalCard({ ...because, details: [] }),
      title,
      actions: [{ id: actionId, label: 'Run it', style: 'primary' }],
    });
  }

  /** What a command finds wrong itself is told with its usage too. */
  const withUsage = (spec: CommandSpec, refused: Refusal | null, words: readonly string[] = []): Refusal | null =>
    refused?.code === 'bad_usage' && !refused.details.some((detail) => detail.startsWith('Usage:'))
      ? { ...refused, ...wrongUse(spec, refused.details.join('; '), words) }
      : refused;

  /** Who asks about a command, or plans it for later, is never offered a button that does it now. */
  const onlyItself = ({ name }: CommandSpec, refused: Refusal | null): Refusal | null => {
    if (refused?.suggestion === undefined || refused.suggestion.startsWith(`${name} `)) return refused;
    const { suggestion, ...rest } = refused;
    return { ...rest, details: [...rest.details, `Did you mean \`${suggestion}\`?`] };
  };

  async function runCommand(invocation: Invocation, principal: Principal, text: string): Promise<Refusal | null> {
    const parsed = parseCommand(text, commands);
    if (!parsed.ok) {
      if (parsed.code === 'too_long') return refusal('too_long');
      if (parsed.code === 'bad_usage') return wrongUse(parsed.spec, parsed.problem);
      const meant = nearest(
        parsed.verb,
        commands.map((command) => command.name),
      );
      return {
        ...refusal('unknown_command', `There is no \`${parsed.verb}\``),
        ...(meant ? { suggestion: oneLine(`${meant}${parsed.rest}`, 500) } : {}),
      };
    }
    const { words, options } = parsed.command;
    const command = commands.find((each) => each.name === parsed.command.spec.name);
    if (!command) return refusal('unknown_command');
    const meaning = command.read(words, options, { now: clock.now(), timeZone: deps.timeZone });
    if (meaning.kind === 'mistake') return wrongUse(command, meaning.problem, words);
    if (meaning.kind === 'answer')
      return withUsage(
        command,
        onlyItself(command, await answer(invocation, principal, meaning.answer, words, options)),
        words,
      );
    const { operation, parameters, targetWords } = meaning;
    const reason = options.has('reason') ? oneLine(options.get('reason') ?? '', bounds.reason) : null;
    const { conversation } = invocation;
    const wish: Wish = {
      principal,
      conversation,
      commandText: text.trim(),
      operation,
      parameters,
      targetWords,
      reason,
      breakGlass: options.has('break-glass'),
    };
    if (options.has('dry-run')) {
      const considered = await requests.consider(wish);
      if (!considered.ok) return withUsage(command, considered);
      const foretold = (await deps.foretell?.(considered.plan, considered.plan.devices)) ?? [];
      await invocation.respond(dryRunOf(considered, foretold));
      return null;
    }
    const asked = await requests.ask(wish);
    return asked.ok ? null : withUsage(command, asked);
  }

  function dryRunOf({ plan, decision, excluded, summary }: Considered, foretold: readonly Fact[]) {
    return dryRunCard({
      ...plan,
      foretold,
      timeZone: deps.timeZone,
      leftOut: excluded.length,
      summary,
      agreement: agreementOf(decision, (id) => deps.people.now().nameOf(id)),
      lifted: decision.lifted,
      csv: plan.devices.length > shownNames || excluded.length > 0 ? planCsv(plan.devices, excluded) : null,
    });
  }

  async function answer(
    invocation: Invocation,
    principal: Principal,
    work: Answer,
    words: readonly string[],
    options: AnswerContext['options'],
  ): Promise<Refusal | null> {
    const context: AnswerContext = {
      principal,
      conversation: invocation.conversation,
      words,
      options,
      store,
      requests,
      control,
      schedules: deps.schedules,
      scans: deps.scans,
      checklist: deps.checklist,
      people: deps.people.now(),
      linking: deps.linking,
      digests: deps.digests,
      policy: deps.policy(),
      clock,
      newId: deps.newId,
      timeZone: deps.timeZone,
      commands,
    };
    const answered = await work(context);
    if (!answered.ok) return answered;
    if (answered.view) await invocation.respond(answered.view);
    return null;
  }

  async function press(invocation: Invocation, principal: Principal, actionId: string): Promise<Refusal | null> {
    const offer = await store.invocations.takeOffer(actionId, principal.id);
    if (offer) return runCommand(invocation, principal, offer.text);
    const review = await store.reviews.findByAction(actionId);
    if (review) {
      const signed = await requests.signOff(review.id, principal, null);
      return signed.ok ? null : signed;
    }
    const found = await store.requests.findByAction(actionId);
    if (!found) return refusal('button_gone');
    const { request, verb } = found;
    const done = await decide(verb, request.id, principal, invocation);
    return done.ok ? null : done;
  }

  function decide(verb: RequestVerb, requestId: string, principal: Principal, { conversation }: Invocation) {
    if (verb === 'retry') return requests.retry(requestId, { principal, conversation, reason: null });
    if (verb === 'withdraw') return requests.withdraw(requestId, principal);
    if (verb === 'confirm') return requests.confirm(requestId, principal);
    if (verb === 'approve' || verb === 'deny') return requests.vote(requestId, principal, verb);
    return control.act(verb, requestId, principal);
  }

  /** Somebody unknown may do one thing: ask for the code that links this account to a person who is known elsewhere. */
  async function meetStranger(invocation: Invocation): Promise<void> {
    const { account, what } = invocation;
    if (what.kind === 'command' && /^link$/i.test(what.text.trim())) {
      const offered = await deps.linking.offer(account, invocation.displayName);
      if (offered.ok) return invocation.respond(linkCodeCard(offered.code, offered.minutes));
    }
    const unknown = refusal('unknown_person', `Your account is \`${accountWord(account)}\``);
    return refuse(invocation, accountWord(account), unknown);
  }

  return async (invocation) => {
    if (deps.isStopping()) return invocation.respond(refusalCard(refusal('stopping')));
    try {
      const isNew = await store.invocations.claimKey(invocation.key, clock.now());
      await deps.people.refresh();
      if (!isNew) return await noteRefusal(invocation, null, 'repeated');
      const principal = deps.people.now().byAccount(invocation.account);
      if (!principal) return await meetStranger(invocation);
      const { what } = invocation;
      const refused =
        what.kind === 'command'
          ? await runCommand(invocation, principal, what.text)
          : await press(invocation, principal, what.id);
      if (refused) await refuse(invocation, principal.id, refused);
    } catch (error) {
      logger.error({ error, key: invocation.key }, 'an invocation failed');
      const reachable = await store.check(2_000).then(
        () => true,
        () => false,
      );
      await invocation.respond(refusalCard(refusal(reachable ? 'internal_refusal' : 'store_unavailable')));
    }
  };
}
