import { describe, expect, test } from '@jest/globals';
import { commandSpecs } from '../../src/commands/index.ts';
import { schedule } from '../../src/commands/schedules/schedule.ts';
import { parseCommand } from '../../src/router/parse.ts';
import { createGround, olga, scheduleOf } from '../schedule/ground.ts';

/** What olga is answered when she types it. */
async function answerTo(text: string, decision?: unknown) {
  const ground = createGround();
  if (decision) ground.decides(decision);
  await ground.add({ id: 'patch-tuesday' });
  const parsed = parseCommand(text, commandSpecs);
  if (!parsed.ok) throw new Error(text);
  const { words, options } = parsed.command;
  const meaning = schedule.read(words, options, { now: ground.now(), timeZone: 'UTC' });
  if (meaning.kind !== 'answer') throw new Error(meaning.kind);
  // Only what this command looks at.
  const people = { nameOf: (id: string) => id.toUpperCase() };
  const { conversation } = scheduleOf();
  const context = { schedules: ground.room, principal: olga, people, conversation, words, options };
  return meaning.answer(context as unknown as Parameters<typeof meaning.answer>[0]);
}

describe('what a schedule asks of people at each due time', () => {
  const add = 'schedule add night2 "0 3 * * *" poweron site:lyon --tz UTC';
  test.each([
    [{ verdict: 'allow' }, undefined],
    [{ verdict: 'confirm' }, expect.stringContaining('before its owner confirms it')],
    [{ verdict: 'approve', needed: 2, approvers: ['lea', 'lou'] }, expect.stringContaining('before 2 of LEA and LOU')],
  ])('is the verdict of the policy: %j', async (decision, text) => {
    const added = await answerTo(add, decision);
    expect(added.ok && added.view?.text).toEqual(text);
  });
});

describe('a name that is no schedule', () => {
  test.each([
    ['schedule show patch-tusday', 'schedule show patch-tuesday'],
    ['schedule remove patchtuesday', 'schedule remove patch-tuesday'],
    ['schedule run now patch-tuseday', 'schedule run now patch-tuesday'],
    [
      'schedule pause patch-tusday --reason "moving the house"',
      'schedule pause patch-tuesday --reason "moving the house"',
    ],
  ])('%s: the one that was meant is offered', async (text, suggestion) => {
    expect(await answerTo(text)).toMatchObject({ ok: false, code: 'no_such_schedule', suggestion });
    expect(parseCommand(suggestion, commandSpecs).ok).toBe(true);
  });
  test('nothing is offered where none is near', async () => {
    expect(await answerTo('schedule show xyz')).toEqual({ ok: false, code: 'no_such_schedule', details: ['`xyz`'] });
  });
});
