import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { exampleConfig } from '../../src/config/example.ts';
import { parseConfig } from '../../src/config/load.ts';
import { configNode, type SchemaNode } from '../../src/config/schema-node.ts';

const committed = join(import.meta.dirname, '../../manifest/oob.example.yaml');
const example = exampleConfig();
const isDisabled = (line: string) => /^\s*#[a-zA-Z]/.test(line);

/** All keys of the schema with the node they stand at, in order, through lists and names. */
function keysOf(node: SchemaNode, path = ''): readonly (readonly [string, SchemaNode])[] {
  const own = Object.entries(node.properties ?? {}).flatMap(([key, inner]) => [
    [`${path}.${key}`, inner] as const,
    ...keysOf(inner, `${path}.${key}`),
  ]);
  const named = node.additionalProperties ? keysOf(node.additionalProperties, `${path}.*`) : [];
  return [...own, ...(node.items ? keysOf(node.items, `${path}[]`) : []), ...named];
}

describe('the example configuration', () => {
  test('is the committed one; if not: node manifest/build.ts', async () => {
    expect(await readFile(committed, 'utf8')).toBe(example);
  });

  test('loads as it is, and means what its lines in force say', () => {
    const config = parseConfig(example, committed);
    expect(config.people.map((person) => person.id)).toEqual(['ana', 'ben']);
    expect(config.slack).toBeUndefined();
    expect(config.amt.credentials.default).toEqual({ user: 'admin', password: { env: 'OOB_AMT_PASSWORD' } });
  });

  test('loads with every # before a key taken away', () => {
    const lines = example.split('\n').map((line) => (isDisabled(line) ? line.replace('#', '') : line));
    const config = parseConfig(lines.join('\n'), committed);
    expect(config.slack?.mode).toBe('socket');
    expect(config.teams?.tenants).toHaveLength(1);
    expect(config.people[0]?.accounts.teams).toHaveLength(1);
  });

  test('a default that is shown behind # is the default', () => {
    const lines = example
      .split('\n')
      .map((line) => (isDisabled(line) && !/#(slack|teams)/.test(line) ? line.replace('#', '') : line));
    const all: unknown = parse(lines.filter((line) => !/^\s*#/.test(line)).join('\n'));
    const differing = keysOf(configNode)
      .filter(([path, node]) => node.default !== undefined && !node.properties && !/\[|\*|slack|teams/.test(path))
      .filter(
        ([path]) =>
          ![
            '.console.enabled',
            '.console.tokens',
            '.amt.credentials',
            '.profiles',
            '.directory.domains',
            '.directory.roles',
            '.pki.provisioning',
            '.schedules.entries',
            '.checklist.owners',
            '.checklist.canaries',
            '.digests',
            '.discovery.ranges',
            '.provisioning.hello.keys',
            '.people',
            '.roles',
            '.rules',
            '.windows',
            '.freezes',
            '.holds',
          ].includes(path),
      )
      .filter(([path, node]) => {
        const shown = path
          .split('.')
          .slice(1)
          .reduce<unknown>(
            (at, key) =>
              typeof at === 'object' && at !== null ? Object.getOwnPropertyDescriptor(at, key)?.value : undefined,
            all,
          );
        return JSON.stringify(shown) !== JSON.stringify(node.default);
      });
    expect(differing.map(([path]) => path)).toEqual([]);
  });

  test('shows every key of the schema', () => {
    const missing = keysOf(configNode)
      .filter(([path]) => !/\.(env|file|secret)$/.test(path))
      .filter(([path]) => !new RegExp(`(^|[\\s#{,-])${path.split('.').at(-1)}:`, 'm').test(example));
    expect(missing.map(([path]) => path)).toEqual([]);
  });

  test('every key is described, in a whole sentence', () => {
    const bare = keysOf(configNode).filter(([, node]) => !/^.{8,}[.]$/.test(node.description ?? ''));
    expect(bare.map(([path]) => path)).toEqual([]);
  });

  test('every number says its unit: in its name, or in its description', () => {
    const numbers = keysOf(configNode).filter(([, node]) => node.type === 'integer');
    const bare = numbers.filter(
      ([path, node]) =>
        !/(Seconds|Minutes|Hours|Percent|Devices|Waves|Days)$/.test(path) &&
        !/port|Connections|Most|Bits/.test(node.description ?? ''),
    );
    expect(bare.map(([path]) => path)).toEqual([]);
  });

  test('holds no secret: each stands by reference', () => {
    expect(example).not.toMatch(/xox[abp]-\d|password: [^{]/);
  });
});
