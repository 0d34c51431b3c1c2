import type { XmlElement } from '../protocol/xml.ts';
import type { Moment } from './class-definition.ts';

/** A point in time as devices write it, seconds at the finest. `[capture]` */
export const datetime = (seconds: number): Moment => ({
  moment: 'Datetime',
  text: `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`,
});

const minuteMs = 60_000;

/** A span as the alarm clock writes it, e.g. `P1DT2H30M`. `[guide]` */
export function interval(spanMs: number): Moment {
  const minutes = Math.floor(spanMs / minuteMs);
  return {
    moment: 'Interval',
    text: `P${Math.floor(minutes / 1440)}DT${Math.floor(minutes / 60) % 24}H${minutes % 60}M`,
  };
}

/** Text of a datetime element, wrapped or not. */
const momentText = (element: XmlElement | undefined): string | undefined =>
  element === undefined ? undefined : (element.children[0] ?? element).text;

/**
 * A point in time in a request: `yyyy-mm-ddThh:mm:00Z`, seconds zero, in UTC. `[guide]`
 *
 * @returns milliseconds since 1970; NaN when it is of another form
 */
export function readMinute(element: XmlElement | undefined): number {
  const text = momentText(element) ?? '';
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/.test(text) ? Date.parse(text) : Number.NaN;
}

/**
 * A span in a request: days, hours up to 23 and minutes up to 59, or 0 for none. `[guide]`
 *
 * @returns milliseconds, 0 when it is missing; NaN when it is of another form
 */
export function readInterval(element: XmlElement | undefined): number {
  const text = momentText(element);
  if (text === undefined || text === '0' || text === '') return 0;
  const parts = /^P(?:(\d{1,5})D)?(?:T(?:(\d{1,2})H)?(?:(\d{1,2})M)?(?:0{1,2}S)?)?$/.exec(text);
  if (!parts) return Number.NaN;
  const [days, hours, minutes] = parts.slice(1).map((part) => Number(part ?? 0));
  if ((hours ?? 0) > 23 || (minutes ?? 0) > 59) return Number.NaN;
  return (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * minuteMs;
}
