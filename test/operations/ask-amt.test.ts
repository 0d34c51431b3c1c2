import { expect, test } from '@jest/globals';
import { askAmt } from '../../src/operations/diagnosis/ask-amt.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { scriptedSession } from './fake-session.ts';

test('what AMT told before it fell silent is kept, and the wait is bounded', async () => {
  const session = scriptedSession({ power: [8] });
  const silent = { ...session, settings: { ...session.settings, read: () => new Promise<never>(() => {}) } };
  expect(await askAmt(silent, createFakeClock(), 20)).toMatchObject({
    powerState: 8,
    amtVersion: '15.0.23',
    linkPolicy: null,
    error: { code: 'no_answer' },
  });
});

test('a mistake of ours is not taken for the device falling silent', async () => {
  const broken = { ...scriptedSession({}), readPower: () => Promise.reject(new TypeError('a bug')) };
  await expect(askAmt(broken, createFakeClock(), 1_000)).rejects.toThrow('a bug');
});
