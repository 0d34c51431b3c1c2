import { must, runProgram } from '../ground/program.ts';

/** Packets from a TCP port of an address are dropped, as a firewall does, or pass again. */
export interface Firewall {
  drop(address: string, ports: readonly number[]): Promise<void>;
  open(): Promise<void>;
}

/** Rules before that of local addresses, which therefore moves behind them. Only in a network namespace of our own. */
export function createFirewall(): Firewall {
  const rules: string[][] = [];
  return {
    async drop(address, ports) {
      await must('ip', ['rule', 'add', 'from', 'all', 'lookup', 'local', 'priority', '100']);
      await must('ip', ['rule', 'delete', 'priority', '0']);
      for (const port of ports) {
        const rule = ['from', address, 'ipproto', 'tcp', 'sport', String(port), 'blackhole', 'priority', '10'];
        await must('ip', ['rule', 'add', ...rule]);
        rules.push(rule);
      }
    },
    async open() {
      for (const rule of rules.splice(0)) await must('ip', ['rule', 'delete', ...rule]);
      await must('ip', ['rule', 'add', 'from', 'all', 'lookup', 'local', 'priority', '0']);
      await runProgram('ip', ['rule', 'delete', 'priority', '100']);
    },
  };
}
