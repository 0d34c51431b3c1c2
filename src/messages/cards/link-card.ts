import type { Account } from '../../ports/chat.ts';
import type { View } from '../view.ts';

const platformNames = { console: 'console', slack: 'Slack', teams: 'Teams' } as const;

/** The code, shown only to the account that asked for it. */
export function linkCodeCard(code: string, minutes: number): View {
  return {
    tone: 'neutral',
    outcome: 'done',
    title: `Your code is ${code}`,
    text: [
      'Where you are known already, type ',
      { code: `/oob link ${code}` },
      ` within ${minutes} minutes. Tell it to nobody else: whoever types it gives this account their rights.`,
    ],
  };
}

/** What was linked, shown to the person who gave their rights to it. */
export function linkedCard(account: Account, displayName: string): View {
  const platform = platformNames[account.platform];
  return {
    tone: 'good',
    outcome: 'done',
    title: `${displayName} on ${platform} is you now`,
    text: [
      'It has your roles from now on, and counts as you: it cannot approve what you ask for. Not yours? ',
      { code: `/oob unlink ${account.platform}` },
    ],
    context: `${account.tenant}/${account.user}`,
  };
}
