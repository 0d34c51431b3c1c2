import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import Ajv from 'ajv-draft-04';
import { unzipSync, unzlibSync } from 'fflate';
import { buildTeamsManifest, teamsPermissions, teamsPlaceholders } from '../../manifest/teams.ts';
import { teamsColorIcon, teamsOutlineIcon } from '../../manifest/teams-icons.ts';
import { packageOptions, teamsPackage } from '../../manifest/zip-teams.ts';
import type { CommandSpec } from '../../src/commands/command-spec.ts';
import { commandSpecs } from '../../src/commands/index.ts';

const appId = '99999999-8888-4777-8666-555555555555';
const options = { ...teamsPlaceholders, appId, version: '1.2.3' };
const manifest = buildTeamsManifest(commandSpecs, options);

/** A command of which only what the menu shows matters. */
function command(name: string): CommandSpec {
  return {
    name,
    summary: 'x'.repeat(79),
    usage: 'y'.repeat(200),
    words: { least: 0, most: 0 },
    options: [],
    examples: [],
    operations: [],
    risk: 'read',
  };
}

/** Microsoft's schema, from github.com/microsoft/json-schemas (MIT), teams/v1.24. */
const schema = JSON.parse(await readFile(join(import.meta.dirname, 'teams-1.24.schema.json'), 'utf8'));
const validate = new Ajv.default({ strict: false, validateFormats: false }).compile(schema);

function schemaErrors(value: unknown): unknown {
  return validate(JSON.parse(JSON.stringify(value))) ? null : validate.errors;
}

describe('the Teams app manifest', () => {
  test('is valid, and stays so with more commands than the menu holds', () => {
    expect(schemaErrors(manifest)).toBeNull();
    const many = [...Array.from({ length: 40 }, (_, at) => command(`verb${'y'.repeat(40)}${at}`)), command('help')];
    const large = buildTeamsManifest(many, options);
    expect(schemaErrors(large)).toBeNull();
    const titles = large.bots[0]?.commandLists[0]?.commands.map(({ title }) => title);
    expect(titles).toHaveLength(12);
    expect(titles?.at(-1)).toBe('help');
  });

  test('the schema notices what is wrong', () => {
    expect(schemaErrors({ ...manifest, id: 'oob' })).not.toBeNull();
    expect(schemaErrors({ ...manifest, name: { short: 'x'.repeat(31) } })).not.toBeNull();
    expect(schemaErrors({ ...manifest, unknown: true })).not.toBeNull();
  });

  test('names every command that there is room for, so that choosing it types it', () => {
    const menu = manifest.bots[0]?.commandLists[0]?.commands ?? [];
    const featured = commandSpecs.filter((spec) => spec.featured);
    expect(featured).toHaveLength(12);
    expect(menu.map(({ title }) => title)).toEqual(featured.map(({ name }) => name));
    for (const { name, summary } of featured) {
      expect(menu.find(({ title }) => title === name)?.description).toContain(summary.slice(0, 100));
    }
  });

  test('asks for nothing that is not needed, and says what for', () => {
    const { permissions, validDomains, bots } = manifest;
    expect({ permissions, validDomains }).toEqual({ permissions: ['identity'], validDomains: [] });
    expect(bots[0]).toMatchObject({ supportsFiles: false, isNotificationOnly: false, botId: appId });
    expect(Object.keys(manifest)).not.toContain('authorization');
    expect(Object.keys(manifest)).not.toContain('webApplicationInfo');
    const asked = [...(bots[0]?.scopes ?? []).map((scope) => `scope ${scope}`), ...permissions];
    expect(teamsPermissions.map(({ permission }) => permission).sort()).toEqual(asked.sort());
    for (const { why } of teamsPermissions) expect(why).toMatch(/^[A-Z].*\.$/);
  });
});

describe('the icons', () => {
  test('are as large as Teams wants them, and the outline is white on transparent', () => {
    const color = pixelsOf(teamsColorIcon());
    expect(color).toMatchObject({ width: 192, height: 192 });
    expect(color.pixels.every(([, , , alpha]) => alpha === 255)).toBe(true);
    const outline = pixelsOf(teamsOutlineIcon());
    expect(outline).toMatchObject({ width: 32, height: 32 });
    const drawn = outline.pixels.filter(([, , , alpha]) => alpha > 0);
    expect(drawn.length).toBeGreaterThan(150);
    expect(drawn.length).toBeLessThan(600);
    expect(drawn.filter(([red, green, blue]) => red + green + blue < 3 * 255)).toEqual([]);
    expect(outline.pixels[0]?.[3]).toBe(0);
  });
});

describe('the app package', () => {
  test('has the manifest and the icons, at the top, and nothing else', () => {
    const files = unzipSync(teamsPackage(options));
    expect(Object.keys(files).sort()).toEqual(['color.png', 'manifest.json', 'outline.png']);
    expect(JSON.parse(new TextDecoder().decode(files['manifest.json']))).toEqual(JSON.parse(JSON.stringify(manifest)));
    expect(files['color.png']).toEqual(teamsColorIcon());
    expect(files['outline.png']).toEqual(teamsOutlineIcon());
    expect([manifest.icons.color, manifest.icons.outline].every((name) => name in files)).toBe(true);
  });

  test('is the same for the same options', () => {
    expect(teamsPackage(options)).toEqual(teamsPackage(options));
  });

  test('the command takes what only the installing organisation knows', () => {
    const args = [
      '--app-id',
      appId,
      '--company',
      'Corp',
      '--website',
      'https://it.corp.example',
      '--app-version',
      '2.0.0',
      '--out',
      'x.zip',
    ];
    const website = 'https://it.corp.example';
    expect(packageOptions(args)).toEqual({
      appId,
      version: '2.0.0',
      publisher: { name: 'Corp', websiteUrl: website, privacyUrl: website, termsOfUseUrl: website },
      out: 'x.zip',
    });
  });

  test.each([
    ['no app id', [], '--app-id must be'],
    ['an app id that is none', ['--app-id', 'oob'], '--app-id must be'],
    ['the placeholder', ['--app-id', teamsPlaceholders.appId], '--app-id must be'],
    ['an address without TLS', ['--app-id', appId, '--website', 'http://it.corp.example'], 'must be https'],
    ['a version that is none', ['--app-id', appId, '--app-version', 'new'], '--app-version must'],
    ['a long name', ['--app-id', appId, '--company', 'x'.repeat(33)], '--company has more'],
    ['an unknown option', ['--app-secret', 'x'], "'--app-secret'"],
  ])('%s: it says so', (_what, args, sentence) => {
    expect(packageOptions(args)).toEqual(expect.stringContaining(sentence));
  });
});

/** Reads back our own kind of PNG: RGBA, rows unfiltered. */
function pixelsOf(png: Uint8Array) {
  expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const dataLength = view.getUint32(33);
  const rows = unzlibSync(png.subarray(41, 41 + dataLength));
  expect(rows.length).toBe(height * (1 + width * 4));
  const pixels = Array.from({ length: width * height }, (_, at) => {
    const start = Math.floor(at / width) * (1 + width * 4) + 1 + (at % width) * 4;
    const [red = 0, green = 0, blue = 0, alpha = 0] = rows.subarray(start, start + 4);
    return [red, green, blue, alpha] as const;
  });
  return { width, height, pixels };
}
