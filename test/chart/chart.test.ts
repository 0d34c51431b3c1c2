import { expect, test } from '@jest/globals';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { createChartPainter } from '../../adapters/chart/index.ts';
import { paint } from '../../adapters/chart/look.ts';
import type { WakeUpChart } from '../../src/ports/picture.ts';

const chart: WakeUpChart = {
  overTime: 'Wake-ups by day',
  bySite: 'Came on, by site',
  words: { on: 'came on', notOn: 'did not' },
  days: Array.from({ length: 14 }, (_, at) => ({ label: `${at + 1} Nov`, on: 1_900 + at, notOn: 10 * at })),
  sites: [
    { site: 'lyon', on: 450, asked: 500 },
    { site: 'madrid', on: 500, asked: 500 },
  ],
  alt: 'Wake-ups of 14 days',
};

/** Share of the picture's pixels that have this colour exactly. */
async function shareOf(base64: string, colour: string): Promise<number> {
  const image = await loadImage(Buffer.from(base64, 'base64'));
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const wanted = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  let found = 0;
  for (let at = 0; at < data.length; at += 4)
    if (wanted.every((value, channel) => data[at + channel] === value)) found += 1;
  return found / (data.length / 4);
}

test('a picture has twice the pixels that it is shown with, within what Teams takes, and words for those who cannot see it', async () => {
  const picture = await createChartPainter().wakeUps(chart);
  const bytes = Buffer.from(picture.base64, 'base64');
  const image = await loadImage(bytes);
  expect([image.width, image.height]).toEqual([2 * picture.width, 2 * picture.height]);
  expect(Math.max(image.width, image.height)).toBeLessThanOrEqual(1024);
  expect(bytes.length).toBeLessThan(200_000);
  expect(picture).toMatchObject({ mediaType: 'image/png', alt: 'Wake-ups of 14 days' });
});

test('bars grow with what they stand for', async () => {
  const painter = createChartPainter();
  const half = { ...chart, days: [{ label: '1 Nov', on: 5, notOn: 5 }], sites: [] };
  const none = { ...chart, days: [{ label: '1 Nov', on: 0, notOn: 10 }], sites: [] };
  const [ofHalf, ofNone] = [await painter.wakeUps(half), await painter.wakeUps(none)];
  expect(await shareOf(ofNone.base64, paint.notOn)).toBeGreaterThan(1.8 * (await shareOf(ofHalf.base64, paint.notOn)));
  expect(await shareOf(ofHalf.base64, paint.on)).toBeGreaterThan(5 * (await shareOf(ofNone.base64, paint.on)));
});

test('many days, many sites, long and strange names, and no days at all are drawn too', async () => {
  const painter = createChartPainter();
  const days = Array.from({ length: 400 }, (_, at) => ({ label: `day ${at}`, on: 10_000, notOn: at }));
  const sites = Array.from({ length: 300 }, (_, at) => ({
    site: `${'very-long-'.repeat(20)}שלום ${at}`,
    on: 0,
    asked: 0,
  }));
  const crowded = await painter.wakeUps({ ...chart, days, sites });
  expect(Buffer.from(crowded.base64, 'base64').length).toBeLessThan(300_000);
  const empty = await painter.wakeUps({ ...chart, days: [], sites: [] });
  expect(await shareOf(empty.base64, paint.on)).toBeLessThan(0.01);
});
