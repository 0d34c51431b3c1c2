import type { Cut, DriftCount } from '../../ports/digests/digest-store.ts';
import type { StoredRequest } from '../../ports/store/request-store.ts';
import { count, dateTime, plural } from '../format.ts';
import { requestWords } from '../operation-words.ts';
import { waitsFor } from '../plan/waits-for.ts';
import { quietSection, type SectionView } from './section-view.ts';
import { dayTime } from './words.ts';

const dayMs = 24 * 60 * 60_000;
const shownRows = 20;

/** PCs whose settings are not as their profile says. Pure. */
export function driftSection(drift: DriftCount, timeZone: string): SectionView {
  if (drift.compared === 0) return quietSection('Settings', 'no PC was compared with its profile yet');
  const changes = [
    ...(drift.began > 0 ? [`${count(drift.began)} new`] : []),
    ...(drift.mended > 0 ? [`${count(drift.mended)} mended`] : []),
  ];
  const of = `of ${count(drift.compared)} compared`;
  return {
    heading: 'Settings',
    headline: `${plural(drift.drifting, 'PC')} not as the profile says${changes.length > 0 ? ` (${changes.join(', ')})` : ''}, ${of}`,
    isNews: changes.length > 0,
    isAlarm: drift.began > 0,
    details:
      drift.worst.length === 0
        ? null
        : {
            tone: 'warning',
            title: `Settings: ${plural(drift.drifting, 'PC')} not as the profile says`,
            text: ['See them with ', { code: '/oob settings diff PC' }, '.'],
            table: {
              columns: ['PC', 'Site', 'Differ', 'Compared'],
              rows: drift.worst
                .slice(0, shownRows)
                .map((pc) => [pc.name, pc.site, count(pc.drifts), dayTime(pc.at, timeZone)]),
            },
          },
    rows: drift.worst.map((pc) => [
      'settings differ',
      pc.name,
      String(pc.drifts),
      `${pc.site}; compared ${pc.at.toISOString()}`,
    ]),
  };
}

/** Requests that wait for another person. Pure. */
export function approvalsSection(facts: {
  /** Oldest first. */
  readonly waiting: readonly StoredRequest[];
  readonly nameOf: (principal: string) => string;
  readonly timeZone: string;
}): SectionView {
  const { waiting, nameOf, timeZone } = facts;
  const [oldest] = waiting;
  if (!oldest) return quietSection('Approvals', 'none waiting');
  return {
    heading: 'Approvals',
    headline: `${plural(waiting.length, 'request')} waiting, the oldest since ${dayTime(oldest.createdAt, timeZone)}`,
    isNews: true,
    isAlarm: true,
    details: {
      tone: 'warning',
      title: `Approvals: ${plural(waiting.length, 'request')} waiting`,
      table: {
        columns: ['Request', 'What', 'By', 'Waits for', 'Expires'],
        rows: waiting
          .slice(0, shownRows)
          .map((request) => [
            request.id,
            requestWords(request),
            nameOf(request.requester),
            waitsFor(request),
            request.expiresAt ? dateTime(request.expiresAt, timeZone) : '',
          ]),
      },
    },
    rows: waiting.map((request) => [
      'waiting for approval',
      request.id,
      requestWords(request),
      nameOf(request.requester),
    ]),
  };
}

/** Certificates of PCs that end soon. Pure. */
export function certificatesSection(facts: {
  readonly ending: Cut<{ readonly name: string; readonly site: string; readonly expiresAt: Date }>;
  readonly withinDays: number;
  readonly now: Date;
}): SectionView {
  const { ending, withinDays, now } = facts;
  const [first] = ending.items;
  if (!first) return quietSection('Certificates', `none ends within ${plural(withinDays, 'day')}`);
  const daysTo = (at: Date) => Math.floor((at.getTime() - now.getTime()) / dayMs);
  const inDays = (at: Date) => (at <= now ? 'has ended' : `in ${plural(daysTo(at), 'day')}`);
  return {
    heading: 'Certificates',
    headline: `${count(ending.total)} of PCs ${ending.total === 1 ? 'ends' : 'end'} within ${plural(withinDays, 'day')}, the first ${inDays(first.expiresAt)} (${first.name})`,
    isNews: true,
    isAlarm: true,
    details: {
      tone: 'warning',
      title: `Certificates: ${count(ending.total)} ${ending.total === 1 ? 'ends' : 'end'} within ${plural(withinDays, 'day')}`,
      table: {
        columns: ['PC', 'Site', 'Ends', ''],
        rows: ending.items
          .slice(0, shownRows)
          .map((pc) => [pc.name, pc.site, pc.expiresAt.toISOString().slice(0, 10), inDays(pc.expiresAt)]),
      },
    },
    rows: ending.items.map((pc) => ['certificate ends', pc.name, pc.expiresAt.toISOString().slice(0, 10), pc.site]),
  };
}

/** Audit logs of PCs that fill up: from 85 % on the firmware drops events that are not critical. Pure. */
export function auditLogsSection(facts: {
  readonly filling: Cut<{ readonly name: string; readonly site: string; readonly percent: number; readonly at: Date }>;
  readonly fromPercent: number;
  readonly timeZone: string;
}): SectionView {
  const { filling, fromPercent, timeZone } = facts;
  const [first] = filling.items;
  if (!first) return quietSection('Audit logs', `none ${fromPercent} % full`);
  return {
    heading: 'Audit logs',
    headline: `${count(filling.total)} at least ${fromPercent} % full, ${first.name} ${first.percent} %`,
    isNews: true,
    isAlarm: true,
    details: {
      tone: 'warning',
      title: `Audit logs: ${count(filling.total)} at least ${fromPercent} % full`,
      text: ['Hand them over with ', { code: '/oob audit export PC' }, ', then they may be cleared.'],
      table: {
        columns: ['PC', 'Site', 'Full', 'Asked'],
        rows: filling.items
          .slice(0, shownRows)
          .map((pc) => [pc.name, pc.site, `${pc.percent} %`, dayTime(pc.at, timeZone)]),
      },
    },
    rows: filling.items.map((pc) => ['audit log full', pc.name, `${pc.percent} %`, pc.site]),
  };
}
