import { describe, expect, test } from '@jest/globals';
import { buildSlackManifest, slackAppTokenScopes, slackScopes } from '../../manifest/slack.ts';
import { commandSpecs } from '../../src/commands/index.ts';

const socket = buildSlackManifest(commandSpecs, { mode: 'socket' });
const http = buildSlackManifest(commandSpecs, { mode: 'http', publicUrl: 'https://oob.example.org' });

describe('the Slack app manifest', () => {
  test('keeps the limits of Slack (github.com/slackapi/manifest-schema)', () => {
    for (const { display_information: shown, features, oauth_config } of [socket, http]) {
      expect(shown.name.length).toBeLessThanOrEqual(35);
      expect(shown.description?.length).toBeLessThanOrEqual(140);
      expect(shown.long_description?.length).toBeGreaterThanOrEqual(175);
      expect(shown.long_description?.length).toBeLessThanOrEqual(4000);
      expect(shown.background_color).toMatch(/^#[0-9a-f]{6}$/);
      expect(features?.bot_user?.display_name).toMatch(/^[a-z0-9._-]{1,80}$/);
      const [command, ...others] = features?.slash_commands ?? [];
      expect(others).toEqual([]);
      expect(command?.command).toMatch(/^\/\S{1,31}$/);
      expect(command?.description.length).toBeLessThanOrEqual(2000);
      expect(command?.usage_hint?.length).toBeGreaterThan(0);
      expect(command?.usage_hint?.length).toBeLessThanOrEqual(1000);
      const scopes = oauth_config?.scopes?.bot ?? [];
      expect(new Set(scopes).size).toBe(scopes.length);
    }
  });

  test('names every command', () => {
    for (const { name, summary } of commandSpecs) {
      expect(socket.features?.slash_commands?.[0]?.usage_hint).toContain(name);
      expect(socket.display_information.long_description).toContain(summary);
    }
  });

  test('asks for nothing that is not needed, and says what for', () => {
    expect(slackScopes.map(({ scope }) => scope)).toEqual([
      'commands',
      'chat:write',
      'chat:write.public',
      'app_mentions:read',
      'im:history',
      'files:write',
    ]);
    expect(slackAppTokenScopes.map(({ scope }) => scope)).toEqual(['connections:write']);
    for (const { why } of [...slackScopes, ...slackAppTokenScopes]) expect(why).toMatch(/^[A-Z].*\.$/);
    expect(socket.oauth_config?.scopes).toEqual({ bot: slackScopes.map(({ scope }) => scope) });
    expect(socket.settings?.event_subscriptions?.bot_events).toEqual(['app_mention', 'message.im']);
  });

  test('over HTTP Slack is told one address in all three places, in Socket Mode none', () => {
    const address = 'https://oob.example.org/slack/events';
    expect(http.features?.slash_commands?.[0]?.url).toBe(address);
    expect(http.settings).toMatchObject({
      socket_mode_enabled: false,
      interactivity: { is_enabled: true, request_url: address },
      event_subscriptions: { request_url: address },
    });
    expect(socket.settings?.socket_mode_enabled).toBe(true);
    expect(JSON.stringify(socket)).not.toContain('http');
  });

  test('people may write to the bot directly', () => {
    expect(socket.features?.app_home).toMatchObject({
      messages_tab_enabled: true,
      messages_tab_read_only_enabled: false,
    });
  });
});
