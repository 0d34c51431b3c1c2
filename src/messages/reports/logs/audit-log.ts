import type { AuditInitiator, AuditLogStatus, AuditRecord } from '../../../ports/amt/audit-log.ts';
import type { OutcomeReport } from '../../../ports/runs/run-store.ts';
import { count, dateTime, oneLine, plural, timeStamp } from '../../format.ts';
import type { Attachment, Fact } from '../../view.ts';
import { csvOf } from '../csv.ts';

/** Newest records that a card shows; the file has all. */
const shownRecords = 10;
const longest = { name: 60, event: 80, details: 90 } as const;

/** How the whole log is handed over. */
export const auditFormats = ['csv', 'jsonl'] as const;

/** One of `auditFormats`. */
export type AuditFormat = (typeof auditFormats)[number];

/** A device's audit log as read: its state, its newest records, and a file with all of them. Pure. */
export function auditLogReport(log: {
  /** Inventory name of the PC. */
  readonly name: string;
  readonly status: AuditLogStatus;
  /** All records, oldest first. */
  readonly records: readonly AuditRecord[];
  /** How many of them were not kept before. */
  readonly added: number;
  readonly format: AuditFormat;
  readonly timeZone: string;
}): OutcomeReport {
  const { name, status, records, added, format, timeZone } = log;
  const newest = records.slice(-shownRecords).reverse();
  const alerts = auditAlerts(status);
  return {
    summary: `${plural(records.length, 'record')}, ${count(added)} new`,
    ...(alerts.length > 0 ? { alerts } : {}),
    facts: auditFacts(status, timeZone),
    ...(newest.length > 0
      ? {
          table: {
            columns: ['When', 'What', 'By', 'Details'],
            rows: newest.map((record) => [
              timeStamp(record.at, timeZone),
              oneLine(record.event, longest.event),
              byWhom(record),
              detailsOf(record),
            ]),
          },
        }
      : {}),
    attachment: format === 'csv' ? csvFile(name, records) : jsonLinesFile(name, records),
  };
}

/** The log's state as rows. */
export function auditFacts(status: AuditLogStatus, timeZone: string): readonly Fact[] {
  return [
    { label: 'Audit log', value: auditWord(status) },
    { label: 'Records', value: count(status.records) },
    {
      label: 'When full',
      value: {
        'no-roll-over': 'stops',
        'roll-over': 'oldest records go',
        'restricted-roll-over': `oldest records go${status.minDaysToKeep ? ` after ${plural(status.minDaysToKeep, 'day')}` : ''}`,
        unknown: 'not known',
      }[status.storagePolicy],
    },
    ...(status.lastRecordAt ? [{ label: 'Last record', value: dateTime(status.lastRecordAt, timeZone) }] : []),
  ];
}

/** `on, 12 % full`; `off`; `on, full`. */
export function auditWord(status: AuditLogStatus): string {
  const fill =
    status.percentageFree === null
      ? ''
      : `, ${Math.min(100, Math.max(0, 100 - Math.round(status.percentageFree)))} % full`;
  const state = status.full ? ', full' : status.almostFull ? `, almost full${fill.replace(' full', '')}` : fill;
  return `${status.enabled ? 'on' : 'off'}${state}${status.locked ? ', locked' : ''}`;
}

/** What somebody has to do about the log; empty when all is well. */
export function auditAlerts(status: AuditLogStatus): readonly string[] {
  return [
    ...(status.full
      ? ['The audit log is full: critical actions are refused, others are no longer logged. Export and clear it.']
      : status.almostFull
        ? ['The audit log is almost full: events that are not critical are no longer logged. Export and clear it.']
        : []),
    ...(status.locked ? ['The audit log is locked by somebody else: nothing is logged meanwhile.'] : []),
  ];
}

/** Who caused a record, and from where: `admin from 10.0.0.9`. */
export function byWhom({ initiator, address }: Pick<AuditRecord, 'initiator' | 'address'>): string {
  const from = address === null || address === '' ? '' : ` from ${oneLine(address, longest.name)}`;
  return `${initiatorWord(initiator)}${from}`;
}

function initiatorWord(initiator: AuditInitiator): string {
  switch (initiator.kind) {
    case 'digest':
      return oneLine(initiator.user, longest.name);
    case 'kerberos':
      return oneLine(initiator.sid, longest.name);
    case 'local':
      return 'the PC itself';
    case 'kvm':
      return 'KVM';
    case 'unknown':
      return `initiator type ${initiator.type}`;
  }
}

function detailsOf({ details }: AuditRecord): string {
  return oneLine(details.map(({ label, value }) => `${label}: ${value}`).join('; '), longest.details);
}

const csvColumns = ['index', 'at', 'app_id', 'event_id', 'app', 'event', 'by', 'address', 'details', 'raw'];

function csvFile(name: string, records: readonly AuditRecord[]): Attachment {
  const rows = records.map((record) => [
    String(record.index),
    record.at.toISOString(),
    String(record.appId),
    String(record.eventId),
    oneLine(record.app, longest.event),
    oneLine(record.event, longest.event),
    initiatorWord(record.initiator),
    oneLine(record.address ?? '', longest.name),
    // Nothing is dropped in the file: an audit log is evidence.
    oneLine(record.details.map(({ label, value }) => `${label}: ${value}`).join('; '), 2_000),
    record.raw,
  ]);
  return { name: `${name}-audit.csv`, mediaType: 'text/csv', content: csvOf(csvColumns, rows) };
}

function jsonLinesFile(name: string, records: readonly AuditRecord[]): Attachment {
  const lines = records.map((record) => `${JSON.stringify({ pc: name, ...record })}\n`);
  return { name: `${name}-audit.jsonl`, mediaType: 'application/jsonl', content: lines.join('') };
}
