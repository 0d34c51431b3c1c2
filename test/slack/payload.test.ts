import { describe, expect, test } from '@jest/globals';
import { bareCommand, commandInMessage } from '../../adapters/slack/command-text.ts';
import { type Arrival, readPayload } from '../../adapters/slack/payload.ts';
import { readStranger } from '../../adapters/slack/stranger.ts';
import { buttonPress, directMessage, mention, slashCommand } from './payloads.ts';

const listening = { botUserId: 'U0BOT', teamIds: new Set(['T0OURS', 'T0SISTER']) };
const scene = { team: 'T0OURS', user: 'U0ANA', channel: 'C0OPS' };
const foreign = { ...scene, team: 'T0OTHER' };
const url = 'https://hooks.slack.com/commands/1/2/3';
const hello = '<@U0BOT> poweron host42';

const read = (payload: unknown) => readPayload(payload, listening);

function arrival(payload: unknown): Arrival {
  const seen = read(payload);
  if (typeof seen === 'string') throw new Error(`ignored: ${seen}`);
  return seen;
}

describe('who is listened to', () => {
  test('people of our workspaces only', () => {
    expect(read(slashCommand(foreign, 'poweron host42', url))).toBe('foreign workspace');
    expect(read(mention(foreign, hello))).toBe('foreign workspace');
    expect(read(directMessage(foreign, 'poweron host42'))).toBe('foreign workspace');
    expect(read(buttonPress(foreign, '1.1', 'act_1', url))).toBe('foreign workspace');
  });

  test('whoever is turned away is told by workspace, id and what it was, for the trail', () => {
    const stranger = { platform: 'slack', who: 'T0OTHER/U0ANA', why: 'foreign_workspace' };
    const said = { kind: 'command', text: 'poweron host42' };
    expect(readStranger(slashCommand(foreign, 'poweron host42', url))).toEqual({ ...stranger, what: said });
    expect(readStranger(directMessage(foreign, 'poweron host42'))).toEqual({ ...stranger, what: said });
    expect(readStranger(mention(foreign, hello))).toEqual({ ...stranger, what: { ...said, text: hello } });
    expect(readStranger(mention(scene, hello, { user_team: 'T0OTHER' }))).toMatchObject({ who: 'T0OTHER/U0ANA' });
    expect(readStranger(buttonPress(foreign, '1.1', 'act_1', url))).toMatchObject({
      ...stranger,
      what: { kind: 'action', id: 'act_1' },
    });
    expect(readStranger({ user: 'x' })).toBeNull();
    expect(readStranger({})).toMatchObject({ who: '?/?' });
  });

  test('in a channel shared with another company the person counts, not where the app is installed', () => {
    const outsider = { ...mention(scene, hello, { team: 'T0OTHER' }), is_ext_shared_channel: true };
    expect(read(outsider)).toBe('foreign workspace');
    expect(read(mention(scene, hello, { user_team: 'T0OTHER', team: 'T0OURS' }))).toBe('foreign workspace');
    const press = buttonPress(scene, '1.1', 'act_1', url, { user: { id: 'U0EVE', name: 'eve', team_id: 'T0OTHER' } });
    expect(read(press)).toBe('foreign workspace');
  });

  test('in an org-wide installation the account is of the workspace of the person', () => {
    const org = { team: null, enterprise: { id: 'E0ORG' }, is_enterprise_install: true };
    const user = { id: 'U0ANA', username: 'ana', team_id: 'T0SISTER' };
    const expected = { platform: 'slack', tenant: 'T0SISTER', user: 'U0ANA' };
    expect(arrival(buttonPress(scene, '1.1', 'act_1', url, { ...org, user })).account).toEqual(expected);
    expect(arrival(mention(scene, hello, { user_team: 'T0SISTER' })).account).toEqual(expected);
    expect(arrival({ ...slashCommand(scene, 'hosts', url), team_id: 'T0SISTER' }).account).toEqual(expected);
  });

  test('never to bots, least of all ourselves', () => {
    expect(read(mention(scene, hello, { bot_id: 'B0OTHER' }))).toBe('not typed by a person');
    expect(read(mention(scene, hello, { bot_profile: { id: 'B0OTHER' } }))).toBe('not typed by a person');
    expect(read(directMessage({ ...scene, user: 'U0BOT' }, 'poweron host42'))).toBe('not typed by a person');
    expect(read(directMessage(scene, 'poweron host42', { user: undefined }))).toBe('not typed by a person');
  });

  test('not to edits, joins and files', () => {
    const edited = { edited: { user: 'U0ANA', ts: '1.2' } };
    expect(read(mention(scene, hello, edited))).toBe('not typed by a person');
    for (const subtype of ['message_changed', 'message_deleted', 'channel_join', 'file_share', 'bot_message']) {
      expect(read(directMessage(scene, 'poweron host42', { subtype }))).toBe('not typed by a person');
    }
  });

  test('not to what people say to each other in channels', () => {
    expect(read(directMessage(scene, 'poweron host42', { channel_type: 'channel' }))).toBe('not understood');
    expect(read(directMessage(scene, 'poweron host42', { channel_type: 'mpim' }))).toBe('not understood');
  });

  test('not to talk about us: only a mention in front is a command', () => {
    expect(read(mention(scene, 'I asked <@U0BOT> poweroff all yesterday'))).toBe('only mentions us');
  });
});

describe('what arrives', () => {
  test('a private channel and a direct message have no name of their own', () => {
    expect(arrival(slashCommand(scene, 'hosts', url, 'privategroup')).conversation).not.toHaveProperty('name');
    expect(arrival(slashCommand(scene, 'hosts', url)).conversation).toMatchObject({ name: 'it-ops', direct: false });
  });

  test('one press is one key; two people, two buttons or two presses are several', () => {
    const press = buttonPress(scene, '1.1', 'act_1', url);
    const keys = [
      press,
      press,
      buttonPress(scene, '1.1', 'act_1', url),
      buttonPress(scene, '1.1', 'act_2', url),
      buttonPress({ ...scene, user: 'U0BEA' }, '1.1', 'act_1', url),
      buttonPress(scene, '1.2', 'act_1', url),
    ].map((payload) => arrival(payload).key);
    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(5);
  });

  test('a button of an ephemeral message has no address, for Slack cannot edit it', () => {
    const container = { type: 'message', message_ts: '1.1', channel_id: 'C0OPS', is_ephemeral: true };
    expect(arrival(buttonPress(scene, '1.1', 'act_1', url, { container })).what).toMatchObject({ message: null });
  });

  test('only buttons count', () => {
    const actions = [{ type: 'static_select', action_id: 'act_1', action_ts: '1.1' }];
    expect(read(buttonPress(scene, '1.1', 'act_1', url, { actions }))).toBe('no button');
  });

  test.each([
    ['nothing', null],
    ['a list', []],
    ['a slash command without a trigger', { ...slashCommand(scene, 'hosts', url), trigger_id: undefined }],
    ['a slash command with a response_url that is none', slashCommand(scene, 'hosts', 'not an address')],
    ['a press without a message', buttonPress(scene, '1.1', 'act_1', url, { container: { type: 'view' } })],
    ['an event without an id', { ...mention(scene, hello), event_id: '' }],
  ])('%s is not understood, and throws nothing', (_name, payload) => {
    expect(read(payload)).toBe('not understood');
  });
});

describe('the words of a command', () => {
  test.each([
    ['<@U0BOT> poweron host42', 'poweron host42'],
    ['  <@U0BOT|oob>:  poweron host42 ', 'poweron host42'],
    ['<@U0BOT> /oob poweron host42', 'poweron host42'],
    ['<@U0BOT>', ''],
    ['<@U0BOT>\u00a0status\u00a0host1', 'status host1'],
    [
      '<@U0BOT> status <http://pc1.corp.example|pc1.corp.example>,<http://pc2.corp.example>',
      'status pc1.corp.example,http://pc2.corp.example',
    ],
    ['<@U0BOT> alarm <mailto:ana@corp.example|ana@corp.example>', 'alarm ana@corp.example'],
    [
      '<@U0BOT> link <@U0ANA> <@U0BEA|bea> <#C0OPS|it-ops> <!here> <!subteam^S1>',
      'link @U0ANA @bea #it-ops @here @subteam',
    ],
    ['<@U0BOT> why host1 --reason "a &lt;b&gt; &amp;amp; c"', 'why host1 --reason "a <b> &amp; c"'],
  ])('%s', (text, command) => {
    expect(commandInMessage(text, 'U0BOT', true)).toBe(command);
  });

  test('/oob in front is left out, a verb that begins like it is not', () => {
    expect(bareCommand('/oob hosts')).toBe('hosts');
    expect(bareCommand('oob hosts')).toBe('hosts');
    expect(bareCommand('oobleck hosts')).toBe('oobleck hosts');
    expect(bareCommand('hosts oob')).toBe('hosts oob');
  });
});
