/**
 * Canonical form of an SMBIOS UUID given as its 16 bytes, whose first three fields are little-endian (DMTF DSP0134, 7.2.1);
 * null for one of all zeros or all ones, which means that the system has none, and for anything of another length.
 */
export function systemUuid(bytes: Uint8Array): string | null {
  const hex = Buffer.from(bytes).toString('hex');
  if (hex.length !== 32 || /^(?:0+|f+)$/.test(hex)) return null;
  const part = (from: number, to: number): string => hex.slice(2 * from, 2 * to);
  const swapped = (from: number, to: number): string => (part(from, to).match(/../g) ?? []).reverse().join('');
  return [swapped(0, 4), swapped(4, 6), swapped(6, 8), part(8, 10), part(10, 16)].join('-');
}
