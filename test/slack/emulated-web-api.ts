import { createEmulator } from 'emulate';
import { slackScopes } from '../../manifest/slack.ts';

/** A JSON object that came over the wire. */
export type Json = Readonly<Record<string, unknown>>;

/** Tokens and ids of the workspace that the emulator is seeded with. */
export const workspace = {
  team: 'T000000001',
  botToken: 'xoxb-test-token',
  appToken: 'xapp-test-token',
  signingSecret: 'test-signing-secret',
  botUserId: 'U0BOT00001',
} as const;

const observerToken = 'xoxp-observer';

/** Slack's Web API of npm `emulate` on 127.0.0.1. The bot's token has no more scopes than our manifest asks for. */
export async function startEmulatedWebApi() {
  const emulator = await createEmulator({
    service: 'slack',
    port: 0,
    seed: {
      slack: {
        strict_scopes: true,
        users: [{ name: 'operator' }, { name: 'approver' }],
        channels: [{ name: 'it-ops' }, { name: 'kept-apart', is_private: true }],
        oauth_apps: [
          {
            client_id: '1',
            client_secret: 'x',
            name: 'oob',
            redirect_uris: [],
            bot_user_id: workspace.botUserId,
            bot_name: 'oob',
            scopes: [],
          },
        ],
        tokens: [
          { token: workspace.botToken, user: 'oob', scopes: slackScopes.map(({ scope }) => scope) },
          { token: observerToken, user: 'oob' },
        ],
      },
    },
  });
  const address = emulator.url.replace('localhost', '127.0.0.1');

  const ask = async (method: string, params: Record<string, string>): Promise<Json> => {
    const response = await fetch(`${address}/api/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${observerToken}` },
      body: new URLSearchParams(params),
    });
    return JSON.parse(await response.text());
  };

  const list = async (method: string, params: Record<string, string>, field: string): Promise<Json[]> => {
    const answer = await ask(method, params);
    const items = answer[field];
    if (!Array.isArray(items)) throw new Error(`${method}: ${JSON.stringify(answer)}`);
    return items;
  };

  const users = await list('users.list', {}, 'members');
  const channels = await list('conversations.list', { types: 'public_channel,private_channel' }, 'channels');
  const idOf = (items: Json[], name: string): string => String(items.find((item) => item.name === name)?.id ?? name);
  const channel = idOf(channels, 'it-ops');
  await ask('conversations.join', { channel });

  return {
    address,
    /** How it names itself in what it answers. */
    ownName: emulator.url,
    operator: idOf(users, 'operator'),
    approver: idOf(users, 'approver'),
    channel,
    /** A call by somebody who may do everything. */
    ask,
    /** As `ask`, for the list that the answer holds under `field`. */
    list,
    close: (): Promise<void> => emulator.close(),
  };
}

/** The emulator as `startEmulatedWebApi` makes it. */
export type EmulatedWebApi = Awaited<ReturnType<typeof startEmulatedWebApi>>;
