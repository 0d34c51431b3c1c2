import { describe, expect, test } from '@jest/globals';
import { commandSpecs } from '../../src/commands/index.ts';
import { parseCommand } from '../../src/router/parse.ts';

describe('the command registry', () => {
  test('names are unique words', () => {
    const names = commandSpecs.map((command) => command.name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+$/);
  });
  test.each(commandSpecs.map((command) => [command.name, command] as const))(
    '%s: short summary, examples that parse as itself',
    (name, command) => {
      expect(command.summary.length).toBeLessThanOrEqual(80);
      expect(command.examples.length).toBeGreaterThan(0);
      for (const example of command.examples)
        expect(parseCommand(example, commandSpecs)).toMatchObject({ ok: true, command: { spec: { name } } });
    },
  );
});
