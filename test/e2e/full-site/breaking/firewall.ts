import { isInside } from '../ground/own-space.ts';
import { must } from '../ground/program.ts';

/** Packets from TCP ports of addresses are dropped, as a firewall does, or pass again. */
export interface Firewall {
  /** `addresses` as `ip` takes them, such as 127.24.190.0/24. */
  drop(addresses: string, ports: readonly number[]): Promise<void>;
  open(): Promise<void>;
}

/** Rules before that of local addresses, which therefore moves behind them. Only in a network namespace of our own. */
export function createFirewall(): Firewall {
  const local = ['from', 'all', 'lookup', 'local', 'priority'];
  const rules: string[][] = [];
  return {
    async drop(addresses, ports) {
      if (!isInside) throw new Error('not on the network of this machine');
      await must('ip', ['rule', 'add', ...local, '100']);
      await must('ip', ['rule', 'delete', 'priority', '0']);
      for (const port of ports) {
        const rule = ['from', addresses, 'ipproto', 'tcp', 'sport', String(port), 'blackhole', 'priority', '10'];
        await must('ip', ['rule', 'add', ...rule]);
        rules.push(rule);
      }
    },
    async open() {
      for (const rule of rules.splice(0)) await must('ip', ['rule', 'delete', ...rule]);
      await must('ip', ['rule', 'add', ...local, '0']);
      await must('ip', ['rule', 'delete', 'priority', '100']);
    },
  };
}
