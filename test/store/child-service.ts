/** A service of its own for tests that need one to die: `child-service.ts DIRECTORY`. Takes commands as lines, answers as lines. */
import { createInterface } from 'node:readline';
import { createStore } from '../../adapters/store/index.ts';

const say = (word: string): void => {
  process.stdout.write(`${word}\n`);
};
const silent = () => {};

const store = await createStore({
  dataDirectory: process.argv[2] ?? '',
  logger: { debug: silent, info: silent, warn: silent, error: silent },
  onFatal: (error) => {
    say(`fatal ${error.message}`);
    process.exit(3);
  },
});
say('open');
for await (const command of createInterface({ input: process.stdin })) {
  if (command === 'append') {
    await store.trail.append([{ at: new Date(0), kind: 'asked', actor: 'child', requestId: null, data: {} }]);
    say('appended');
  }
  if (command === 'work') {
    await store.queue.work('run', 1, ({ runId }) => {
      say(`working ${runId}`);
      return new Promise(() => {});
    });
    await store.queue.send('run', { runId: 'run_of_child' }, { key: 'run_of_child' });
  }
  if (command === 'close') break;
}
await store.close();
say('closed');
process.exit(0);
