import type { Blackout } from '../../ports/store/schedule-store.ts';
import { wallAt } from './local-time.ts';

const shape = /^(\d{4}-\d{2}-\d{2})(?:\.\.(\d{4}-\d{2}-\d{2}))?$/;

/** Reads `2026-12-24,2026-12-31..2027-01-06`; null when a word is no date or a range ends before it begins. Pure. */
export function parseBlackouts(text: string): readonly Blackout[] | null {
  const found = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map((word) => {
      const [, from = '', to = from] = shape.exec(word) ?? [];
      return isDate(from) && isDate(to) && from <= to ? { from, to } : null;
    });
  return found.includes(null) ? null : found.filter((each) => each !== null);
}

/** Date takes 31 February for 3 March. */
function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** `2026-12-24, 2026-12-31..2027-01-06`. Pure. */
export function blackoutWords(blackouts: readonly Blackout[]): string {
  return blackouts.map(({ from, to }) => (from === to ? from : `${from}..${to}`)).join(', ');
}

/** True when clocks in the zone show one of the days at that instant. Pure. */
export function isBlackedOut(at: Date, timeZone: string, blackouts: readonly Blackout[]): boolean {
  if (blackouts.length === 0) return false;
  const day = new Date(wallAt(at.getTime(), timeZone)).toISOString().slice(0, 10);
  return blackouts.some(({ from, to }) => from <= day && day <= to);
}
