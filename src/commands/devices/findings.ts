import { resolveTargets } from '../../inventory/resolve-targets.ts';
import { parseTargets } from '../../inventory/targets.ts';
import { oneLine } from '../../messages/format.ts';
import { findingsCard, whatAndWho } from '../../messages/reports/logs/findings.ts';
import { unknownTarget } from '../../messages/unknown-target.ts';
import { grantsFor, isHere } from '../../policy/grants.ts';
import { bounds } from '../../router/parse.ts';
import type { AnswerContext } from '../command-spec.ts';

const shownFindings = 30;

const refuse = (
  code: 'not_auditor' | 'bad_usage' | 'no_such_finding' | 'own_request' | 'not_allowed' | 'no_such_target',
  ...details: string[]
) => ({ ok: false, code, details }) as const;

/** `audit review [TARGETS]`: open findings, for those who may read the logs that they are from. */
export async function reviewFindings({ principal, policy, conversation, words, store, timeZone }: AnswerContext) {
  const here = grantsFor(principal, 'pull-audit-log', policy).filter(isHere(conversation));
  if (here.length === 0) return refuse('not_allowed', 'operation pull-audit-log in this channel');
  const [, ...targetWords] = words;
  let ids: readonly string[] | null = null;
  if (targetWords.length > 0) {
    const targets = parseTargets(targetWords);
    if (!targets.ok) return refuse('bad_usage', targets.problem);
    const resolved = await resolveTargets(targets.steps, store.inventory);
    if (!resolved.ok) return refuse('no_such_target', unknownTarget(resolved.unknown));
    ids = resolved.devices.map(({ id }) => id);
  }
  return { ok: true, view: findingsCard(await store.findings.open(shownFindings, ids), timeZone) } as const;
}

/** `audit accept ID --reason TEXT`: closes a finding; for auditors, and not about what one asked for oneself. */
export async function acceptFinding({ principal, policy, conversation, words, options, store, clock }: AnswerContext) {
  // Whoever may clear the record of what was done may also answer for what is in it; no other role says so.
  if (!grantsFor(principal, 'clear-audit-log', policy).some(isHere(conversation))) return refuse('not_auditor');
  const reason = oneLine(options.get('reason') ?? '', bounds.reason);
  if (reason === '') return refuse('bad_usage', 'Say why: --reason "..."');
  const finding = await store.findings.get(words[1] ?? '');
  if (!finding || finding.accepted) return refuse('no_such_finding');
  const request = finding.requestId === null ? null : await store.requests.get(finding.requestId);
  if (request?.requester === principal.id) return refuse('own_request');
  if (!(await store.findings.accept(finding.id, { by: principal.id, at: clock.now(), reason })))
    return refuse('no_such_finding');
  const title = `Closed: ${finding.device}, ${whatAndWho(finding)}`;
  return { ok: true, view: { tone: 'good', outcome: 'done', title, context: finding.id } } as const;
}
