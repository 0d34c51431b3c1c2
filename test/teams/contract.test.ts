import type { Account } from '../../src/ports/chat.ts';
import { type ChatHarness, describeChatAdapter } from '../contract/chat-contract.ts';
import { seeCard } from './card-look.ts';
import { approver, createTeamsBot, operator, type TeamsBot, tenant } from './teams-bot.ts';
import { createTeamsPlatform, type TeamsPerson, type TeamsPlatform } from './teams-platform.ts';

describeChatAdapter('teams', createHarness);

function createHarness(): ChatHarness {
  let platform: TeamsPlatform;
  let bot: TeamsBot;

  const deliver = async (activity: object, times = 1): Promise<void> => {
    for (let time = 0; time < times; time++) {
      const response = await bot.deliver(activity);
      if (!response.ok) throw new Error(`Teams was answered ${response.status}`);
      await response.text();
    }
  };

  return {
    people: { operator: accountOf(operator), approver: accountOf(approver) },
    ways: ['mention', 'command', 'direct'],
    faults: [
      'rate_limited',
      'rate_limited_untimed',
      'server_error',
      'connection_reset',
      'message_gone',
      'channel_gone',
    ],
    privateAnswers: false,
    async start(onInvocation) {
      platform = await createTeamsPlatform();
      platform.addPerson(operator);
      platform.addPerson(approver);
      bot = await createTeamsBot(platform);
      await bot.adapter.start(onInvocation);
      return bot.adapter;
    },
    async stop() {
      await bot.close();
      await platform.close();
    },
    sendCommand(text, who, { way = 'mention', times } = {}) {
      const typed = way === 'command' ? `/oob ${text}` : text;
      return deliver(bot.typed(personOf(who), typed, way === 'direct' ? 'chat' : 'channel'), times);
    },
    click(actionId, messageId, who, { times } = {}) {
      const message = platform.posted.find(({ id }) => id === messageId);
      if (message === undefined || !seeCard(message.card).actions.some(({ id }) => id === actionId)) {
        throw new Error(`no message ${messageId} has a button ${actionId}`);
      }
      return deliver(bot.pressed(personOf(who), actionId, messageId, message.conversationId), times);
    },
    async messages() {
      return platform.posted.map(({ id, card, thread, pings }) => ({
        id,
        thread,
        pings,
        private: false,
        ...seeCard(card),
      }));
    },
    failNext: (fault) => platform.failNext(fault),
  };
}

function accountOf(person: TeamsPerson): Account {
  return { platform: 'teams', tenant, user: person.aadObjectId ?? '' };
}

function personOf(account: Account): TeamsPerson {
  const person = [operator, approver].find(({ aadObjectId }) => aadObjectId === account.user);
  if (person === undefined) throw new Error('nobody has this account');
  return person;
}
