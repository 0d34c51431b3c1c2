import { nearest } from '../../inventory/resolve-targets.ts';

/** True for names of the IANA list that this Node.js knows. Intl also takes offsets such as +01:00, which know no summer time. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The zone that may have been meant: `Europe/Madrid` for `madrid` or `Europe/Madird`; null when none is near. */
export function nearestTimeZone(name: string): string | null {
  const zones = Intl.supportedValuesOf('timeZone');
  const wanted = name.trim().toLowerCase().replaceAll(' ', '_');
  const city = (zone: string) => zone.slice(zone.lastIndexOf('/') + 1).toLowerCase();
  const ofCity = zones.find((zone) => city(zone) === wanted || city(zone) === city(wanted));
  if (ofCity !== undefined) return ofCity;
  const meant = nearest(wanted, [...zones.map((zone) => zone.toLowerCase()), ...zones.map(city)]);
  return zones.find((zone) => zone.toLowerCase() === meant || city(zone) === meant) ?? null;
}
