import type { webApi } from '@slack/bolt';
import type { CommandSpec } from '../src/commands/command-spec.ts';

/** A Slack app manifest. */
type SlackManifest = webApi.AppsManifestCreateArguments['manifest'];

/** A permission that we ask for, and what for. */
interface ScopeWithReason {
  readonly scope: NonNullable<NonNullable<NonNullable<SlackManifest['oauth_config']>['scopes']>['bot']>[number];
  readonly why: string;
}

/** Every scope of the bot token. The README's table is made from this; nothing is asked for that no code needs. */
export const slackScopes: readonly ScopeWithReason[] = [
  { scope: 'commands', why: 'Receive `/oob`.' },
  { scope: 'chat:write', why: 'Post and edit messages, and answer one person only.' },
  { scope: 'chat:write.public', why: 'Answer `/oob` in a public channel that nobody invited the bot to.' },
  {
    scope: 'app_mentions:read',
    why: 'Receive `@oob ...`, which also works in threads, where Slack has no slash commands.',
  },
  { scope: 'im:history', why: 'Receive commands in direct messages with the bot.' },
  {
    scope: 'files:write',
    why: 'Put pictures into messages, and long lists and CSV files into the thread of their message.',
  },
];

/** Scopes of the app-level token. Socket Mode only; made by hand in the app's settings. */
export const slackAppTokenScopes: readonly { readonly scope: string; readonly why: string }[] = [
  { scope: 'connections:write', why: 'Open the connection over which Slack sends (Socket Mode).' },
];

/** How Slack reaches the service; with `http` at `<publicUrl>/slack/events`, an https address without a slash at its end. */
export type SlackManifestMode = { readonly mode: 'socket' } | { readonly mode: 'http'; readonly publicUrl: string };

/**
 * The Slack app manifest, made from the command registry: paste it at api.slack.com/apps, "From a manifest"
 * (docs.slack.dev, "App manifest reference").
 */
export function buildSlackManifest(commandSpecs: readonly CommandSpec[], transport: SlackManifestMode): SlackManifest {
  const address = transport.mode === 'http' ? `${transport.publicUrl}/slack/events` : null;
  return {
    display_information: {
      name: 'oob',
      description: 'Out-of-band management of Intel AMT (vPro) PCs from chat',
      long_description: longDescription(commandSpecs),
      background_color: '#1f2a44',
    },
    features: {
      app_home: { home_tab_enabled: false, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: 'oob', always_online: true },
      slash_commands: [
        {
          command: '/oob',
          description: 'Power, status and more for PCs, even when they are off',
          usage_hint: usageHint(commandSpecs),
          // Host names would arrive as links otherwise.
          should_escape: false,
          ...(address === null ? {} : { url: address }),
        },
      ],
    },
    oauth_config: { scopes: { bot: slackScopes.map(({ scope }) => scope) } },
    settings: {
      event_subscriptions: {
        bot_events: ['app_mention', 'message.im'],
        ...(address === null ? {} : { request_url: address }),
      },
      interactivity: { is_enabled: true, ...(address === null ? {} : { request_url: address }) },
      org_deploy_enabled: false,
      socket_mode_enabled: address === null,
      token_rotation_enabled: false,
    },
  };
}

/** Slack's limits for the hint beside a command, and for the description of an app. */
const longestHint = 1_000;
const longestDescription = 4_000;

/** The first text that has room; the last one cut off where none has. */
const fitting = (texts: readonly string[], longest: number): string =>
  texts.find(({ length }) => length <= longest) ?? (texts.at(-1) ?? '').slice(0, longest);

/** Every verb with what follows it; where that is too long, with the first word of it. */
function usageHint(commands: readonly CommandSpec[]): string {
  const hints = (usageOf: (usage: string) => string) =>
    commands.map(({ name, usage }) => `${name} ${usageOf(usage)}`.trim()).join(' | ');
  return fitting([hints((usage) => usage), hints((usage) => /^[^ |[\]]*/.exec(usage)?.[0] ?? '')], longestHint);
}

/** What each command is for; with what follows its verb, as far as that has room. */
function longDescription(commands: readonly CommandSpec[]): string {
  const described = (usageOf: (usage: string) => string) =>
    [
      'Turns Intel AMT computers on and off, tells their state and why, and runs larger jobs over many of them with approvals.',
      'Every action is checked against roles, confirmed on the machine afterwards and kept in a trail.',
      ...commands.map(({ name, usage, summary }) => `/oob ${`${name} ${usageOf(usage)}`.trim()}: ${summary}`),
    ].join('\n');
  return fitting([described((usage) => usage), described(() => '')], longestDescription);
}
