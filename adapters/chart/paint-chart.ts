import { type Canvas, createCanvas } from '@napi-rs/canvas';
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  Legend,
  LinearScale,
  Title,
} from 'chart.js';

Chart.register(BarController, BarElement, CategoryScale, Legend, LinearScale, Title);

/** Draws one bar chart, `width` by `height` pixels, on nothing. */
export function paintChart(width: number, height: number, configuration: ChartConfiguration<'bar'>): Canvas {
  const canvas = createCanvas(width, height);
  // Trust boundary: Chart.js uses of a browser's canvas what this one has, its size and its 2D context.
  const chart = new Chart(canvas as unknown as HTMLCanvasElement, configuration);
  chart.draw();
  // Destroying it empties the canvas, so the drawing is copied first.
  const drawn = createCanvas(width, height);
  drawn.getContext('2d').drawImage(canvas, 0, 0);
  chart.destroy();
  return drawn;
}
