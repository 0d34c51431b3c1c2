import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import type { SecretInput } from '../../src/cli/secrets/read-secret.ts';
import { runSecretList, runSecretRemove, runSecretSet } from '../../src/cli/secrets/secret.ts';

/** Standard input as a pipe with this content. */
function pipe(content: string | Buffer): SecretInput {
  const stream = new PassThrough();
  stream.end(content);
  return stream;
}

/** A terminal on which these keys are typed; `modes` notes each change of the echo, `true` is off. */
function terminal(...keys: readonly string[]) {
  const modes: boolean[] = [];
  const stream: SecretInput = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode(on: boolean) {
      modes.push(on);
      if (on) for (const key of keys) stream.push(Buffer.from(key));
    },
  });
  return { stream, modes };
}

/** Runs `secret` commands against a store of these secrets. */
function bench(kept: Record<string, string> = {}) {
  const secrets = new Map(Object.entries(kept));
  const lines: string[] = [];
  let opened = 0;
  const command = (input: SecretInput) => ({
    open: async () => {
      opened += 1;
      return {
        set: async (name: string, value: string) => void secrets.set(name, value),
        get: async (name: string) => secrets.get(name) ?? null,
        setAt: async () => null,
        names: async () => [...secrets.keys()].sort(),
        remove: async (name: string) => secrets.delete(name),
      };
    },
    input,
    out: (text: string) => void lines.push(text),
    prompt: (text: string) => void lines.push(text),
    err: (text: string) => void lines.push(text),
  });
  return { secrets, lines, command, opened: () => opened };
}

describe('secret set from a pipe', () => {
  test.each([
    ['Hunter2', 'Hunter2'],
    ['Hunter2\n', 'Hunter2'],
    ['Hunter2\r\n', 'Hunter2'],
    ['Hunter2\n\n', 'Hunter2\n'],
    [' Hunter2 ', ' Hunter2 '],
    ['\u{1F511}p\u00E4ss', '\u{1F511}p\u00E4ss'],
  ])('stores %j as %j, and does not show it', async (content, stored) => {
    const { secrets, lines, command } = bench();
    expect(await runSecretSet('slack', command(pipe(content)))).toBe(0);
    expect(secrets.get('slack')).toBe(stored);
    expect(lines).toEqual([expect.stringMatching(/^Stored slack\. Refer to it with \{ secret: slack \}/)]);
    expect(lines.join()).not.toContain('Hunter2');
  });

  test('that comes in pieces, cut within a character', async () => {
    const { secrets, command } = bench();
    const stream = new PassThrough();
    const bytes = Buffer.from('p\u00E4ss\n');
    stream.write(bytes.subarray(0, 2));
    stream.end(bytes.subarray(2));
    expect(await runSecretSet('slack', command(stream))).toBe(0);
    expect(secrets.get('slack')).toBe('p\u00E4ss');
  });

  test('says when it replaced one', async () => {
    const { lines, command } = bench({ slack: 'old' });
    await runSecretSet('slack', command(pipe('new')));
    expect(lines[0]).toMatch(/^Replaced slack/);
  });

  test.each([
    ['nothing', ''],
    ['a line break alone', '\n'],
    ['too much', 'x'.repeat(65_537)],
    ['no text', Buffer.from([0xff, 0xfe])],
  ])('refuses %s with exit code 2', async (_what, content) => {
    const { secrets, lines, command } = bench();
    expect(await runSecretSet('slack', command(pipe(content)))).toBe(2);
    expect(secrets.size).toBe(0);
    expect(lines).toHaveLength(1);
  });

  test('refuses a name that is none without repeating it, for it may be the secret, and opens nothing', async () => {
    const { lines, command, opened } = bench();
    expect(await runSecretSet('Hunter2!', command(pipe('x')))).toBe(2);
    expect(lines.join()).not.toContain('Hunter2');
    expect(opened()).toBe(0);
  });

  test('a store that can not be opened is told before anything is read', async () => {
    const { command } = bench();
    const input = pipe('Hunter2');
    const open = async () => {
      throw new Error('no key');
    };
    await expect(runSecretSet('slack', { ...command(input), open })).rejects.toThrow('no key');
    expect(input.readableEnded).toBe(false);
  });
});

describe('secret set at a terminal', () => {
  test('asks with the echo off, and switches it on again', async () => {
    const { secrets, lines, command } = bench();
    const { stream, modes } = terminal('Hun', 'ter2', '\r');
    expect(await runSecretSet('slack', command(stream))).toBe(0);
    expect(secrets.get('slack')).toBe('Hunter2');
    expect(modes).toEqual([true, false]);
    expect(lines.slice(0, 2)).toEqual(['Value (not shown): ', '\n']);
    expect(lines.join()).not.toMatch(/Hun|ter2/);
  });

  test.each([
    ['Backspace', 'Hunterx\u007f2\r', 'Hunter2'],
    ['Ctrl-U', 'wrong\u0015Hunter2\r', 'Hunter2'],
    ['arrow keys and a bracketed paste', '\u001b[200~Hunter2\u001b[201~\u001b[D\u001bOA\r', 'Hunter2'],
    ['Ctrl-D at the end', 'Hunter2\u0004', 'Hunter2'],
    ['a character of two halves', 'a\u{1F511}\u007f\u007fHunter2\n', 'Hunter2'],
  ])('understands %s', async (_what, keys, stored) => {
    const { secrets, command } = bench();
    expect(await runSecretSet('slack', command(terminal(keys).stream))).toBe(0);
    expect(secrets.get('slack')).toBe(stored);
  });

  test('Ctrl-C stores nothing, ends 130, and leaves the echo on', async () => {
    const { secrets, lines, command } = bench();
    const { stream, modes } = terminal('Hunter2\u0003');
    expect(await runSecretSet('slack', command(stream))).toBe(130);
    expect(secrets.size).toBe(0);
    expect(modes).toEqual([true, false]);
    expect(lines.at(-1)).toBe('Nothing was stored.');
  });

  test('whose echo can not be switched off is refused', async () => {
    const { lines, command } = bench();
    const stream: SecretInput = Object.assign(new PassThrough(), { isTTY: true });
    expect(await runSecretSet('slack', command(stream))).toBe(2);
    expect(lines.join()).toMatch(/would show what is typed.*secret set NAME < FILE/);
  });
});

describe('secret list and remove', () => {
  test('show names, never values', async () => {
    const { lines, command } = bench({ slack: 'Hunter2', amt: 'Hunter3' });
    expect(await runSecretList(command(pipe('')))).toBe(0);
    expect(lines).toEqual(['amt', 'slack']);
  });

  test('remove ends 1 when there is none', async () => {
    const { secrets, lines, command } = bench({ slack: 'x' });
    expect(await runSecretRemove('slack', command(pipe('')))).toBe(0);
    expect(secrets.size).toBe(0);
    expect(await runSecretRemove('slack', command(pipe('')))).toBe(1);
    expect(lines).toEqual(['Removed slack.', 'There is no secret slack.']);
  });
});
