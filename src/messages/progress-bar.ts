import type { Progress } from './view.ts';

/** How many of the cells of a bar stand for what. */
export interface ProgressBar {
  readonly done: number;
  readonly failed: number;
  readonly open: number;
}

/** A bar of so many cells. What failed has at least one; the rest is rounded down, so that a bar that looks full is one that is full. Pure. */
export function progressBarOf(progress: Progress, cells: number): ProgressBar {
  const total = Math.max(progress.total, progress.done + progress.failed, 1);
  const failed = progress.failed === 0 ? 0 : Math.max(1, Math.round((progress.failed / total) * cells));
  const ended = Math.max(failed, Math.floor(((progress.done + progress.failed) / total) * cells));
  return { done: ended - failed, failed, open: cells - ended };
}
