import type { CommandSpec } from '../src/commands/command-spec.ts';

/** Who runs the bot, as people see it when they install it. Teams wants all four. */
interface TeamsPublisher {
  /** At most 32 characters. */
  readonly name: string;
  readonly websiteUrl: string;
  readonly privacyUrl: string;
  readonly termsOfUseUrl: string;
}

/** What the manifest can't know by itself. */
export interface TeamsManifestOptions {
  /** Application (client) id of the bot, a GUID; it is the id of the Teams app too. */
  readonly appId: string;
  /** Version of the app, semver. Teams takes an update only under a new one. */
  readonly version: string;
  readonly publisher: TeamsPublisher;
}

/** Stands in the committed manifest for what is known only where the bot is installed. */
export const teamsPlaceholders: Omit<TeamsManifestOptions, 'version'> = {
  appId: '00000000-0000-0000-0000-000000000000',
  publisher: {
    name: 'Your organisation',
    websiteUrl: 'https://oob.example.com',
    privacyUrl: 'https://oob.example.com/privacy',
    termsOfUseUrl: 'https://oob.example.com/terms',
  },
};

/**
 * Everything that the manifest asks for, and what for. The README's table is made from this. There is no resource-specific
 * consent and no Graph permission: the bot reads what is said to it, and no other message.
 */
export const teamsPermissions = [
  {
    permission: 'scope team',
    why: 'Take `@oob ...` in a channel and post there; it sees only messages that mention it.',
  },
  { permission: 'scope groupChat', why: 'The same in a group chat.' },
  { permission: 'scope personal', why: 'Take commands in a chat with the bot alone.' },
  { permission: 'identity', why: 'Know who speaks: roles are given to tenant id and Entra object id.' },
] as const;

/** Most commands in a list, and longest title and description, of every schema from 1.17 on except for the number (1.24: 12). */
const limits = { commands: 12, title: 32, description: 128 } as const;

/** The part of the Teams app manifest that is used here. */
export interface TeamsManifest {
  readonly $schema: string;
  readonly manifestVersion: '1.24';
  readonly version: string;
  readonly id: string;
  readonly developer: TeamsPublisher;
  readonly name: { readonly short: string; readonly full: string };
  readonly description: { readonly short: string; readonly full: string };
  readonly icons: { readonly color: string; readonly outline: string };
  readonly accentColor: string;
  readonly bots: readonly {
    readonly botId: string;
    readonly scopes: readonly string[];
    readonly isNotificationOnly: boolean;
    readonly supportsFiles: boolean;
    readonly commandLists: readonly {
      readonly scopes: readonly string[];
      readonly commands: readonly { readonly title: string; readonly description: string }[];
    }[];
  }[];
  readonly permissions: readonly string[];
  readonly validDomains: readonly string[];
}

/**
 * The Teams app manifest, made from the command registry. Schema 1.24 of October 2025: new enough for twelve commands, old
 * enough for every tenant (Microsoft, "App manifest schema for Teams").
 */
export function buildTeamsManifest(commandSpecs: readonly CommandSpec[], options: TeamsManifestOptions): TeamsManifest {
  const scopes = ['personal', 'team', 'groupChat'];
  return {
    $schema: 'https://developer.microsoft.com/json-schemas/teams/v1.24/MicrosoftTeams.schema.json',
    manifestVersion: '1.24',
    version: options.version,
    id: options.appId,
    developer: options.publisher,
    name: { short: 'oob', full: 'oob: out-of-band management of Intel AMT PCs' },
    description: {
      short: 'Power, status and more for PCs, even when they are off',
      full: [
        'Turns Intel AMT computers on and off, tells their state and why, and runs larger jobs over many of them with approvals.',
        'Every action is checked against roles, confirmed on the machine afterwards and kept in a trail.',
        'Mention @oob in a channel, or write to it directly. "@oob help" shows what you may do.',
      ].join(' '),
    },
    icons: { color: 'color.png', outline: 'outline.png' },
    accentColor: '#17624D',
    bots: [
      {
        botId: options.appId,
        scopes,
        isNotificationOnly: false,
        supportsFiles: false,
        commandLists: [{ scopes, commands: offered(commandSpecs).map(menuEntry) }],
      },
    ],
    permissions: ['identity'],
    validDomains: [],
  };
}

/** As many as the menu holds, those that are wanted most before the others, `help` always among them; in the registry's order. */
function offered(commandSpecs: readonly CommandSpec[]): readonly CommandSpec[] {
  const rank = ({ name, featured }: CommandSpec) => (name === 'help' ? 0 : featured ? 1 : 2);
  const chosen = new Set(commandSpecs.toSorted((a, b) => rank(a) - rank(b)).slice(0, limits.commands));
  return commandSpecs.filter((spec) => chosen.has(spec));
}

/** A choice in the menu puts its title behind the mention, so that it must be what is typed. */
function menuEntry({ name, usage, summary }: CommandSpec): { readonly title: string; readonly description: string } {
  const description = usage === '' ? summary : `${summary}: ${name} ${usage}`;
  return { title: name.slice(0, limits.title), description: description.slice(0, limits.description) };
}
