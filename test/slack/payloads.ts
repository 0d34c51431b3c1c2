/** What Slack sends, as its documentation shows it (docs.slack.dev: slash commands, block_actions, app_mention, message.im). */

let serial = 0;

function next(prefix: string): string {
  serial += 1;
  return `${prefix}${String(serial).padStart(9, '0')}`;
}

/** Who acts and where. */
export interface Scene {
  readonly team: string;
  readonly user: string;
  readonly channel: string;
}

/** Fields of a slash command. */
export function slashCommand(
  scene: Scene,
  text: string,
  responseUrl: string,
  channelName = 'it-ops',
): Record<string, string> {
  return {
    token: 'verification-token',
    team_id: scene.team,
    team_domain: 'emulate',
    channel_id: scene.channel,
    channel_name: channelName,
    user_id: scene.user,
    user_name: 'operator',
    command: '/oob',
    text,
    api_app_id: 'A000000001',
    is_enterprise_install: 'false',
    response_url: responseUrl,
    trigger_id: `${next('13')}.${next('78')}.deadbeef`,
  };
}

/** An Events API delivery around an event. */
function eventCallback(scene: Scene, event: Record<string, unknown>): Record<string, unknown> {
  return {
    token: 'verification-token',
    team_id: scene.team,
    api_app_id: 'A000000001',
    type: 'event_callback',
    event_id: next('Ev'),
    event_time: 1_795_424_658,
    authorizations: [
      { enterprise_id: null, team_id: scene.team, user_id: 'U0BOT', is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
    event,
  };
}

/** `app_mention` with text as Slack marks it up. */
export function mention(scene: Scene, text: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const ts = `1795424658.${next('')}`;
  return eventCallback(scene, {
    type: 'app_mention',
    user: scene.user,
    team: scene.team,
    text,
    ts,
    event_ts: ts,
    channel: scene.channel,
    ...more,
  });
}

/** A message in the direct messages with the app. */
export function directMessage(scene: Scene, text: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const ts = `1795424658.${next('')}`;
  return eventCallback(scene, {
    type: 'message',
    channel_type: 'im',
    user: scene.user,
    team: scene.team,
    text,
    ts,
    event_ts: ts,
    channel: scene.channel,
    ...more,
  });
}

/** A pressed button. */
export function buttonPress(
  scene: Scene,
  messageTs: string,
  actionId: string,
  responseUrl: string,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    type: 'block_actions',
    user: { id: scene.user, username: 'approver', name: 'approver', team_id: scene.team },
    api_app_id: 'A000000001',
    token: 'verification-token',
    container: { type: 'message', message_ts: messageTs, channel_id: scene.channel, is_ephemeral: false },
    trigger_id: `${next('13')}.${next('78')}.deadbeef`,
    team: { id: scene.team, domain: 'emulate' },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: scene.channel, name: 'it-ops' },
    message: { type: 'message', ts: messageTs, text: 'shown' },
    state: { values: {} },
    response_url: responseUrl,
    actions: [
      {
        action_id: actionId,
        block_id: 'b1',
        text: { type: 'plain_text', text: 'Approve', emoji: false },
        type: 'button',
        action_ts: `1795424700.${next('')}`,
      },
    ],
    ...more,
  };
}
