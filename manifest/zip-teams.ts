import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { zipSync } from 'fflate';
import { commandSpecs } from '../src/commands/index.ts';
import { buildTeamsManifest, type TeamsManifestOptions, teamsPlaceholders } from './teams.ts';
import { teamsColorIcon, teamsOutlineIcon } from './teams-icons.ts';

/** The app package that is uploaded to Teams: manifest and icons. The same bytes for the same options. */
export function teamsPackage(options: TeamsManifestOptions): Uint8Array {
  const manifest = `${JSON.stringify(buildTeamsManifest(commandSpecs, options), null, 2)}\n`;
  const files = {
    'manifest.json': new TextEncoder().encode(manifest),
    'color.png': teamsColorIcon(),
    'outline.png': teamsOutlineIcon(),
  };
  // Zip keeps local time: one made of local parts is the same in every zone.
  return zipSync(files, { mtime: new Date(2026, 0, 1), level: 9 });
}

/** Version of this project, which the app carries too. */
export function appVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const version: unknown = Reflect.get(JSON.parse(text), 'version');
  return String(version);
}

const usage = `Makes the app package for Teams.

  node manifest/zip-teams.ts --app-id GUID [--company NAME] [--website URL] [--privacy URL] [--terms URL]
                             [--app-version 1.2.3] [--out oob-teams.zip]

  --app-id       application (client) id of the bot's registration in Entra
  --company      who runs the bot, at most 32 characters; people see it when they install the app
  --website, --privacy, --terms   https addresses that Teams shows beside it
  --app-version  must be a new one for each update; default the version of this project
`;

const guid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Reads the options of the command line; a text is what is wrong with them. */
export function packageOptions(args: readonly string[]): (TeamsManifestOptions & { readonly out: string }) | string {
  const text = { type: 'string' } as const;
  const names = {
    'app-id': text,
    company: text,
    website: text,
    privacy: text,
    terms: text,
    'app-version': text,
    out: text,
  };
  let values: Partial<Record<keyof typeof names, string>>;
  try {
    ({ values } = parseArgs({ args: [...args], options: names }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { publisher, appId: placeholder } = teamsPlaceholders;
  const appId = values['app-id'] ?? '';
  if (!guid.test(appId) || appId === placeholder) return '--app-id must be the GUID of your bot.';
  const name = values.company ?? publisher.name;
  if (name.length > 32) return '--company has more than 32 characters.';
  const addresses = {
    websiteUrl: values.website ?? publisher.websiteUrl,
    privacyUrl: values.privacy ?? values.website ?? publisher.privacyUrl,
    termsOfUseUrl: values.terms ?? values.website ?? publisher.termsOfUseUrl,
  };
  if (!Object.values(addresses).every((address) => URL.parse(address)?.protocol === 'https:')) {
    return '--website, --privacy and --terms must be https addresses.';
  }
  const version = values['app-version'] ?? appVersion();
  if (!/^\d+\.\d+\.\d+$/.test(version)) return '--app-version must look like 1.2.3.';
  return { appId, version, publisher: { name, ...addresses }, out: values.out ?? 'oob-teams.zip' };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const options = packageOptions(process.argv.slice(2));
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${usage}`);
    process.exitCode = 2;
  } else {
    writeFileSync(options.out, teamsPackage(options));
    process.stdout.write(`${options.out}: upload it in the Teams admin center under "Manage apps".\n`);
  }
}
