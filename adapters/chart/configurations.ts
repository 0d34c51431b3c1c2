import type { ChartConfiguration, FontSpec, Plugin } from 'chart.js';
import { formatCount, shortLine } from '../../src/messages/plain-text.ts';
import type { WakeUpChart } from '../../src/ports/picture.ts';
import { chartFont, chartFontBold, paint, px, shown } from './look.ts';

const text = (cssPixels: number): Partial<FontSpec> => ({ family: chartFont, size: px(cssPixels), weight: 'normal' });
const still = { responsive: false, animation: false, devicePixelRatio: 1 } as const;
const scaleLook = {
  border: { display: false },
  ticks: { color: paint.quiet, font: text(10), padding: px(4) },
} as const;

const heading = (words: string) =>
  ({
    display: true,
    text: words,
    align: 'start',
    color: paint.text,
    font: { family: chartFontBold, size: px(12), weight: 'normal' },
    padding: { top: 0, bottom: px(8) },
  }) as const;

/** Bars by day, what came on below and what did not on top of it. */
export function daysConfiguration({ overTime, words, days }: WakeUpChart): ChartConfiguration<'bar'> {
  const every = Math.max(1, Math.ceil(days.length / shown.dayLabels));
  const bars = { stack: 'day', maxBarThickness: px(28), categoryPercentage: 0.82, barPercentage: 1 } as const;
  return {
    type: 'bar',
    data: {
      labels: days.map(({ label }) => label),
      datasets: [
        { label: words.on, data: days.map(({ on }) => on), backgroundColor: paint.on, ...bars },
        { label: words.notOn, data: days.map(({ notOn }) => notOn), backgroundColor: paint.notOn, ...bars },
      ],
    },
    options: {
      ...still,
      layout: { padding: { top: px(12), left: px(12), right: px(10), bottom: px(10) } },
      scales: {
        x: {
          ...scaleLook,
          stacked: true,
          grid: { display: false },
          ticks: {
            ...scaleLook.ticks,
            maxRotation: 0,
            autoSkip: false,
            // Counted from the last day, which is the one that people look for.
            callback: (_, at) => ((days.length - 1 - at) % every === 0 ? (days[at]?.label ?? '') : ''),
          },
        },
        y: {
          ...scaleLook,
          stacked: true,
          beginAtZero: true,
          suggestedMax: 4,
          grid: { color: paint.line, lineWidth: px(1) },
          ticks: { ...scaleLook.ticks, precision: 0, maxTicksLimit: 5 },
        },
      },
      plugins: {
        title: heading(overTime),
        legend: {
          position: 'bottom',
          align: 'start',
          labels: { color: paint.text, font: text(10.5), boxWidth: px(10), boxHeight: px(10), padding: px(10) },
        },
      },
    },
  };
}

/** One bar per site, its share with the numbers behind it. */
export function sitesConfiguration({ bySite, sites }: WakeUpChart): ChartConfiguration<'bar'> {
  const percents = sites.map(({ on, asked }) => (asked === 0 ? 0 : (100 * on) / asked));
  const labels = sites.map(({ asked }, at) => `${percentWord(percents[at] ?? 0)} of ${formatCount(asked)}`);
  return {
    type: 'bar',
    data: {
      labels: sites.map(({ site }) => shortLine(site, shown.siteChars)),
      datasets: [{ data: percents, backgroundColor: paint.on, maxBarThickness: px(9) }],
    },
    options: {
      ...still,
      indexAxis: 'y',
      layout: { padding: { top: px(12), left: px(10), right: px(14), bottom: px(10) } },
      scales: {
        x: { display: false, min: 0, max: 100, grid: { display: false } },
        y: {
          ...scaleLook,
          grid: { display: false },
          ticks: { ...scaleLook.ticks, color: paint.text, font: text(10.5) },
        },
      },
      plugins: { title: heading(bySite), legend: { display: false } },
    },
    plugins: [valueLabels(labels)],
  };
}

/** `98.1 %`; 100 only when it is all of them. */
function percentWord(percent: number): string {
  const tenths = Math.floor(percent * 10);
  return tenths % 10 === 0 ? `${tenths / 10} %` : `${(tenths / 10).toFixed(1)} %`;
}

/** Writes each bar's value below it, where it is never cut by the edge or drawn on the bar. */
function valueLabels(labels: readonly string[]): Plugin<'bar'> {
  return {
    id: 'valueLabels',
    afterDatasetsDraw(chart) {
      const { ctx, chartArea } = chart;
      ctx.save();
      ctx.font = `${px(9.5)}px "${chartFont}"`;
      ctx.fillStyle = paint.quiet;
      ctx.textBaseline = 'top';
      for (const [at, bar] of chart.getDatasetMeta(0).data.entries())
        ctx.fillText(labels[at] ?? '', chartArea.left, bar.y + px(6));
      ctx.restore();
    },
  };
}
