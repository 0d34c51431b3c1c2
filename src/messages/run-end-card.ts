import type { OperationName } from '../operations/operation.ts';
import type { NamedOutcome, RunProgress } from '../ports/run-store.ts';
import { count, duration, plural } from './format.ts';
import { operationWords } from './operation-words.ts';
import { reasonFor } from './reasons.ts';
import type { RequestFacts } from './request-card.ts';
import type { Table, View } from './view.ts';

const factLabels: Readonly<Record<string, string>> = {
  power: 'Power',
  amt: 'AMT',
  state: 'State',
  mode: 'Control mode',
  tls: 'TLS',
  certificate: 'Certificate',
  host: 'Host name',
};

/** How it ended for one PC: outcome first, then why, then what to do. */
export function endedOne(operation: OperationName, outcome: NamedOutcome): View {
  if (outcome.status === 'ok') return operation === 'read-status' ? statusOf(outcome) : wentWell(operation, outcome);
  const reason = reasonFor(outcome.code);
  const title =
    outcome.status === 'unknown'
      ? `${outcome.name}: not known whether it did ${operationWords[operation].notDone}`
      : `${outcome.name} did not ${operationWords[operation].notDone}`;
  return {
    tone: outcome.status === 'unknown' ? 'warning' : 'bad',
    title,
    text: `${reason.what} ${reason.mend}`.trim(),
    facts: [
      { label: 'Place', value: outcome.site },
      ...(outcome.evidence.length > 0 ? [{ label: 'Seen', value: outcome.evidence.join('; ') }] : []),
      { label: 'Took', value: duration(outcome.tookMs) },
    ],
    context: outcome.code,
  };
}

function wentWell(operation: OperationName, outcome: NamedOutcome): View {
  const { before, amt, tls } = outcome.facts;
  const about = [before ? `was ${before}` : '', amt ? `AMT ${amt}` : '', tls ?? ''].filter((part) => part !== '');
  const aside = about.length > 0 ? ` (${about.join('; ')})` : '';
  const { done } = operationWords[operation];
  if (outcome.code === 'already_so')
    return {
      tone: 'good',
      title: `${outcome.name} is ${done} already, verified in ${duration(outcome.tookMs)}${aside}`,
    };
  if (outcome.code === 'accepted') {
    return {
      tone: 'good',
      title: `${outcome.name}: AMT accepted the ${operationWords[operation].verb}, the PC is on${aside}`,
      text: reasonFor(outcome.code).what,
    };
  }
  return { tone: 'good', title: `${outcome.name} is ${done}, verified after ${duration(outcome.tookMs)}${aside}` };
}

function statusOf(outcome: NamedOutcome): View {
  const rows = Object.entries(outcome.facts).map(([key, value]) => ({ label: factLabels[key] ?? key, value }));
  return {
    tone: 'good',
    title: `${outcome.name} is ${outcome.facts.power ?? 'there'}`,
    facts: [{ label: 'Place', value: outcome.site }, ...rows],
  };
}

/** How it ended for many PCs: counts, the causes by number, the ones that failed. */
export function endedMany(facts: RequestFacts, progress: RunProgress, took: string): View {
  const { request } = facts;
  const words = operationWords[request.operation];
  const bad = progress.failed + progress.unknown;
  const verified =
    request.operation === 'reset'
      ? 'accepted'
      : request.operation === 'read-status'
        ? words.done
        : `${words.done}, verified`;
  return {
    tone: bad === 0 ? 'good' : progress.ok === 0 ? 'bad' : 'warning',
    title: `${count(progress.ok)} of ${plural(progress.total, 'PC')} ${verified}${bad > 0 ? `, ${count(bad)} failed` : ''}. ${took}`,
    ...(bad > 0 ? { text: causes(progress, facts.outcomes) } : {}),
    progress: { total: progress.total, done: progress.ok, failed: bad },
    ...tableOf(facts, bad),
    ...(bad > 0 ? { actions: [{ id: request.actions.retry, label: `Retry ${count(bad)}`, style: 'default' }] } : {}),
    ...(facts.csv === null
      ? {}
      : { attachment: { name: `${request.id}.csv`, mediaType: 'text/csv', content: facts.csv } }),
  };
}

/** `5 x wrong_credentials: AMT refused ... Correct ...`, most frequent first. */
function causes(progress: RunProgress, shown: readonly NamedOutcome[]): string {
  const bad = Object.entries(progress.byCode)
    .filter(([code]) => reasonFor(code).kind === 'failed')
    .sort(([, a], [, b]) => b - a);
  const named = shown.length > 0 && bad.length === 1;
  return bad
    .map(([code, n]) => `${count(n)} × ${reasonFor(code).what}${named ? ` ${reasonFor(code).mend}` : ''}`)
    .join('\n');
}

function tableOf({ request, outcomes }: RequestFacts, bad: number): { readonly table?: Table } {
  if (outcomes.length === 0) return {};
  if (request.operation === 'read-status') {
    const rows = outcomes.map((each) => [
      each.name,
      each.status === 'ok' ? (each.facts.power ?? '') : each.code,
      each.facts.amt ?? '',
      each.facts.state ?? '',
    ]);
    return { table: { columns: ['PC', 'Power', 'AMT', 'State'], rows } };
  }
  const rows = outcomes.map((each) => [each.name, each.site, each.code]);
  const more = bad - outcomes.length;
  if (more > 0) rows.push([`and ${count(more)} more`, '', '']);
  return { table: { columns: ['PC', 'Site', 'Cause'], rows } };
}
