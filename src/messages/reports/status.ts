import type { AmtStanding } from '../../discovery/amt-status.ts';
import type { AuditLogStatus } from '../../ports/amt/audit-log.ts';
import type { ReadSettings } from '../../ports/amt/settings.ts';
import type { AmtFacts, PowerReading } from '../../ports/amt.ts';
import type { OutcomeReport } from '../../ports/runs/run-store.ts';
import { amtStatusWord } from '../discovery/scan-card.ts';
import { oneLine, plural, powerWord } from '../format.ts';
import type { Fact } from '../view.ts';
import { driftWord } from './clock.ts';
import { csvOf } from './csv.ts';
import { auditAlerts, auditWord } from './logs/audit-log.ts';
import { settingWord } from './settings.ts';

/** A certificate that ends sooner, and a clock that is off by more, is said first. */
const soonDays = 30;
const toleratedDriftSeconds = 60;
const dayMs = 24 * 60 * 60 * 1_000;

/** Everything that `status` asks a PC for; null where the firmware or the account does not give it. */
export interface StatusFindings {
  readonly name: string;
  readonly power: PowerReading;
  readonly facts: AmtFacts;
  readonly settings: ReadSettings | null;
  readonly auditLog: AuditLogStatus | null;
  readonly driftSeconds: number | null;
  /** What it is to us; left out where nobody asked. */
  readonly standing?: AmtStanding;
  readonly now: Date;
}

const provisioningWords = {
  pre: 'not provisioned',
  in: 'being provisioned',
  post: 'provisioned',
  unknown: 'unknown',
} as const;

/** `TLSv1.2` as people write it: `TLS 1.2`; `no TLS` on the plain port. */
export function tlsWord(version: string): string {
  if (version === 'none') return 'no TLS';
  return version === 'TLSv1' ? 'TLS 1.0' : version.replace(/^TLSv/, 'TLS ');
}

/** How a PC stands, and what of it somebody should look after. Pure. */
export function statusReport(found: StatusFindings): OutcomeReport & { readonly facts: readonly Fact[] } {
  const { name, facts, settings, auditLog, driftSeconds } = found;
  const days = daysLeft(found);
  const { certificateExpiresAt } = facts;
  const rows: readonly (readonly [label: string, value: string | undefined])[] = [
    ['Power', powerWord(found.power.state)],
    ['AMT', oneLine(facts.amtVersion, 40)],
    ['State', provisioningWords[facts.provisioningState]],
    ['AMT status', found.standing && amtStatusWord(found.standing.status, found.standing.subState)],
    ['Control mode', facts.controlMode],
    ['TLS', tlsWord(facts.tlsVersion)],
    [
      'Certificate',
      certificateExpiresAt && days !== null
        ? `until ${certificateExpiresAt.toISOString().slice(0, 10)} (${plural(days, 'day')})`
        : undefined,
    ],
    ['Power package', settings?.powerPackage === undefined ? undefined : settingWord(settings, 'powerPackage')],
    ['Link kept up', settings?.linkPolicy === undefined ? undefined : settingWord(settings, 'linkPolicy')],
    ['Audit log', auditLog ? auditWord(auditLog) : undefined],
    ['Clock', driftSeconds === null ? undefined : driftWord(driftSeconds)],
    ['Host name', facts.hostName === null ? undefined : oneLine(facts.hostName, 80)],
  ];
  const told = rows.flatMap(([label, value]) => (value === undefined || value === '' ? [] : [{ label, value }]));
  const alerts = alertsOf(found, days);
  return {
    summary: powerWord(found.power.state),
    ...(alerts.length > 0 ? { alerts } : {}),
    facts: told,
    attachment: {
      name: `${name}-status.csv`,
      mediaType: 'text/csv',
      content: csvOf(
        rows.map(([label]) => label.toLowerCase().replaceAll(' ', '_')),
        [rows.map(([, value]) => value ?? '')],
      ),
    },
  };
}

function daysLeft({ facts: { certificateExpiresAt }, now }: StatusFindings): number | null {
  return certificateExpiresAt && Math.floor((certificateExpiresAt.getTime() - now.getTime()) / dayMs);
}

function alertsOf({ settings, auditLog, driftSeconds }: StatusFindings, days: number | null): readonly string[] {
  return [
    ...(settings?.linkPolicy && !settings.linkPolicy.includes('sx-ac')
      ? ['The network link goes down when the PC is off: it cannot be turned on from here then.']
      : []),
    ...(days !== null && days < soonDays ? [`The certificate ends in ${plural(days, 'day')}.`] : []),
    ...(driftSeconds !== null && Math.abs(driftSeconds) > toleratedDriftSeconds
      ? [`Its clock is ${driftWord(driftSeconds)}: \`time sync\` mends it.`]
      : []),
    ...(auditLog ? auditAlerts(auditLog) : []),
  ];
}
