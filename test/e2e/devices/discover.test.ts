import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { renderText } from '../../../src/messages/text.ts';
import { readTrail, withStore } from '../site/kept.ts';
import { type LabProcess, startLab } from '../site/lab-process.ts';
import { type Answers, isEnd, type Shown } from '../site/person.ts';
import { createSite, type Site } from '../site/site.ts';

/** Below 1024 needs root; without it nobody answers pings, and all are found by their TCP ports. */
const isRoot = process.getuid?.() === 0;
const ping = isRoot ? ['--rmcp-port', '623'] : [];
let site: Site;
let annex: LabProcess;
let annexDirectory: string;

beforeAll(async () => {
  site = await createSite({
    lab: [
      ...['--first-address', '127.24.88.1', '--devices', '9', '--sites', 'madrid', '--powered', 'on'],
      ...ping,
      ...['--faults', 'host2=wrong-password'],
    ],
    moreConfig: `
discovery:
  accounts: [lab]
  ranges:
    - { id: floor, cidr: 127.24.88.0/26, site: madrid, ratePerSecond: 400, credential: lab }
    - { id: house, cidr: 127.24.80.0/20, site: madrid, ratePerSecond: 1000, credential: lab }
`,
  });
  // On record, and not there.
  const [header = '', first = ''] = (await readFile(site.lab.files.inventory, 'utf8')).split('\r\n');
  const phantom = first.replaceAll('host1', 'phantom').replace(',127.24.88.1,', ',127.24.88.60,');
  const file = `${site.directory}/phantom.csv`;
  await writeFile(file, `${header}\r\n${phantom}\r\n`);
  expect(await site.oob(['inventory', 'import', file, '--config', site.configFile])).toMatchObject({ code: 0 });
  // There, and not on record.
  annexDirectory = await mkdtemp(join(tmpdir(), 'oob-e2e-annex-'));
  annex = await startLab(annexDirectory, [
    '--first-address',
    '127.24.88.33',
    '--devices',
    '3',
    '--sites',
    'annex',
    ...ping,
  ]);
  await site.start();
}, 60_000);
afterAll(async () => {
  await annex?.stop();
  await site?.close();
  await rm(annexDirectory, { recursive: true, force: true });
});

const textOf = ({ view }: Shown) => renderText(view);
const cards = (person: 'operator') => site[person].states().filter(({ view }) => /AMT in/.test(view.title));
const endOf = (person: 'operator', pattern: RegExp) =>
  site[person].until((state) => isEnd(state) && pattern.test(state.view.title));

describe('discover', () => {
  let done: Shown;
  let refused: Answers;

  test('only what is configured, and only by whom it is granted', async () => {
    refused = await site.operator.say('discover 10.0.0.0/24');
    expect(textOf(await refused.end())).toMatch(/range_not_configured/);
    expect(textOf(await (await site.visitor.say('discover range:floor')).end())).toMatch(/not_allowed/);
    expect(textOf(await (await site.approver.say('discover range:floor')).end())).toMatch(/not_allowed/);
  });

  test('a range: found, known, new and gone on one card, with a file', async () => {
    await site.operator.say('discover range:floor');
    done = await endOf('operator', /^Looked for AMT in 127\.24\.88\.0\/26/);
    expect(done.view.title).toMatch(/: 12 found, 9 known, 3 new, 1 disappeared\. /);
    expect(new Set(cards('operator').map(({ number }) => number)).size).toBe(1);
    const csv = await site.operator.attachment(done);
    expect(csv.split('\r\n').filter((line) => line.startsWith('new,'))).toHaveLength(3);
    expect(csv).toMatch(/^disappeared,phantom,/m);
    expect(csv).toMatch(/^known,host2,127\.24\.88\.2,.*,detected,/m);
    expect(csv).not.toContain(site.env.OOB_LAB_PASSWORD ?? 'no password');
  }, 60_000);

  test('what is new is added by its button, once, and can be worked with at once', async () => {
    await site.operator.press(done, 'Add 3');
    const added = await site.operator.until(({ view }) => /^3 PCs were added to the inventory/.test(view.title));
    expect(added.view.tone).toBe('good');
    const shown = await site.operator.until(
      ({ number, view }) => number === done.number && view.actions === undefined && isEnd({ ...done, view }),
    );
    expect(textOf(shown)).toMatch(/Olga Operator added what was new/);
    expect((await (await site.operator.say('status amt-127-24-88-34')).end()).view.title).toMatch(
      /^amt-127-24-88-34 is /,
    );
  });

  test('AMT status is shown, and PCs are chosen by it', async () => {
    expect(textOf(await (await site.operator.say('hosts status:detected')).end())).toMatch(/host2\b.*detected/s);
    expect(textOf(await (await site.operator.say('hosts status:not-supported')).end())).toMatch(/phantom/);
    expect(textOf(await (await site.operator.say('hosts status:good')).end())).toMatch(/AMT status is one of unknown,/);
    const one = await (await site.operator.say('discover host3')).end();
    expect(one.view.title).toBe('host3: provisioned');
    expect(textOf(await (await site.operator.say('verify host3')).end())).toMatch(/AMT status/);
  });

  test('killed in the middle it goes on where it was, on its card; its button stops it', async () => {
    await site.operator.say('discover range:house');
    const progressed = (least: number) => (state: Shown) =>
      /in 127\.24\.80\.0\/20/.test(state.view.title) && (state.view.progress?.done ?? 0) >= least;
    await site.operator.until(progressed(256));
    await site.kill();
    const before = site.operator.states().findLast(progressed(0));
    await site.start();
    const after = await site.operator.until(
      (state) => state.number === before?.number && state.change > before.change && progressed(512)(state),
    );
    await site.operator.press(after, 'Stop');
    const stopped = await endOf('operator', /127\.24\.80\.0\/20/);
    expect(stopped.number).toBe(before?.number);
    expect(stopped.view.title).toMatch(/^Stopped by Olga Operator: AMT in/);
    expect(textOf(stopped)).toMatch(/of 4,096 addresses were looked at/);
  }, 90_000);

  test('the trail has all of it', async () => {
    await site.stop();
    const kinds = (await withStore(site.directory, readTrail)).map(({ kind }) => kind);
    for (const kind of ['scan_started', 'scan_ended', 'scan_stopped', 'inventory_imported', 'refused'])
      expect(kinds).toContain(kind);
  });
});
