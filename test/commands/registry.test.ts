import { describe, expect, test } from '@jest/globals';
import { commandSpecs } from '../../src/commands/index.ts';
import { operationNames } from '../../src/operations/operation.ts';
import { parseCommand } from '../../src/router/parse.ts';
import { policy } from '../support/fixtures.ts';

describe('the command registry', () => {
  test('names are unique words', () => {
    const names = commandSpecs.map((command) => command.name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+$/);
  });
  test('every command that plans more than a look can break glass, with a reason; no other one can', () => {
    const looking = operationNames.filter((operation) => policy.risks[operation] === 'read');
    for (const { name, operations, options } of commandSpecs) {
      const acts = operations.some((operation) => !looking.includes(operation));
      const names = options.map((option) => option.name);
      expect([name, names.includes('break-glass')]).toEqual([name, acts]);
      if (acts) expect(names).toContain('reason');
    }
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
