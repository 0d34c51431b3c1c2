import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readTrail, storyOf, withStore } from './site/kept.ts';
import { isEnd, outcomeOf, type Shown } from './site/person.ts';
import { createSite, type Site } from './site/site.ts';

/** What is wrong with whom in madrid, and how it shows; null: mastered, the PC comes on. */
const odd: Readonly<Record<string, readonly [fault: string, code: string | null]>> = {
  host2: ['dark', 'stayed_dark'],
  host3: ['wrong-password', 'wrong_credentials'],
  host4: ['unreachable', 'unreachable'],
  host5: ['expired-certificate', 'certificate_expired'],
  host6: ['changed-certificate', 'certificate_changed'],
  host7: ['not-provisioned', 'not_provisioned'],
  host8: ['empty-400:power', 'device_overloaded'],
  host9: ['asleep-me', null],
  host15: ['busy-once', null],
  host10: ['drop-mid-reply:power', null],
  host11: ['modern-standby:idle', null],
  host12: ['tls10-only', null],
  host13: ['nonce-reset', null],
  host14: ['empty-400', null],
  host16: ['slow:300', null],
  host17: ['drop-mid-reply', null],
};
const failing = Object.entries(odd).flatMap(([name, [, code]]) => (code === null ? [] : [{ name, code }]));
const devices = 40;
const textOf = ({ view: { text = '' } }: Shown) =>
  typeof text === 'string'
    ? text
    : text.map((span) => (typeof span === 'string' ? span : Object.values(span)[0])).join('');

let site: Site;
beforeAll(async () => {
  const faults = Object.entries(odd).map(([name, [fault]]) => `${name}=${fault}`);
  site = await createSite({
    lab: [
      ...['--first-address', '127.24.2.1', '--devices', String(devices), '--sites', 'madrid', '--powered', 'off'],
      ...['--faults', faults.join(',')],
    ],
  });
  await site.start();
}, 60_000);
afterAll(() => site?.close());

let ended: Shown;

describe('`poweron site:madrid`, sixteen of forty PCs odd in some way', () => {
  test('ends 1 with a summary of each cause, and every healthy and every curable PC is on', async () => {
    const { code, out } = await site.sayAtTerminal(site.operator, 'poweron site:madrid');
    expect(code).toBe(1);
    expect(out).toMatch(/Running: \d+ of 40 on/);
    ended = await site.operator.until((state) => state.thread === null && isEnd(state));
    expect(ended.view.title).toMatch(
      /^Done: 33 on and verified, 7 failed \(1 certificate changed, 1 certificate expired, .*4 for other reasons\)\. \d/,
    );
    const { text, table, actions } = ended.view;
    expect(text).toBe('Power on of 40 PCs in madrid.');
    expect(table).toBeUndefined();
    expect(actions?.map(({ label }) => label)).toEqual(['Retry 7']);
    const on = (await site.lab.devices()).filter(({ powerState, saving }) => powerState === 2 && !saving);
    expect(on).toHaveLength(devices - failing.length);
  }, 60_000);

  test('what went wrong stands in the thread below, in one message: each cause with its mend, each PC by name', async () => {
    const told = await site.operator.until((state) => state.thread === ended.number && isEnd(state));
    expect(told.view.title).toBe('7 PCs did not come on');
    // A line for each cause, and one that says how to look further.
    expect(textOf(told).split('\n')).toHaveLength(failing.length + 1);
    expect(textOf(told)).toContain('1 × AMT refused the user name or password. Correct the credential');
    expect(told.view.table?.rows.map((row) => row.slice(0, 3))).toEqual(
      failing.map(({ name, code }) => [name, 'madrid', code]),
    );
    const inThread = site.operator.states().filter((state) => state.thread === ended.number);
    expect(new Set(inThread.map((state) => state.number)).size).toBe(1);
  });

  test('each device has its line in the attached list', async () => {
    const [header, ...lines] = (await site.operator.attachment(ended)).trimEnd().split('\r\n');
    expect(header).toBe('name,site,status,code,power,took_ms,ended_at,evidence');
    expect(lines).toHaveLength(devices);
    const codes = new Map(lines.map((line) => [line.split(',')[0], line.split(',')[3]]));
    for (const { name, code } of failing) expect([name, codes.get(name)]).toEqual([name, code]);
    expect(lines.filter((line) => line.includes(',ok,'))).toHaveLength(devices - failing.length);
  });

  test('no device got a power command that was not looked at before it', async () => {
    const blind = (await site.lab.powerRequests()).filter((each) => each.readsBefore === 0);
    expect(blind).toEqual([]);
  });

  test('the card was one message, and so was its thread; each was edited at most once a second', () => {
    const byNumber = Map.groupBy(site.operator.states(), (state) => state.number);
    expect(byNumber.size).toBe(2);
    for (const states of byNumber.values()) {
      const pauses = states.slice(1).map((state, at) => state.atMs - (states[at]?.atMs ?? 0));
      expect(pauses.length).toBeGreaterThan(1);
      for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(1_000);
    }
  });

  test('`Retry 7` asks anew for exactly the seven, and those that were mended come on', async () => {
    await site.lab.setFaults('host2', '');
    await site.lab.setFaults('host3', '');
    await site.lab.resetCounters();
    const answers = await site.operator.press(ended, 'Retry 7');
    const end = await answers.end();
    expect(end.number).not.toBe(ended.number);
    expect(end.view.title).toMatch(/^Done: 3 on and verified, 4 failed/);
    expect(end.view.table?.rows.map(([name]) => name)).toEqual(['host4', 'host5', 'host6', 'host7']);
    const touched = (await site.lab.devices()).filter(({ counters }) => counters.connections > 0);
    expect(touched.map(({ name }) => name)).toEqual(expect.arrayContaining(['host2', 'host3', 'host5', 'host6']));
    expect(touched.every(({ name }) => failing.some((each) => each.name === name))).toBe(true);
  });
});

describe('the trail of it', () => {
  test('is a whole chain that says who asked, what was attempted before it ended, and how', async () => {
    const asked = await (await site.approver.say('poweroff host40')).end();
    expect(asked.view.context).toBe('not_allowed');
    const waiting = await (await site.operator.say('poweroff host40')).until((state) => outcomeOf(state) === 'waiting');
    await site.approver.press(waiting, 'Approve');
    await site.operator.until((state) => state.number === waiting.number && isEnd(state));
    expect(await site.stop()).toBe(0);

    await withStore(site.directory, async (store) => {
      const trail = await readTrail(store);
      const idIn = (state: Shown) => /req_\w+/.exec(state.view.context ?? '')?.[0] ?? '';
      expect(storyOf(trail, idIn(waiting))).toEqual([
        'asked by operator',
        'approved by approver',
        'run_started by service',
        'attempted by service',
        'ended by service',
        'run_ended by service',
      ]);
      const story = storyOf(trail, idIn(ended));
      expect(story.slice(0, 2)).toEqual(['asked by operator', 'run_started by service']);
      expect(story.at(-1)).toBe('run_ended by service');
      const attempted = new Set<unknown>();
      for (const { kind, data, requestId } of trail) {
        if (requestId !== idIn(ended)) continue;
        if (kind === 'attempted')
          for (const name of Array.isArray(data.devices) ? data.devices : []) attempted.add(name);
        if (kind !== 'ended') continue;
        expect(JSON.stringify(data)).not.toContain(site.lab.password);
        for (const name of JSON.stringify(data).match(/host\d+/g) ?? []) expect([...attempted]).toContain(name);
      }
      expect(attempted.size).toBe(devices);
      expect(trail.filter(({ kind }) => kind === 'refused')).toEqual([
        expect.objectContaining({
          actor: 'approver',
          data: expect.objectContaining({ code: 'not_allowed', said: 'poweroff host40' }),
        }),
      ]);
      const kinds = trail.map(({ kind }) => kind);
      expect(kinds[0]).toBe('inventory_imported');
      expect(kinds[1]).toBe('service_started');
      expect(kinds.at(-1)).toBe('service_stopped');
    });
  });
});
