import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createSite, type Site } from '../site/site.ts';

const minuteMs = 60_000;
/** Opens in a few minutes and lasts for an hour, by the clocks of UTC. */
const opens = new Date(Date.now() + 4 * minuteMs);
const clock = (at: Date) => at.toISOString().slice(11, 16);

let site: Site;
beforeAll(async () => {
  site = await createSite({
    lab: [
      ...['--first-address', '127.24.182.1', '--devices', '4', '--sites', 'madrid', '--powered', 'off'],
      ...['--power-delay', '100'],
    ],
    moreConfig: `
windows:
  - { id: patches, operations: [power-on], targets: [all], from: '${clock(opens)}', to: '${clock(new Date(opens.getTime() + 60 * minuteMs))}', timezone: UTC }
`,
  });
  await site.start();
}, 60_000);
afterAll(() => site?.close());

const say = async (text: string) => (await (await site.operator.say(text)).end()).view;

test('PCs are woken before the window opens for what is due in it; what is for now is refused', async () => {
  expect((await say('poweron site:madrid')).context).toBe('outside_window');
  const due = new Date(opens.getTime() + 2 * minuteMs);
  const cron = `${due.getUTCMinutes()} ${due.getUTCHours()} * * *`;
  const added = await say(`schedule add patch "${cron}" poweron site:madrid --tz UTC`);
  expect(added).toMatchObject({ tone: 'good', title: 'Schedule "patch" is set' });
  const begins = added.facts?.find(({ label }) => label === 'Begins')?.value;
  expect(begins).toBe(`due ${clock(due)} UTC, commands begin at once`);
  // The clock of schedules beats once a minute, which is longer than a card is usually waited for.
  const told = () => site.operator.until(({ view }) => view.title.startsWith('Wake-up "patch"'));
  const end = await told().catch(told);
  expect(end.view.title).toContain('4 of 4 on');
  expect(Date.now()).toBeLessThan(opens.getTime());
  const late = new Date(opens.getTime() + 90 * minuteMs);
  const outside = `${late.getUTCMinutes()} ${late.getUTCHours()} * * *`;
  expect((await say(`schedule add late "${outside}" poweron site:madrid --tz UTC`)).text).toContain(
    'As things stand it would be refused when it is next due',
  );
}, 120_000);
