import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { commandSpecs } from '../../src/commands/index.ts';
import { parseCommand, splitWords } from '../../src/router/parse.ts';

const parse = (text: string) => parseCommand(text, commandSpecs);

describe('splitting words', () => {
  test.each([
    ['a b  c', ['a', 'b', 'c']],
    ['--reason "fire drill" x', ['--reason', 'fire drill', 'x']],
    ["'a b' c", ['a b', 'c']],
    ["it's fine", ["it's", 'fine']],
    ['\u201cfire drill\u201d', ['fire drill']],
    ['--reason="a b"', ['--reason=a b']],
    ['""', ['']],
    ['', []],
  ])('%j', (text, words) => expect(splitWords(text)).toEqual(words));

  test('an open quote is said, not guessed', () => expect(splitWords('a "b c')).toBeNull());

  test('quoted words come back as they were, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(fc.string().filter((word) => !/["\u201c\u201d\u201e\u2018\u2019]/.test(word))), (words) => {
        expect(splitWords(words.map((word) => `"${word}"`).join(' '))).toEqual(words);
      }),
    );
  });
});

describe('parsing commands', () => {
  test('verb, words and options in any order', () => {
    const parsed = parse('PowerOff --reason "fire drill" site:madrid - group:vip --dry-run');
    expect(parsed).toMatchObject({ ok: true, command: { words: ['site:madrid', '-', 'group:vip'] } });
    expect(parsed.ok && [...parsed.command.options]).toEqual([
      ['reason', 'fire drill'],
      ['dry-run', ''],
    ]);
  });

  test('nothing typed is the first card', () =>
    expect(parse('   ')).toMatchObject({ ok: true, command: { spec: { name: 'home' } } }));

  test('a phone turns -- into a dash of its own', () => {
    expect(parse('poweron host1 \u2014reason x')).toMatchObject({ ok: true });
  });

  test.each([
    ['poweron', 'Something is missing after poweron.'],
    ['poweron a --force', 'poweron has no option --force.'],
    ['poweron a --reason', '--reason needs a value: --reason TEXT.'],
    ['poweron a --reason x --reason y', '--reason is given twice.'],
    ['poweron a --dry-run=yes', '--dry-run takes no value.'],
    ['whoami really', 'whoami takes nothing after it.'],
    ['poweron "a', 'A quote is opened and never closed.'],
  ])('%j is answered with %j', (text, problem) =>
    expect(parse(text)).toMatchObject({ ok: false, code: 'bad_usage', problem }),
  );

  test('an unknown verb keeps what followed it', () => {
    expect(parse('powron host42')).toEqual({ ok: false, code: 'unknown_command', verb: 'powron', rest: ' host42' });
  });

  test('bounded: characters and words', () => {
    expect(parse(`poweron ${'x'.repeat(4_000)}`)).toEqual({ ok: false, code: 'too_long' });
    expect(parse(`poweron ${'x '.repeat(201)}`)).toEqual({ ok: false, code: 'too_long' });
  });

  test('any text ends in a result', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => expect(typeof parse(text).ok).toBe('boolean')));
  });
});
