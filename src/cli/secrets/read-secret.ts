import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Standard input as far as it is needed here: a file, a pipe, or a terminal whose echo can be switched off. */
export type SecretInput = Readable & { readonly isTTY?: boolean; setRawMode?(on: boolean): unknown };

/** No secret was given. The message says why; `cancelled` when the person at the terminal wanted it so. */
export class SecretInputError extends Error {
  readonly code = 'ERR_SECRET_INPUT';
  readonly cancelled: boolean;

  constructor(message: string, cancelled = false) {
    super(message);
    this.name = 'SecretInputError';
    this.cancelled = cancelled;
  }
}

const longestBytes = 65_536;

/**
 * Reads a secret from standard input: a pipe or file to its end, less one line break; a terminal up to Enter, with the echo off.
 * Rejects with SecretInputError when there is none, when it is no text of reasonable length, or when the echo can't be switched off.
 */
export async function readSecret(input: SecretInput, prompt: (text: string) => void): Promise<string> {
  const secret = input.isTTY ? await readHidden(input, prompt) : await readAll(input);
  if (secret === '') throw new SecretInputError('Nothing was given; a secret has at least one character.');
  return secret;
}

async function readAll(input: SecretInput): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const part of bytesOf(input)) {
    bytes += part.length;
    if (bytes > longestBytes)
      throw new SecretInputError(`The input is longer than ${longestBytes} bytes: no secret is.`);
    chunks.push(part);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
      .decode(Buffer.concat(chunks))
      .replace(/\r?\n$/, '');
  } catch {
    throw new SecretInputError('The input is not UTF-8 text.');
  }
}

async function readHidden(input: SecretInput, prompt: (text: string) => void): Promise<string> {
  if (!input.setRawMode) {
    throw new SecretInputError('This terminal would show what is typed. Pipe the value in: oob secret set NAME < FILE');
  }
  input.setRawMode(true);
  prompt('Value (not shown): ');
  try {
    return await typed(input);
  } finally {
    input.setRawMode(false);
    // Else the process would wait for more keys.
    input.pause();
    prompt('\n');
  }
}

/** The stream stays open when reading ends early: a destroyed terminal can't be put back into its mode. */
async function* bytesOf(input: SecretInput): AsyncGenerator<Buffer> {
  for await (const chunk of input.iterator({ destroyOnReturn: false })) {
    yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
  }
}

const escapeKey = '\u001b';
/** What arrow and function keys send, and what a terminal puts around pasted text. */
const escapeSequences = new RegExp(`${escapeKey}(?:\\[[0-9;]*[A-Za-z~]|O[A-Z])`, 'g');

/** Keys up to Enter or Ctrl-D. Raw mode hands over what the terminal would have handled: Backspace, Ctrl-U and Ctrl-C too. */
async function typed(input: SecretInput): Promise<string> {
  const decoder = new StringDecoder('utf8');
  let characters: string[] = [];
  for await (const part of bytesOf(input)) {
    const text = decoder.write(part).replace(escapeSequences, '');
    for (const character of text) {
      if (character === '\r' || character === '\n' || character === '\u0004') return characters.join('');
      if (character === '\u0003') throw new SecretInputError('Nothing was stored.', true);
      if (character === '\u007f' || character === '\b') characters.pop();
      else if (character === '\u0015') characters = [];
      else if (character >= ' ') characters.push(character);
      if (characters.length > longestBytes) throw new SecretInputError('That is too long for a secret.');
    }
  }
  throw new SecretInputError('The terminal was closed before Enter. Nothing was stored.', true);
}
