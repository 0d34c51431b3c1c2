import type { ChartConfiguration, FontSpec, Plugin } from 'chart.js';
import { formatCount, shortLine } from '../../src/messages/plain-text.ts';
import type { WakeUpChart } from '../../src/ports/picture.ts';
import { chartFont, chartFontBold, letters, paint, px, shown } from './look.ts';

const font: Partial<FontSpec> = { family: chartFont, size: px(letters.label), weight: 'normal' };
const still = { responsive: false, animation: false, devicePixelRatio: 1 } as const;
const scaleLook = {
  border: { display: false },
  ticks: { color: paint.quiet, font, padding: px(4) },
} as const;

const heading = (words: string) =>
  ({
    display: true,
    text: words,
    align: 'start',
    color: paint.text,
    font: { family: chartFontBold, size: px(letters.heading), weight: 'normal' },
    padding: { top: 0, bottom: px(12) },
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
      layout: { padding: { top: px(12), left: px(12), right: px(20), bottom: px(10) } },
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
          labels: { color: paint.text, font, boxWidth: px(13), boxHeight: px(13), padding: px(12) },
        },
      },
    },
  };
}

/** Room for `99.9 % of 10,000`, in CSS pixels. */
const valueWidth = 162;

/** One bar per site, its share with the numbers behind it. */
export function sitesConfiguration({ bySite, sites }: WakeUpChart): ChartConfiguration<'bar'> {
  const percents = sites.map(({ on, asked }) => (asked === 0 ? 0 : (100 * on) / asked));
  const labels = sites.map(({ asked }, at) => `${percentWord(percents[at] ?? 0)} of ${formatCount(asked)}`);
  return {
    type: 'bar',
    data: {
      labels: sites.map(({ site }) => shortLine(site, shown.siteChars)),
      datasets: [{ data: percents, backgroundColor: paint.on, maxBarThickness: px(15) }],
    },
    options: {
      ...still,
      indexAxis: 'y',
      layout: { padding: { top: px(4), left: px(12), right: px(valueWidth), bottom: px(8) } },
      scales: {
        x: { display: false, min: 0, max: 100, grid: { display: false } },
        y: {
          ...scaleLook,
          grid: { display: false },
          ticks: { ...scaleLook.ticks, color: paint.text },
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

/** Writes each bar's value to the right of all of them, where it is never cut by the edge or drawn on a bar. */
function valueLabels(labels: readonly string[]): Plugin<'bar'> {
  return {
    id: 'valueLabels',
    afterDatasetsDraw(chart) {
      const { ctx, chartArea } = chart;
      ctx.save();
      ctx.font = `${px(letters.label)}px "${chartFont}"`;
      ctx.fillStyle = paint.quiet;
      ctx.textBaseline = 'middle';
      for (const [at, bar] of chart.getDatasetMeta(0).data.entries())
        ctx.fillText(labels[at] ?? '', chartArea.right + px(8), bar.y);
      ctx.restore();
    },
  };
}
