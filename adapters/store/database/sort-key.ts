/** Form in which names, sites and groups are compared: without regard to case, one spelling per character. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

const digitWidth = 20;

/**
 * Key that sorts names the way people count: host2 before host10. Runs of digits are padded to twenty. Made here and not by
 * the database, whose lower() and collation differ from server to server.
 */
export function naturalSortKey(name: string): string {
  return foldName(name).replace(/[0-9]+/g, (digits) => digits.padStart(digitWidth, '0'));
}

/** LIKE pattern for a glob of `*` and `?`, in folded form; to be used with `like ... escape '\'`. */
export function likePatternOfGlob(glob: string): string {
  return foldName(glob)
    .replace(/[\\%_]/g, (character) => `\\${character}`)
    .replace(/\*+/g, '%')
    .replaceAll('?', '_');
}
