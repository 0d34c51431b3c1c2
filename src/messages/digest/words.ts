/** `Mon 23 Nov`, in the zone. */
export function dayWord(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone })
    .format(at)
    .replace(',', '');
}

/** `Mon 23 Nov 08:00`, in the zone. */
export function dayTime(at: Date, timeZone: string): string {
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }).format(at);
  return `${dayWord(at, timeZone)} ${time}`;
}

/** `98.1 %`, rounded down: 100 only when it is all of them. */
export function shareWord(part: number, of: number): string {
  if (of === 0) return '–';
  const tenths = Math.floor((1_000 * part) / of);
  return tenths % 10 === 0 ? `${tenths / 10} %` : `${(tenths / 10).toFixed(1)} %`;
}

/** ` (+12)`, ` (−3)`, with a real minus sign; empty for no change or when nothing is known of before. */
export function changeWord(now: number, before: number | null): string {
  if (before === null || now === before) return '';
  const by = new Intl.NumberFormat('en-US').format(Math.abs(now - before));
  return now > before ? ` (+${by})` : ` (−${by})`;
}
