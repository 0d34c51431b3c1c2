import type { Tick } from '../../ports/store/schedule-store.ts';
import { count, plural } from '../format.ts';
import { codeWords } from '../runs/causes.ts';
import { quietSection, type SectionView } from './section-view.ts';
import { dayTime } from './words.ts';

const shownRows = 20;

/** Due times of schedules that were not asked for, or late. Pure. */
export function schedulesSection(ticks: readonly Tick[], timeZone: string): SectionView {
  const bad = ticks.filter(({ state }) => state === 'missed' || state === 'refused' || state === 'late');
  if (bad.length === 0)
    return quietSection(
      'Schedules',
      ticks.length === 0 ? 'nothing was due' : `${plural(ticks.length, 'time')} due, all in time`,
    );
  const parts = (['missed', 'refused', 'late'] as const).flatMap((state) => {
    const times = bad.filter((tick) => tick.state === state).length;
    return times > 0 ? [`${count(times)} ${state}`] : [];
  });
  return {
    heading: 'Schedules',
    headline: `${plural(ticks.length, 'time')} due: ${parts.join(', ')} (${[...new Set(bad.map(({ scheduleId }) => scheduleId))].slice(0, 3).join(', ')})`,
    isNews: true,
    isAlarm: bad.some(({ state }) => state !== 'late'),
    details: {
      tone: 'warning',
      title: `Schedules: ${parts.join(', ')}`,
      table: {
        columns: ['Schedule', 'Due', 'What became of it', 'Why'],
        rows: bad
          .slice(0, shownRows)
          .map((tick) => [
            tick.scheduleId,
            dayTime(tick.dueAt, timeZone),
            tick.state,
            tick.code ? codeWords(tick.code) : '',
          ]),
      },
    },
    rows: bad.map((tick) => [`schedule ${tick.state}`, tick.scheduleId, tick.dueAt.toISOString(), tick.code ?? '']),
  };
}
