import type { View } from '../../src/messages/view.ts';
import type { ChatAdapter, Invocation, MessageAddress, OnInvocation } from '../../src/ports/chat.ts';

/** A stand-in for the core with a few commands whose conversations are written down. */
export interface ScriptedCore {
  readonly onInvocation: OnInvocation;
  /** Everything that arrived, oldest first. */
  readonly invocations: readonly Invocation[];
  /** Lets a command that waits for it go on (`poweron`). */
  goOn(): void;
  /** Resolves when all that was begun has been said. */
  settled(): Promise<void>;
}

/** The card of a request that waits for an approval. */
function waitingCard(approve: string, deny: string): View {
  return {
    tone: 'warning',
    outcome: 'waiting',
    title: 'Plan: power off of host42. Needs 1 approval',
    facts: [
      { label: 'PCs', value: 'host42' },
      { label: 'Reason', value: 'fire drill' },
      { label: 'May approve', value: 'Approver' },
      { label: 'Expires', value: '14:30 CET' },
    ],
    actions: [
      { id: approve, label: 'Approve', style: 'primary' },
      { id: deny, label: 'Deny', style: 'danger' },
      { id: 'act_withdraw', label: 'Withdraw', style: 'default' },
    ],
    context: 'req_8f2k · asked by Operator',
  };
}

/** Makes the core. `adapter` is asked each time: it is made with the core, and may be started anew. */
export function createScriptedCore(adapter: () => ChatAdapter): ScriptedCore {
  const invocations: Invocation[] = [];
  const running = new Set<Promise<void>>();
  let permits = 0;
  let wake: () => void = () => {};
  let waiting: { readonly address: MessageAddress } | null = null;

  const pause = async (): Promise<void> => {
    while (permits === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    permits--;
  };

  const command = async (invocation: Invocation, text: string): Promise<void> => {
    const { conversation, respond } = invocation;
    const [verb, target] = text.split(' ');
    if (verb === 'poweron' && target === 'site:madrid') {
      const address = await adapter().post(conversation, running100(0, 0));
      await pause();
      await adapter().update(address, running100(61, 2));
      await pause();
      await adapter().update(address, ended100);
      await adapter().post(conversation, inThread, address);
    } else if (verb === 'poweron') {
      const id = `req_1 · asked by ${invocation.displayName}`;
      const address = await adapter().post(conversation, {
        tone: 'working',
        outcome: 'working',
        title: `${target}: planned power on`,
        context: id,
      });
      await pause();
      await adapter().update(address, {
        tone: 'working',
        outcome: 'working',
        title: `${target} (madrid): waking ...`,
        context: id,
      });
      await pause();
      await adapter().update(address, {
        tone: 'good',
        outcome: 'done',
        title: `${target} is on, verified after 2.1 s (was off; AMT 15.0; TLS)`,
        context: id,
      });
    } else if (verb === 'poweroff') {
      waiting = { address: await adapter().post(conversation, waitingCard('act_approve', 'act_deny')) };
    } else if (verb === 'reset') {
      await adapter().post(conversation, {
        tone: 'bad',
        outcome: 'some_failed',
        title: 'host17 did not restart',
        text: 'AMT accepted the command, but the PC stayed dark.',
        facts: [{ label: 'Seen', value: 'power 8 (off) three times' }],
        context: 'stayed_dark',
      });
    } else if (verb === 'crash') {
      throw new Error('the password of the database is hunter2');
    } else if (verb === 'help') {
      await respond(helpCard);
    } else {
      await respond({
        tone: 'warning',
        outcome: 'refused',
        title: `There is no ${verb}. Did you mean /oob poweron host42?`,
        actions: [{ id: 'act_run', label: 'Run it', style: 'primary' }],
        context: 'unknown_command',
      });
    }
  };

  const press = async (invocation: Invocation, action: string): Promise<void> => {
    if (action === 'act_approve' && invocation.account.user === 'operator') {
      await invocation.respond({
        tone: 'warning',
        outcome: 'refused',
        title: 'You asked for this yourself; another person must decide.',
        text: 'Ask one of the approvers.',
        context: 'own_request',
      });
    } else if (action === 'act_approve' && waiting !== null) {
      await adapter().update(waiting.address, {
        tone: 'good',
        outcome: 'done',
        title: 'host42 is off, verified after 3.4 s (was on; AMT 15.0; TLS)',
        context: 'req_8f2k · asked by Operator · approved by Approver, 14:02 CET',
      });
    } else if (action === 'act_run') {
      await command(invocation, 'poweron host42');
    }
  };

  return {
    invocations,
    onInvocation: async (invocation) => {
      invocations.push(invocation);
      const { what } = invocation;
      if (what.kind === 'command' && what.text === 'crash') return command(invocation, what.text);
      const work = what.kind === 'command' ? command(invocation, what.text) : press(invocation, what.id);
      running.add(work);
      void work.finally(() => running.delete(work));
    },
    goOn: () => {
      permits++;
      wake();
    },
    settled: async () => {
      await Promise.all(running);
    },
  };
}

function running100(done: number, failed: number): View {
  return {
    tone: 'working',
    outcome: 'working',
    title: `Waking 100 PCs in madrid: ${done} on${failed > 0 ? `, ${failed} failed` : ''}`,
    progress: { total: 100, done, failed, waitingFor: `${100 - done - failed} more PCs` },
    actions: [
      {
        id: 'act_stop',
        label: 'Stop',
        style: 'danger',
        confirm: { title: 'Stop the run?', text: 'PCs that are not woken yet stay off.', yes: 'Stop it', no: 'Go on' },
      },
    ],
    context: 'req_9a1c · asked by Operator',
  };
}

const ended100: View = {
  tone: 'warning',
  outcome: 'some_failed',
  title: '95 of 100 PCs on, verified, 5 failed. 41 s',
  text: '3 × AMT refused the user name or password.\n2 × The PC did not answer on the network.',
  progress: { total: 100, done: 95, failed: 5 },
  table: {
    columns: ['PC', 'Site', 'Cause'],
    rows: [
      ['host17', 'madrid', 'wrong_credentials'],
      ['host18', 'madrid', 'wrong_credentials'],
      ['host31', 'madrid', 'wrong_credentials'],
      ['host77', 'madrid', 'unreachable'],
      ['host90', 'madrid', 'unreachable'],
    ],
  },
  actions: [{ id: 'act_retry', label: 'Retry 5', style: 'default' }],
  context: 'req_9a1c · asked by Operator',
  attachment: {
    name: 'req_9a1c.csv',
    mediaType: 'text/csv',
    content: `name,site,code\n${Array.from({ length: 100 }, (_, at) => `host${at},madrid,done`).join('\n')}\n`,
  },
};

const inThread: View = {
  tone: 'bad',
  title: '5 PCs need a look',
  text: ['For the evidence of one of them: ', { code: '/oob status host77' }],
};

const helpCard: View = {
  tone: 'neutral',
  title: 'What you may do here',
  text: ['Targets: ', { code: 'host42' }, ', ', { code: 'lab-*' }, ', ', { code: 'site:madrid' }],
  table: {
    columns: ['Command', 'What it does'],
    rows: [
      ['/oob poweron TARGETS', 'Turn PCs on and look whether they really came on'],
      ['/oob poweroff TARGETS', 'Turn PCs off, hard, after somebody approved'],
      ['/oob status TARGETS', 'Ask PCs how they are'],
      ['/oob whoami', 'Show who you are to this service'],
    ],
  },
  context: '/oob help COMMAND tells more',
};
