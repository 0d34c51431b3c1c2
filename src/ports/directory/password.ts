import { randomInt } from 'node:crypto';

/**
 * The password rule that AMT shares with device objects: 8 to 32 characters, at least one capital, small letter, digit and
 * symbol (Intel AMT Implementation and Reference Guide, "Strong password"). Symbols are those that all AMT versions take.
 */
const symbols = '!@#$%^&*';
const kinds = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnopqrstuvwxyz', '23456789', symbols] as const;
const everything = kinds.join('');
const length = 32;

/** A random password that fulfils the rule: 32 characters, about 190 bits. */
export function newDevicePassword(random: (below: number) => number = (below) => randomInt(below)): string {
  const one = (letters: string) => letters[random(letters.length)] ?? '';
  const letters = [...kinds.map(one), ...Array.from({ length: length - kinds.length }, () => one(everything))];
  for (let at = letters.length - 1; at > 0; at -= 1) {
    const other = random(at + 1);
    [letters[at], letters[other]] = [letters[other] ?? '', letters[at] ?? ''];
  }
  return letters.join('');
}

/**
 * What a password lacks, as the end of a sentence; null when it may be used. Checked here because domain controllers exempt
 * computer accounts from the domain's password policy: they take a password of one letter.
 */
export function devicePasswordProblem(password: string): string | null {
  if (password.length < 8 || password.length > 32) return 'it must have 8 to 32 characters';
  if (!/^[!-~]+$/.test(password) || /[:"_]/.test(password)) return 'it has a character that AMT does not take';
  for (const [pattern, what] of [
    [/[A-Z]/, 'a capital letter'],
    [/[a-z]/, 'a small letter'],
    [/[0-9]/, 'a digit'],
    [/[^A-Za-z0-9]/, 'a symbol'],
  ] as const)
    if (!pattern.test(password)) return `it lacks ${what}`;
  return new Set(password).size < 5 ? 'it repeats too few characters' : null;
}
