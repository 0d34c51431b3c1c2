import { createRequire } from 'node:module';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import type { ChartPainter, WakeUpChart } from '../../src/ports/picture.ts';
import { daysConfiguration, sitesConfiguration } from './configurations.ts';
import { chartFont, chartFontBold, paint, px, shown, size } from './look.ts';
import { paintChart } from './paint-chart.ts';

/**
 * Charts by Chart.js on a canvas of our own, in DejaVu Sans that comes along: a container without fonts draws the same. Light
 * panel with dark text, which reads on light and dark clients alike.
 */
export function createChartPainter(): ChartPainter {
  loadFonts();
  return {
    async wakeUps(chart) {
      const { days, sites } = bounded(chart);
      const sitesHeight = sites.length > 0 ? size.sites + sites.length * size.site : 0;
      const [width, height] = [size.width, size.days + sitesHeight];
      const canvas = createCanvas(px(width), px(height));
      const context = canvas.getContext('2d');
      context.fillStyle = paint.ground;
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(paintChart(px(width), px(size.days), daysConfiguration({ ...chart, days })), 0, 0);
      // One below the other: side by side the letters would be too small on a phone.
      if (sites.length > 0)
        context.drawImage(
          paintChart(px(width), px(sitesHeight), sitesConfiguration({ ...chart, sites })),
          0,
          px(size.days),
        );
      const png = await canvas.encode('png');
      return {
        name: 'wake-ups.png',
        mediaType: 'image/png',
        base64: png.toString('base64'),
        width,
        height,
        alt: chart.alt,
      };
    },
  };
}

function bounded({ days, sites }: WakeUpChart) {
  return { days: days.slice(-shown.days), sites: sites.slice(0, shown.sites) };
}

let areFontsLoaded = false;

/** Fonts are the process's, not a painter's. */
function loadFonts(): void {
  if (areFontsLoaded) return;
  const { resolve } = createRequire(import.meta.url);
  for (const [file, name] of [
    ['DejaVuSans.ttf', chartFont],
    ['DejaVuSans-Bold.ttf', chartFontBold],
  ] as const) {
    if (GlobalFonts.registerFromPath(resolve(`dejavu-fonts-ttf/ttf/${file}`), name) === null)
      throw new Error(`the font ${file} could not be read`);
  }
  areFontsLoaded = true;
}
