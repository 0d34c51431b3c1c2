import { isCommandAllowed } from './allowed.ts';
import { answering, type Command } from './command-spec.ts';

/** `whoami`: who the service takes you for, and what you may do here. */
export const whoami: Command = {
  name: 'whoami',
  summary: 'Show who you are here and what your roles allow',
  usage: '',
  words: { least: 0, most: 0 },
  options: [],
  examples: ['whoami'],
  risk: 'read',
  operations: [],
  read: answering(async ({ principal, policy, conversation, commands }) => {
    const may = commands.filter((command) => isCommandAllowed(command, principal, policy, conversation));
    const decides = policy.roles
      .filter((role) => principal.roles.includes(role.id))
      .flatMap((role) => role.approve.flatMap((grant) => grant.operations));
    return {
      ok: true,
      view: {
        tone: 'neutral',
        title: `You are ${principal.name} (${principal.id})`,
        facts: [
          { label: 'Roles', value: principal.roles.join(', ') || 'none' },
          { label: 'You may here', value: may.map((command) => command.name).join(', ') },
          { label: 'You may approve', value: [...new Set(decides)].join(', ') || 'nothing' },
          { label: 'Accounts', value: principal.accounts.map((account) => account.platform).join(', ') },
        ],
      },
    };
  }),
};
