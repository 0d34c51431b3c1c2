import type { OperationName } from '../../operations/operation.ts';
import type { NamedOutcome, OutcomeReport, RunProgress, StoredRun } from '../../ports/runs/run-store.ts';
import { withCode } from '../cards/refusal-card.ts';
import { type RequestFacts, subjectOf } from '../cards/request-card.ts';
import { count, duration, plural } from '../format.ts';
import { operationWords } from '../operation-words.ts';
import { reasonFor } from '../reasons/reasons.ts';
import { mergedAlerts, mergedAttachment, mergedTable, withoutFile } from '../reports/merge.ts';
import type { Attachment, Table, View } from '../view.ts';
import { causeSentences, codeWords, shortCauses } from './causes.ts';
import { diagnosisCard, diagnosisTable } from './diagnosis-card.ts';

/** Rows of what PCs told that a card shows; the file has all. */
const shownRows = 20;
const shownAlerts = 5;

/** How it ended for one PC: outcome first, then why, then what to do. */
export function endedOne(operation: OperationName, outcome: NamedOutcome): View {
  const { report } = outcome;
  if (outcome.status === 'ok' && operation === 'diagnose') return diagnosisCard(outcome);
  if (outcome.status === 'ok') return report ? told(operation, outcome, report) : wentWell(operation, outcome);
  const reason = reasonFor(outcome.code);
  const title =
    outcome.status === 'unknown'
      ? `${outcome.name}: not known whether it did ${operationWords[operation].notDone}`
      : `${outcome.name} did not ${operationWords[operation].notDone}`;
  return {
    tone: outcome.status === 'unknown' ? 'warning' : 'bad',
    title,
    text: withCode(`${reason.what} ${reason.mend}${whyHint(operation, outcome)}`.trim()),
    facts: [
      { label: 'Place', value: outcome.site },
      ...(report ? [{ label: 'Result', value: report.summary }, ...(report.facts ?? [])] : []),
      ...(outcome.evidence.length > 0 ? [{ label: 'Seen', value: outcome.evidence.join('; ') }] : []),
      { label: 'Took', value: duration(outcome.tookMs) },
    ],
    ...partsOf(report),
    context: outcome.code,
  };
}

/** Where to go on, for a PC that should be on now and is not. */
function whyHint(operation: OperationName, { name }: NamedOutcome): string {
  return operation === 'power-on' || operation === 'boot' ? ` \`/oob why ${name}\` looks for the cause.` : '';
}

/** What was found out: the summary first, what to act on, then facts, rows and the file. */
function told(operation: OperationName, outcome: NamedOutcome, report: OutcomeReport): View {
  const { name, site, code } = outcome;
  const alerts = report.alerts ?? [];
  const isFine = alerts.length === 0 && code !== 'drifted';
  return {
    tone: isFine ? 'good' : 'warning',
    title: operation === 'read-status' ? `${name} is ${report.summary}` : `${name}: ${report.summary}`,
    ...(alerts.length > 0 ? { text: withCode(alerts.join('\n')) } : {}),
    facts: [{ label: 'Place', value: site }, ...(report.facts ?? [])],
    ...partsOf(report),
  };
}

function partsOf(report: OutcomeReport | null): { readonly table?: Table; readonly attachment?: Attachment } {
  return {
    ...(report?.table ? { table: report.table } : {}),
    ...(report?.attachment ? { attachment: report.attachment } : {}),
  };
}

function wentWell(operation: OperationName, outcome: NamedOutcome): View {
  const { before, boot, amt, tls, seen, method } = outcome.facts;
  const about = [before ? `was ${before}` : '', boot ? `from ${boot}` : '', amt ? `AMT ${amt}` : '', tls ?? ''].filter(
    (part) => part !== '',
  );
  const aside = about.length > 0 ? ` (${about.join('; ')})` : '';
  const { done } = operationWords[operation];
  // What AMT did not tell is said with what told it.
  const verified = `verified${seen ? ` by ${seen}` : ''}${method ? ` after ${method}` : ''}`;
  if (outcome.code === 'already_so')
    return {
      tone: 'good',
      title: `${outcome.name} is ${done} already, ${verified} in ${duration(outcome.tookMs)}${aside}`,
    };
  if (outcome.code === 'accepted') {
    return {
      tone: 'good',
      title: `${outcome.name}: AMT accepted the ${operationWords[operation].verb}, the PC is on${aside}`,
      text: reasonFor(outcome.code).what,
    };
  }
  return {
    tone: 'good',
    title: `${outcome.name} is ${done}, ${verified}${method ? ',' : ' after'} ${duration(outcome.tookMs)}${aside}`,
  };
}

/** Runs up to this size name on their card what went wrong; what went wrong in longer ones has a message in its thread. */
export const wholeOnCard = 10;

/** How it ended for many PCs: counts and causes by number, what they told, for a few PCs the ones that failed. Pure. */
export function endedMany(facts: RequestFacts, run: StoredRun, progress: RunProgress): View {
  const { request, retry } = facts;
  const { tells = false } = operationWords[request.operation];
  const bad = progress.failed + progress.unknown;
  const { verb } = operationWords[request.operation];
  const lines = [
    `${verb.slice(0, 1).toUpperCase()}${verb.slice(1)} of ${subjectOf(facts)}.`,
    ...(request.deviceCount <= wholeOnCard ? causeSentences(progress.byCode) : []),
    ...(tells ? findings(facts, progress) : []),
  ];
  const drifted = (progress.byCode.drifted ?? 0) > 0;
  const isShort = bad > 0 || progress.skipped > 0 || drifted;
  return {
    tone: progress.ok === 0 && bad > 0 ? 'bad' : isShort ? 'warning' : 'good',
    title: endTitle(facts, run, progress),
    text: withCode(lines.join('\n')),
    progress: { total: progress.total, done: progress.ok, failed: bad },
    ...(tells || request.deviceCount <= wholeOnCard ? tableOf(facts, bad) : {}),
    ...(bad > 0 && !retry
      ? { actions: [{ id: request.actions.retry, label: `Retry ${count(bad)}`, style: 'default' }] }
      : {}),
    ...attachmentOf(facts),
    ...(retry ? { context: `retried as ${retry.id} by ${facts.nameOf(retry.requester)}` } : {}),
  };
}

/** `Done: 88 off and verified, 8 failed (5 wrong credentials, 3 unreachable). 41 s`. */
function endTitle({ request, nameOf }: RequestFacts, run: StoredRun, progress: RunProgress): string {
  const words = operationWords[request.operation];
  const isAccepted = (progress.byCode.accepted ?? 0) > 0;
  const verified = isAccepted ? 'accepted' : words.tells ? words.done : `${words.done} and verified`;
  const bad = progress.failed + progress.unknown;
  const counts = [
    `${count(progress.ok)} ${verified}`,
    ...(bad > 0 ? [`${count(bad)} failed (${shortCauses(progress.byCode)})`] : []),
    ...(progress.skipped > 0 ? [`${count(progress.skipped)} not begun`] : []),
  ];
  const tookMs = (run.endedAt ?? run.startedAt).getTime() - run.startedAt.getTime();
  return `${run.stop ? `Stopped by ${nameOf(run.stop.by)}` : 'Done'}: ${counts.join(', ')}. ${duration(tookMs)}`;
}

/** What the PCs told that somebody should act on, and what the file leaves out. */
function findings({ outcomes }: RequestFacts, { byCode }: RunProgress): readonly string[] {
  const compared = (['drifted', 'as_profiled'] as const)
    .filter((code) => (byCode[code] ?? 0) > 0)
    .map((code) => `${count(byCode[code] ?? 0)} × ${reasonFor(code).what}`);
  const alerts = mergedAlerts(outcomes);
  const unshown = alerts.length - shownAlerts;
  const missing = withoutFile(outcomes);
  const moreRows = mergedTable(outcomes, shownRows)?.more ?? 0;
  return [
    ...compared,
    ...alerts.slice(0, shownAlerts).map(([alert, pcs]) => `${count(pcs)} × ${alert}`),
    ...(unshown > 0 ? [`and ${count(unshown)} more warnings`] : []),
    ...(moreRows > 0 ? [`${plural(moreRows, 'more row is', 'more rows are')} in the file.`] : []),
    ...(missing > 0
      ? [`The file was too large for ${plural(missing, 'PC')}: ask for fewer at once to see theirs.`]
      : []),
  ];
}

function attachmentOf({ request, outcomes, csv }: RequestFacts): { readonly attachment?: Attachment } {
  if (operationWords[request.operation].tells) {
    const merged = mergedAttachment(outcomes, request.id);
    if (merged) return { attachment: merged };
  }
  return csv === null ? {} : { attachment: { name: `${request.id}.csv`, mediaType: 'text/csv', content: csv } };
}

function tableOf({ request, outcomes }: RequestFacts, bad: number): { readonly table?: Table } {
  if (outcomes.length === 0) return {};
  if (request.operation === 'read-status') {
    const rows = outcomes
      .slice(0, shownRows)
      .map((each) => [
        each.name,
        each.facts.power ?? '',
        each.facts.amt ?? '',
        each.facts.state ?? '',
        ...(bad > 0 ? [each.status === 'ok' ? '' : codeWords(each.code)] : []),
      ]);
    const more = outcomes.length - rows.length;
    if (more > 0) rows.push([`and ${count(more)} more`, '', '', '', ...(bad > 0 ? [''] : [])]);
    return { table: { columns: ['PC', 'Power', 'AMT', 'State', ...(bad > 0 ? ['Cause'] : [])], rows } };
  }
  if (request.operation === 'diagnose') return { table: diagnosisTable(outcomes, shownRows) };
  if (operationWords[request.operation].tells) {
    const merged = mergedTable(outcomes, shownRows);
    return merged ? { table: merged.table } : {};
  }
  const rows = outcomes.map((each) => [each.name, each.site, each.code]);
  const more = bad - outcomes.length;
  if (more > 0) rows.push([`and ${count(more)} more`, '', '']);
  return { table: { columns: ['PC', 'Site', 'Cause'], rows } };
}
