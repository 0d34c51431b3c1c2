import type { Picture } from '../messages/view.ts';

/** How the wake-ups of one day ended. */
export interface DayOfWakeUps {
  /** Shown below its bar: `23 Nov`. */
  readonly label: string;
  readonly on: number;
  readonly notOn: number;
}

/** How the wake-ups of one site ended. */
export interface SiteOfWakeUps {
  readonly site: string;
  readonly on: number;
  readonly asked: number;
}

/** Wake-ups over time, and success by site. Pictures are drawn of up to 31 days and 8 sites; what is more is left out. */
export interface WakeUpChart {
  /** Heading of the left part. */
  readonly overTime: string;
  /** Heading of the right part. */
  readonly bySite: string;
  /** Words of the legend: came on, did not. */
  readonly words: { readonly on: string; readonly notOn: string };
  /** Oldest first. */
  readonly days: readonly DayOfWakeUps[];
  /** Worst first. */
  readonly sites: readonly SiteOfWakeUps[];
  /** The same in words. */
  readonly alt: string;
}

/** Draws pictures for messages. */
export interface ChartPainter {
  wakeUps(chart: WakeUpChart): Promise<Picture>;
}
