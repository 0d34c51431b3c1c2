/**
 * A runner in a process of its own, for tests that need one to die: `child-runner.ts DATABASE_URL DIRECTORY AHEAD_MS BEHAVIOUR`.
 * Its clock is AHEAD_MS ahead. Every PC is `down` (unreachable), `up`, or `hangs` in mid-command. Says a line for each attempt.
 */
import { createStore } from '../../adapters/store/index.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { AmtError } from '../../src/ports/amt.ts';
import { createRunner } from '../../src/runs/runner.ts';
import { newId } from '../../src/runtime/new-id.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { scriptedSession } from '../operations/fake-session.ts';
import { operationsWith } from '../operations/perform.ts';

const [databaseUrl = '', dataDirectory = '', aheadMs = '0', behaviour = 'down'] = process.argv.slice(2);
const say = (line: string) => void process.stdout.write(`${line}\n`);
const silent = () => {};
const logger = {
  debug: silent,
  info: silent,
  warn: silent,
  error: (fields: object) => say(`error ${JSON.stringify(fields)}`),
};
const clock = { ...systemClock, now: () => new Date(Date.now() + Number(aheadMs)) };
const store = await createStore({ databaseUrl, dataDirectory, logger, onFatal: () => process.exit(3) });

const powerOn: Operation = {
  name: 'power-on',
  exclusive: true,
  async perform({ device, session, interrupted, signal }) {
    say(`attempt ${device.name}${interrupted ? ' interrupted' : ''}`);
    if (behaviour === 'hangs') await new Promise((_, reject) => signal.addEventListener('abort', reject));
    if (behaviour === 'down') throw new AmtError('unreachable', ['nothing came back']);
    const { state } = await session.readPower();
    return {
      status: 'ok',
      code: 'done',
      evidence: [],
      facts: {},
      report: null,
      powerState: state,
      amtVersion: null,
    };
  },
};
const runner = createRunner({
  store,
  gateway: { withDevice: (_endpoint, work) => work(scriptedSession({})), close: async () => {} },
  operations: { ...operationsWith(), 'power-on': powerOn },
  auditCredentialOf: () => null,
  clock,
  logger,
  workerId: newId('wrk'),
  soleWorker: false,
  limits: { total: 10, perSite: 10, verifyMs: 1_000 },
  onProgress: silent,
  startRequest: async () => {},
});
await runner.start();
say('ready');
