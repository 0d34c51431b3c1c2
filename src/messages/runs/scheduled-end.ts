import type { RunProgress, SiteCount, StoredRun } from '../../ports/runs/run-store.ts';
import type { RequestFacts } from '../cards/request-card.ts';
import { clockTime, count } from '../format.ts';
import { operationWords } from '../operation-words.ts';
import type { Text, View } from '../view.ts';
import { shortCauses } from './causes.ts';

/** The due time that a request comes from. */
export interface RequestOrigin {
  readonly scheduleId: string;
  readonly dueAt: Date;
  /** Zone of the schedule. */
  readonly timeZone: string;
  /** How it went at each site, once it has ended. */
  readonly sites: readonly SiteCount[];
  /** The alarm clocks that were to turn its PCs on without the network; null or left out: there were none. */
  readonly alarm?: { readonly at: Date; readonly requestId: string } | null;
}

const minuteMs = 60_000;
const shownCauses = 4;

/** `schedule patch-tuesday, due 22:00 CET`. */
export const originWords = ({ scheduleId, dueAt, timeZone }: RequestOrigin) =>
  `schedule ${scheduleId}, due ${clockTime(dueAt, timeZone)}`;

/**
 * The end of a run that a schedule asked for: when it was due, when it ran, how many of how many until when, and where it went worst.
 * Pure.
 */
export function scheduledEnd(
  view: View,
  facts: RequestFacts,
  origin: RequestOrigin,
  run: StoredRun,
  progress: RunProgress,
): View {
  const { request } = facts;
  const { scheduleId, dueAt, timeZone, sites } = origin;
  const { verb, done } = operationWords[request.operation];
  const name = request.operation === 'power-on' ? 'Wake-up' : verb.slice(0, 1).toUpperCase() + verb.slice(1);
  const ran = dayAndTime(run.startedAt, dueAt, timeZone, true);
  const head = `${name} "${scheduleId}", due ${clockTime(dueAt, timeZone)}, ran ${ran}`;
  const alarm = alarmLine(origin, progress);
  if (progress.total === 1 || run.stop) {
    const title = `${head}: ${view.title}`;
    return { ...view, title, ...(alarm.length > 0 ? { text: below(alarm.join(' '), view.text) } : {}) };
  }
  // The first full minute after the end: "before 22:06" is a promise that can be checked.
  const endMs = (Math.floor((run.endedAt ?? run.startedAt).getTime() / minuteMs) + 1) * minuteMs;
  const before = dayAndTime(new Date(endMs), dueAt, timeZone, false);
  const share = `${count(progress.ok)} of ${count(progress.total)} ${done} before ${before} (${percent(progress)})`;
  const bad = progress.failed + progress.unknown;
  const worst = worstSite(sites);
  const lines = [
    ...(bad > 0 ? [`${count(bad)} failed: ${shortCauses(progress.byCode, '', shownCauses)}.`] : []),
    ...(progress.skipped > 0 ? [`${count(progress.skipped)} not begun.`] : []),
    ...alarm,
    ...(worst ? [`Worst site: ${worst.site} (${percent(worst)}).`] : []),
  ];
  return {
    ...view,
    title: `${head}: ${share}`,
    ...(lines.length > 0 ? { text: below(lines.join(' '), view.text) } : {}),
  };
}

/** What was on already may have been turned on by its alarm clock; no more is known here. */
function alarmLine({ alarm, timeZone }: RequestOrigin, { byCode }: RunProgress): readonly string[] {
  if (!alarm) return [];
  const early = byCode.already_so ?? 0;
  const were = early === 1 ? 'PC was' : 'PCs were';
  return [
    `Alarm clocks had been set for ${clockTime(alarm.at, timeZone)} (${alarm.requestId}): ${count(early)} ${were} on when commands came.`,
  ];
}

function below(line: string, text: Text | undefined): Text {
  if (text === undefined) return line;
  return typeof text === 'string' ? `${line}\n${text}` : [`${line}\n`, ...text];
}

/** `22:00:01`, with the day before it when it is not that of the due time. */
function dayAndTime(at: Date, dueAt: Date, timeZone: string, withSeconds: boolean): string {
  const format = (options: Intl.DateTimeFormatOptions, date: Date) =>
    new Intl.DateTimeFormat('sv-SE', { ...options, timeZone }).format(date);
  const time = format({ timeStyle: withSeconds ? 'medium' : 'short' }, at);
  const day = format({ dateStyle: 'short' }, at);
  return day === format({ dateStyle: 'short' }, dueAt) ? time : `${day} ${time}`;
}

/** `98.1 %`; never rounded up, so that 100 % means all. */
function percent({ ok, total }: { readonly ok: number; readonly total: number }): string {
  return `${Math.floor((ok / Math.max(1, total)) * 1_000) / 10} %`;
}

function worstSite(sites: readonly SiteCount[]): SiteCount | null {
  if (sites.length < 2) return null;
  const [worst] = [...sites].sort((a, b) => a.ok / a.total - b.ok / b.total || (a.site < b.site ? -1 : 1));
  return worst && worst.ok < worst.total ? worst : null;
}
