import type { AmtStatus } from '../../discovery/amt-status.ts';
import type { Scan, ScanFind } from '../../ports/discovery/scan-store.ts';
import { count, duration, listed, oneLine, plural } from '../format.ts';
import { csvOf } from '../reports/csv.ts';
import type { View } from '../view.ts';

/** How a scan stands at a moment. */
export interface ScanStand {
  readonly now: Date;
  readonly nameOf: (person: string) => string;
  /** Addresses that are done, as far as that can be told. */
  readonly done: number;
  readonly finds: readonly ScanFind[];
  readonly ratePerSecond: number;
  /** When it was begun, or taken up again at address number `from`; milliseconds since 1970. */
  readonly beganMs: number;
  readonly from: number;
}

const shownFinds = 15;
/** Before that many the time that is left is anybody's guess. */
const leastForEstimate = 64;

/** `not provisioned`, `not supported (closed)`. */
export function amtStatusWord(status: AmtStatus, subState: string | null): string {
  const word = status.replaceAll('-', ' ');
  return subState === null ? word : `${word} (${subState.replaceAll('-', ' ')})`;
}

const isNew = ({ deviceId }: ScanFind) => deviceId === null;

/** The one message of a scan, as it stands. Pure. */
export function scanCard(scan: Scan, stand: ScanStand): View {
  return scan.endedAt === null ? runningScan(scan, stand) : endedScan(scan, scan.endedAt, stand);
}

function runningScan(scan: Scan, stand: ScanStand): View {
  const { id, rangeId, cidr, size, askedBy, stopAction } = scan;
  const { done, finds, nameOf } = stand;
  const left = secondsLeft(scan, stand);
  return {
    tone: 'working',
    outcome: 'working',
    title: `Looking for AMT in ${cidr}: ${count(finds.length)} found so far`,
    facts: [
      { label: 'Range', value: rangeId },
      { label: 'Rate', value: `${count(stand.ratePerSecond)} a second at most` },
      ...(left === null ? [] : [{ label: 'Left', value: `about ${duration(left * 1_000)}` }]),
    ],
    progress: { total: size, done: Math.min(size, done), failed: 0 },
    ...(scan.stopBy === null
      ? { actions: [{ id: stopAction, label: 'Stop', style: 'danger' as const }] }
      : { text: `${nameOf(scan.stopBy)} stops it.` }),
    context: `${id} · asked by ${nameOf(askedBy)}`,
  };
}

function secondsLeft({ size }: Scan, { now, beganMs, done, from }: ScanStand): number | null {
  const seconds = (now.getTime() - beganMs) / 1_000;
  if (done - from < leastForEstimate || seconds < 1) return null;
  return ((size - done) * seconds) / (done - from);
}

function endedScan(scan: Scan, endedAt: Date, { finds, nameOf }: ScanStand): View {
  const { id, cidr, cursor, size, disappeared, foreignControllers, stopBy, addedBy, addAction } = scan;
  const fresh = finds.filter(isNew);
  const isWhole = cursor >= size;
  const counts = [
    `${count(finds.length)} found`,
    `${count(finds.length - fresh.length)} known`,
    `${count(fresh.length)} new`,
    ...(isWhole ? [`${count(disappeared.length)} disappeared`] : []),
  ];
  const what = isWhole
    ? 'Looked for AMT in'
    : stopBy === null
      ? 'Ended early: AMT in'
      : `Stopped by ${nameOf(stopBy)}: AMT in`;
  const notes = [
    ...(isWhole ? [] : [`${count(cursor)} of ${count(size)} addresses were looked at.`]),
    ...(disappeared.length > 0
      ? [`In the inventory and without an answer: ${listed(disappeared, disappeared.length, 10)}.`]
      : []),
    ...(foreignControllers > 0
      ? [`${plural(foreignControllers, 'management controller')} of other makers (DASH) answered too.`]
      : []),
    ...(addedBy === null ? [] : [`${nameOf(addedBy)} added what was new to the inventory.`]),
  ];
  // What nobody knows yet is what somebody has to look at.
  const shown = [...fresh, ...finds.filter((find) => !isNew(find) && find.standing.status !== 'provisioned')];
  return {
    tone: fresh.length + disappeared.length > 0 || !isWhole ? 'warning' : 'good',
    outcome: 'done',
    title: `${what} ${cidr}: ${counts.join(', ')}. ${duration(endedAt.getTime() - scan.startedAt.getTime())}`,
    ...(notes.length > 0 ? { text: notes.join('\n') } : {}),
    ...(shown.length > 0 ? { table: tableOf(shown) } : {}),
    ...(fresh.length > 0 && addedBy === null
      ? { actions: [{ id: addAction, label: `Add ${count(fresh.length)}`, style: 'primary' as const }] }
      : {}),
    ...(finds.length + disappeared.length > 0
      ? { attachment: { name: `${id}.csv`, mediaType: 'text/csv' as const, content: scanCsv(finds, disappeared) } }
      : {}),
    context: `${id} · asked by ${nameOf(scan.askedBy)}`,
  };
}

function tableOf(finds: readonly ScanFind[]) {
  const rows = finds
    .slice(0, shownFinds)
    .map((find) => [
      find.address,
      isNew(find) ? `${oneLine(find.name, 40)} (new)` : find.name,
      find.version ?? '',
      amtStatusWord(find.standing.status, find.standing.subState),
    ]);
  const more = finds.length - rows.length;
  if (more > 0) rows.push([`and ${count(more)} more`, '', '', '']);
  return { columns: ['Address', 'PC', 'AMT', 'Status'], rows };
}

function scanCsv(finds: readonly ScanFind[], disappeared: readonly string[]): string {
  const columns = ['result', 'name', 'address', 'fqdn', 'amt_version', 'amt_status', 'sub_state', 'because', 'seen_by'];
  return csvOf(
    [...columns, 'tls', 'certificate_fingerprint', 'credential'],
    [
      ...finds.map((find) => [
        ...[isNew(find) ? 'new' : 'known', find.name, find.address, find.fqdn ?? '', find.version ?? ''],
        ...[find.standing.status, find.standing.subState ?? '', find.standing.because, find.seenBy],
        ...[find.tls, find.fingerprint ?? '', find.credential ?? ''],
      ]),
      ...disappeared.map((name) => ['disappeared', name, ...Array<string>(10).fill('')]),
    ],
  );
}

/** What was taken into the inventory. Pure. */
export function addedView(added: number, left: readonly string[]): View {
  return {
    tone: left.length > 0 ? 'warning' : 'good',
    outcome: 'done',
    title: `${plural(added, 'PC was', 'PCs were')} added to the inventory`,
    ...(left.length > 0
      ? { text: `Left out, for the inventory has their names already: ${listed(left, left.length, 10)}.` }
      : {}),
  };
}
