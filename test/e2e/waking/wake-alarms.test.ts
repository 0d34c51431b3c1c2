import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { renderText } from '../../../src/messages/text.ts';
import { createSite, type Site } from '../site/site.ts';

const minuteMs = 60_000;
/** Three PCs in lyon that are on: one whose link goes down with it, one that is going to be unplugged, and one like any other. */
let site: Site;
beforeAll(async () => {
  site = await createSite({
    lab: [
      ...['--first-address', '127.24.35.1', '--devices', '3', '--sites', 'lyon', '--powered', 'on'],
      ...['--power-delay', '200', '--faults', 'host1=no-sx-link-policy'],
    ],
    moreConfig: `
transmissions: { retries: 1, retryDelayMinutes: 0, offsetMinutes: 0 }
wake: { sites: { lyon: { alarmBackupMinutes: 0 } } }
`,
  });
  await site.start();
}, 60_000);
afterAll(() => site?.close());

const say = async (text: string) => (await site.operator.say(text)).end();
const alarmsOf = async (name: string) => (await site.lab.state(name)).alarms;
const isDone = (title: string) => title.startsWith('Done: 3 ');

describe('PCs that lose the network at night', () => {
  test('their alarm clocks are set while they can be reached, and cleared when the schedule is paused', async () => {
    const inHours = new Date(Date.now() + 3 * 60 * minuteMs);
    const added = await say(
      `schedule add later "${inHours.getUTCMinutes()} ${inHours.getUTCHours()} * * *" poweron site:lyon --tz UTC`,
    );
    expect(renderText(added.view)).toMatch(/Alarm clocks.*\d\d:\d\d UTC at lyon, asked for \(req_\w+\)/s);
    const set = await site.operator.until(({ view }) => isDone(view.title));
    expect(await alarmsOf('host2')).toHaveLength(1);
    await say('schedule pause later --reason "not tonight"');
    await site.operator.until(({ number, view }) => number > set.number && isDone(view.title));
    expect(await alarmsOf('host2')).toEqual([]);
  }, 60_000);

  test('they wake by themselves at the due time, and the result says that alarm clocks were set', async () => {
    const before = Math.max(...site.operator.states().map(({ number }) => number));
    const due = new Date((Math.floor(Date.now() / minuteMs) + (new Date().getUTCSeconds() > 45 ? 3 : 2)) * minuteMs);
    await say(`schedule add dawn "${due.getUTCMinutes()} ${due.getUTCHours()} * * *" poweron site:lyon --tz UTC`);
    await site.operator.until(({ number, view }) => number > before && isDone(view.title));
    expect((await alarmsOf('host1')).map(({ nextMs }) => nextMs)).toEqual([due.getTime()]);
    await site.lab.setPower('all', 'off');
    await site.lab.setFaults('host2', 'unplugged');
    // A time can only be waited for.
    await new Promise((resolve) => setTimeout(resolve, due.getTime() - Date.now()));
    const end = await site.operator.until(({ view }) => view.title.startsWith('Wake-up "dawn", due'));
    expect(end.view.title).toMatch(/: 2 of 3 on before/);
    expect(renderText(end.view)).toMatch(
      /1 failed: 1 unreachable.*Alarm clocks had been set for \d\d:\d\d UTC \(req_\w+\): [12] PCs? w\w+ on when commands came\./s,
    );
    for (const name of ['host1', 'host2']) {
      expect(await site.lab.device(name)).toMatchObject({ powerState: 2 });
      expect((await site.lab.state(name)).boots.map(({ cause }) => cause)).toEqual(['alarm']);
      expect(await alarmsOf(name)).toEqual([]);
    }
  }, 240_000);
});
