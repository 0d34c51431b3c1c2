import { wakeUpsSection } from '../../messages/digest/wake-ups.ts';
import type { DigestScope, DigestSection } from '../digest-section.ts';

const mostRuns = 200;
const mostNotWoken = 5_000;
const dayMs = 24 * 60 * 60_000;
/** Days of the picture: two weeks, four for a digest that is not of every day. */
const pictureDays = { daily: 14, rarer: 28 } as const;

/** What was woken since the last digest, and the days before for the picture. */
export const wakeUps: DigestSection = {
  name: 'wake-ups',
  heading: 'Wake-ups',
  async tell(store, scope) {
    const { facts } = store.digests;
    const days = daysOf(scope);
    const pictured = { ...scope, since: new Date(scope.until.getTime() - days.length * dayMs) };
    const [runs, notWoken, bySite, byDay] = await Promise.all([
      facts.wakeUpRuns(scope, mostRuns),
      facts.notWoken(scope, mostNotWoken),
      facts.wakeUpsBySite(scope),
      facts.wakeUpsByDay(pictured, scope.timeZone),
    ]);
    const ticks = await Promise.all(runs.items.map(({ requestId }) => store.schedules.tickOf(requestId)));
    const planned = new Map(ticks.flatMap((tick) => (tick ? [[tick.requestId, tick] as const] : [])));
    return wakeUpsSection({ ...scope, runs, notWoken, bySite, byDay, days, planned });
  },
};

/** The last days up to and with that of `until`, as clocks in the zone name them. */
function daysOf({ since, until, timeZone }: DigestScope): readonly string[] {
  const length = until.getTime() - since.getTime() > 2 * dayMs ? pictureDays.rarer : pictureDays.daily;
  const last = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone }).format(until);
  const lastMs = Date.parse(`${last}T00:00:00Z`);
  return Array.from({ length }, (_, at) => new Date(lastMs - (length - 1 - at) * dayMs).toISOString().slice(0, 10));
}
