import type { TargetDevice } from '../ports/store/inventory-store.ts';

function globPattern(glob: string): RegExp {
  const escaped = glob
    .replace(/[.+^${}()|[\]\\-]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${escaped}$`, 'i');
}

/** True when one of the policy's target words (`all`, `site:x`, `group:x`, a name or pattern) covers the device. Pure. */
export function coversDevice(
  words: readonly string[],
  device: Pick<TargetDevice, 'name' | 'site' | 'groups'>,
): boolean {
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  return words.some((word) => {
    if (same(word, 'all')) return true;
    if (/^site:/i.test(word)) return same(word.slice(5), device.site);
    if (/^group:/i.test(word)) return device.groups.some((group) => same(group, word.slice(6)));
    return globPattern(word).test(device.name);
  });
}
