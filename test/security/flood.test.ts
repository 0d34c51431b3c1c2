import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { person, policy } from '../support/fixtures.ts';
import { account, createGround, pc, refusedWith, toNextHourMs } from './ground.ts';

const most = 20;
const flood = 200;
const mallory = account('console', 'mallory');
const otto = account('console', 'otto');
const stranger = account('slack', 'U1STRANGER');

let ground: Awaited<ReturnType<typeof createGround>>;
beforeAll(async () => {
  ground = await createGround({
    people: [person('mallory', 'operator'), person('otto', 'operator'), person('lea', 'lead')],
    inventory: [...Array(flood).keys()].map((n) => pc(`host${n}`)),
    policy: { ...policy, limits: { ...policy.limits, requestsPerHour: most } },
  });
  ground.rules.aheadMs = toNextHourMs();
}, 60_000);
afterAll(() => ground?.close());

const codesOf = (entries: Awaited<ReturnType<typeof ground.trail>>, kind: string, actor: string) =>
  entries.filter((entry) => entry.kind === kind && entry.actor === actor).map(({ data }) => data.code);

test('200 commands at once: as many as an hour allows are taken, the others refused, each in the trail', async () => {
  const answers = await Promise.all(
    Array.from({ length: flood }, (_, n) => ground.does(mallory, { say: `poweroff host${n}` })),
  );
  const refused = answers.flat().map(({ context }) => context);
  expect(refused).toEqual(Array.from({ length: flood - most }, () => 'too_many_requests'));
  const trail = await ground.trail();
  expect(codesOf(trail, 'asked', 'mallory')).toHaveLength(most);
  expect(codesOf(trail, 'refused', 'mallory')).toEqual(refused);
  expect(await ground.store.requests.waiting(1_000)).toHaveLength(most);
  expect(ground.conversations).toEqual([]);
});

test('while the one is refused the other is served', async () => {
  const { state } = await ground.asks(otto, 'poweroff host1');
  expect(state).toBe('waiting');
  expect(await ground.attack(() => ground.does(mallory, { say: 'status host1' }))).toEqual(
    refusedWith('too_many_requests', 'mallory'),
  );
});

test('what was withdrawn counts too', async () => {
  const [mine] = (await ground.store.requests.waiting(1_000)).filter(({ requester }) => requester === 'mallory');
  await ground.does(mallory, { press: mine?.actions.withdraw ?? '' });
  expect(await ground.attack(() => ground.does(mallory, { say: 'poweroff host1' }))).toEqual(
    refusedWith('too_many_requests', 'mallory'),
  );
});

test('the same command delivered 200 times at once is one request', async () => {
  const before = (await ground.store.requests.latest(1_000)).length;
  const answers = await Promise.all(
    Array.from({ length: flood }, () => ground.does(otto, { say: 'poweroff host2' }, { key: 'delivered-again' })),
  );
  expect(answers.flat()).toEqual([]);
  expect((await ground.store.requests.latest(1_000)).length).toBe(before + 1);
});

const floodsOf = (entries: Awaited<ReturnType<typeof ground.trail>>, actor: string) =>
  entries
    .filter((entry) => entry.kind === 'refused_flood' && entry.actor === actor)
    .map(({ data }) => [data.state, data.refused, data.entered]);

test('200 commands of an unknown account do nothing: 20 entries, one that says the rest is counted, and the count', async () => {
  const answers = await Promise.all(
    Array.from({ length: flood }, (_, n) => ground.does(stranger, { say: `poweroff host${n}` })),
  );
  expect(answers.flat().map(({ context }) => context)).toEqual(Array(flood).fill('unknown_person'));
  const name = 'slack:home/U1STRANGER';
  expect(codesOf(await ground.trail(), 'refused', name)).toHaveLength(20);
  expect(floodsOf(await ground.trail(), name)).toEqual([['begun', 21, 20]]);
});

test('300 clicks of 300 unknown accounts do nothing: 200 entries in all, then a count of all strangers', async () => {
  const before = (await ground.trail()).length;
  await Promise.all(
    Array.from({ length: 300 }, (_, n) => ground.does(account('teams', `guest-${n}`), { press: `act_${n}` })),
  );
  const entries = (await ground.trail()).slice(before);
  // 20 of this hour were the other stranger's.
  expect(entries.filter(({ kind }) => kind === 'click_refused')).toHaveLength(180);
  expect(entries).toHaveLength(181);
  expect(floodsOf(entries, 'strangers')).toEqual([['begun', flood + 181, 200]]);
});

test('somebody who is known still gets an entry each meanwhile', async () => {
  expect(await ground.attack(() => ground.does(otto, { press: 'act_none' }))).toEqual(
    refusedWith('button_gone', 'otto', 'click_refused'),
  );
});

test('when the hour is over the trail has how many there were; a second process writes it no second time', async () => {
  const later = new Date(Date.now() + 2 * 60 * 60_000);
  const before = (await ground.trail()).length;
  const written = await Promise.all([1, 2, 3].map(() => ground.store.refusals.endHours(later)));
  expect(written.sort()).toEqual([0, 0, 2]);
  const entries = (await ground.trail()).slice(before);
  expect(floodsOf(entries, 'slack:home/U1STRANGER')).toEqual([['ended', flood, 20]]);
  expect(floodsOf(entries, 'strangers')).toEqual([['ended', flood + 300, 200]]);
});

test('guessed link codes: after five wrong ones no more are looked up', async () => {
  const codes: (string | undefined)[] = [];
  for (const n of Array(8).keys()) codes.push((await ground.does(otto, { say: `link AAAA-AA${22 + n}` }))[0]?.context);
  expect(codes).toEqual([...Array(5).fill('no_such_code'), ...Array(3).fill('too_many_requests')]);
  expect(codesOf(await ground.trail(), 'refused', 'otto').slice(-8)).toEqual(codes);
});

test('after all of this no PC was talked to and nothing broke', async () => {
  expect(ground.conversations).toEqual([]);
  expect((await ground.trail()).filter(({ kind }) => kind === 'run_started')).toEqual([]);
  expect(ground.logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
});
