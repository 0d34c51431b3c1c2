/** What boards have whose vendor filled in no UUID of its own: the pattern of a widespread BIOS kit. */
const patterns = ['03000200-0400-0500-0006-000700080009', '12345678-1234-5678-90ab-cddeefaabbcc'];

/** True for a UUID that names no PC: all zeros or all ones (SMBIOS, DMTF DSP0134, 7.2.1: not present, not set), or a known pattern. Pure. */
export function isPlaceholderUuid(uuid: string): boolean {
  return /^[0-]+$|^[f-]+$/.test(uuid) || patterns.includes(uuid);
}
