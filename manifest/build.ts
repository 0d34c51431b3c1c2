import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandSpecs } from '../src/commands/index.ts';
import { exampleConfig } from '../src/config/example.ts';
import { amtCoverage } from './amt-coverage.ts';
import { withMadeParts } from './readme.ts';
import { buildSlackManifest } from './slack.ts';
import { buildTeamsManifest, teamsPlaceholders } from './teams.ts';
import { teamsColorIcon, teamsOutlineIcon } from './teams-icons.ts';
import { appVersion } from './zip-teams.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A committed file that is made from code. A test compares what is committed with what would be made. */
export interface BuiltFile {
  /** Path from the project's root. */
  readonly path: string;
  readonly content: () => string | Uint8Array;
}

const pages = readdirSync(join(root, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);

/** Every file that is made. */
export const builtFiles: readonly BuiltFile[] = [
  ...['README.md', ...pages].map((path) => ({
    path,
    content: () => withMadeParts(readFileSync(join(root, path), 'utf8')),
  })),
  { path: 'adapters/amt/README.md', content: amtCoverage },
  { path: 'manifest/oob.example.yaml', content: exampleConfig },
  { path: 'manifest/slack.json', content: () => json(buildSlackManifest(commandSpecs, { mode: 'socket' })) },
  {
    // The address is a placeholder: whoever lets Slack send over HTTP puts theirs in its three places.
    path: 'manifest/slack-http.json',
    content: () => json(buildSlackManifest(commandSpecs, { mode: 'http', publicUrl: 'https://oob.example.com' })),
  },
  {
    // Ids and addresses are placeholders: `node manifest/zip-teams.ts` puts in the real ones.
    path: 'manifest/teams.json',
    content: () => json(buildTeamsManifest(commandSpecs, { ...teamsPlaceholders, version: appVersion() })),
  },
  { path: 'manifest/teams-color.png', content: teamsColorIcon },
  { path: 'manifest/teams-outline.png', content: teamsOutlineIcon },
];

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Writes them all: `node manifest/build.ts`. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { path, content } of builtFiles) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content());
    process.stdout.write(`${path}\n`);
  }
}
