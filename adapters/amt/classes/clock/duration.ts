const form = /^P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:0{1,2}(?:\.0+)?S)?)?$/;

/** Minutes as CIM and Intel write an interval: `P1DT2H30M`, always with days, hours and minutes. */
export function intervalText(minutes: number): string {
  const days = Math.floor(minutes / 1_440);
  const hours = Math.floor((minutes % 1_440) / 60);
  return `P${days}DT${hours}H${minutes % 60}M`;
}

/** Minutes of an interval; null for none (missing, zero or no interval at all). */
export function intervalMinutes(text: string | undefined): number | null {
  const found = form.exec(text ?? '');
  if (found === null) return null;
  const [days = 0, hours = 0, minutes = 0] = found.slice(1).map((part) => Number(part ?? 0));
  return days * 1_440 + hours * 60 + minutes || null;
}
