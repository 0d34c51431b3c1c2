import type { DeviceFinding, Difference } from '../../../ports/trail/finding-store.ts';
import { count, dateTime, oneLine, plural } from '../../format.ts';
import type { View } from '../../view.ts';
import { byWhom } from './audit-log.ts';

const longestWhat = 80;

/** What a pulled log says that the service does not, as alerts of its report; empty when there is nothing new. Pure. */
export function differenceAlerts(found: readonly Difference[]): readonly string[] {
  const unknown = found.filter(({ kind }) => kind === 'unknown_to_service');
  const missing = found.length - unknown.length;
  const sample = unknown.slice(0, 2).map(whatAndWho);
  const more = unknown.length > sample.length ? ` and ${count(unknown.length - sample.length)} more` : '';
  const review = 'See `/oob audit review`.'.replaceAll('`', '');
  return [
    ...(unknown.length > 0
      ? [`${plural(unknown.length, 'change')} that this service did not make: ${sample.join('; ')}${more}. ${review}`]
      : []),
    ...(missing > 0 ? [`${plural(missing, 'operation')} of this service left no record in the log. ${review}`] : []),
  ];
}

/** `Performed power cycle by eve from 10.0.0.9`; for what left no trace the operation. */
export function whatAndWho({ what, initiator, address }: Pick<Difference, 'what' | 'initiator' | 'address'>): string {
  return initiator ? `${oneLine(what, longestWhat)} by ${byWhom({ initiator, address })}` : oneLine(what, longestWhat);
}

/** Open differences between the service's word and the devices' audit logs. Pure. */
export function findingsCard(
  { findings, total }: { readonly findings: readonly DeviceFinding[]; readonly total: number },
  timeZone: string,
): View {
  if (total === 0)
    return { tone: 'good', title: 'No open findings: what the PCs recorded is what this service did', outcome: 'done' };
  const rows = findings.map((finding) => [
    finding.device,
    dateTime(finding.at, timeZone),
    whatAndWho(finding),
    finding.kind === 'unknown_to_service' ? 'not done by this service' : `not in its log (${finding.requestId ?? ''})`,
    finding.id,
  ]);
  const more = total - findings.length;
  if (more > 0) rows.push([`and ${count(more)} more`, '', '', '', '']);
  return {
    tone: 'warning',
    title: `${plural(total, 'open finding')}: device logs differ from what this service did`,
    table: { columns: ['PC', 'When', 'What', 'Why it is here', 'Finding'], rows },
    text: ['An auditor who knows the cause closes one with ', { code: '/oob audit accept ID --reason "..."' }, '.'],
  };
}
