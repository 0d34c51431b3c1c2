import { randomBytes } from 'node:crypto';
import type { NewId } from '../ports/clock.ts';

// No 0, 1, i, l, o or u: ids are read aloud and typed.
const alphabet = '23456789abcdefghjkmnpqrstvwxyz';
const length = 16;

/** `req_` and 16 random characters, about 78 bits: not to be guessed, short enough to be typed. */
export const newId: NewId = (prefix) =>
  `${prefix}_${[...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length] ?? '').join('')}`;
