import type { OutcomeReport } from '../../ports/runs/run-store.ts';
import type { Check, CheckState } from '../../verification/check.ts';
import { oneLine, plural } from '../format.ts';
import { csvOf } from './csv.ts';

const stateWords: Readonly<Record<CheckState, string>> = {
  pass: 'ok',
  warn: 'warning',
  fail: 'FAILS',
  unknown: 'not known',
  not_applicable: 'not needed',
};

/** What was checked of one PC, each with what was seen and what mends it; what fails is said first. Pure. */
export function verificationReport(name: string, checks: readonly Check[]): OutcomeReport {
  const flat = checks.map((check) => ({ ...check, seen: oneLine(check.seen, 200) }));
  const of = (state: CheckState) => flat.filter((check) => check.state === state);
  const counts = [
    ...(of('fail').length > 0 ? [`${of('fail').length} of ${plural(flat.length, 'check')} failed`] : []),
    ...(of('warn').length > 0 ? [plural(of('warn').length, 'warning')] : []),
    ...(of('unknown').length > 0 ? [`${of('unknown').length} not known`] : []),
  ];
  return {
    summary: counts.length > 0 ? counts.join(', ') : `all ${plural(flat.length, 'check')} are right`,
    ...(of('fail').length + of('warn').length > 0
      ? { alerts: [...of('fail'), ...of('warn')].map(({ title, mend }) => `${title}: ${mend}`) }
      : {}),
    table: {
      columns: ['Check', 'Result', 'Seen'],
      rows: flat.map((check) => [check.title, stateWords[check.state], check.seen]),
    },
    attachment: {
      name: `${name}-verify.csv`,
      mediaType: 'text/csv',
      content: csvOf(
        ['check', 'title', 'state', 'seen', 'mend'],
        flat.map(({ id, title, state, seen, mend }) => [id, title, state, seen, mend]),
      ),
    },
  };
}
