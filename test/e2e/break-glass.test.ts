import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Store } from '../../src/ports/store/store.ts';
import { type SystemPostgres, startSystemPostgres } from '../store/system-postgres.ts';
import { openStore } from '../store/testing.ts';
import { readTrail, storyOf } from './site/kept.ts';
import { type Answers, isEnd, type Shown } from './site/person.ts';
import { createReplica, type Replica } from './site/replica.ts';
import { createSeededRandom } from './site/seeded-random.ts';
import { createSite, type Site } from './site/site.ts';

const random = createSeededRandom();
const server: SystemPostgres | null = await startSystemPostgres();
/** A window that opens in twelve hours, for an hour. */
const clock = (hoursAhead: number) => `${String((new Date().getUTCHours() + hoursAhead) % 24).padStart(2, '0')}:00`;

let site: Site;
let second: Replica;
let store: Store;
beforeAll(async () => {
  if (!server) return;
  site = await createSite({
    lab: ['--first-address', '127.24.33.1', '--devices', '12', '--sites', 'madrid', '--powered', 'on'],
    databaseUrl: server.url,
    moreConfig: `  - id: on-call
    breakGlass: [{ operations: [power-off, reset] }]
windows: [{ id: nights, operations: [power-off], from: '${clock(12)}', to: '${clock(13)}' }]
limits: { breakGlassPerHour: 20 }
`,
  });
  const yaml = await readFile(site.configFile, 'utf8');
  await writeFile(site.configFile, yaml.replace('roles: [operator, auditor]', 'roles: [operator, auditor, on-call]'));
  await site.start();
  second = await createReplica(site);
  await second.start();
  store = await openStore({ databaseUrl: server.url, dataDirectory: site.directory });
}, 90_000);
afterAll(async () => {
  await store?.close();
  await second?.kill();
  await site?.close();
  await server?.stop();
});

const why = '--reason "pump room is flooded"';
const requestIn = (state: Shown) => /req_\w+/.exec(state.view.context ?? '')?.[0] ?? '';
const reviewIn = (state: Shown) => /rev_\w+/.exec(state.view.context ?? '')?.[0] ?? '';
/** The notice that calls the approvers, as the given person sees it. */
const noticeOf = (person: Pick<Site['operator'], 'until'>, requestId: string) =>
  person.until(
    ({ view }) =>
      /^rev_/.test(view.context ?? '') && (view.actions ?? []).length > 0 && (view.context ?? '').endsWith(requestId),
  );
const answered = async (answers: Answers) => (await answers.end()).view;

const describeHere = server ? describe : describe.skip;

describeHere('breaking glass, on two services (apt-get install postgresql, or OOB_TEST_DATABASE_URL)', () => {
  let broken: Shown;

  test('outside the window it is refused; explained; and with --break-glass it is done at once', async () => {
    expect((await answered(await site.operator.say('poweroff host1'))).context).toBe('outside_window');
    const explained = await answered(
      await site.operator.say(`policy explain 'poweroff host1 --break-glass --reason "pump room is flooded"'`),
    );
    expect(explained.title).toBe('BREAK-GLASS: would be done at once, and reviewed: hard power-off of 1 PC');
    expect(explained.table?.rows.filter(([, state]) => state === 'LIFTED').map(([guard]) => guard)).toEqual([
      'windows',
      'approvers',
    ]);
    expect(await site.lab.device('host1')).toMatchObject({ powerState: 2 });

    broken = await (await site.operator.say(`poweroff host1 --break-glass ${why}`)).end();
    expect(broken.view.title).toMatch(/^BREAK-GLASS by Olga Operator: host1 is off, verified/);
    expect(broken.view.tone).toBe('warning');
    expect(await site.lab.device('host1')).toMatchObject({ powerState: 8 });
    const story = storyOf(await readTrail(store), requestIn(broken));
    expect(story.slice(0, 3)).toEqual(['glass_broken by operator', 'asked by operator', 'run_started by service']);
  }, 60_000);

  test('the notice calls everybody who could have approved, and only them', async () => {
    const notice = await noticeOf(site.approver, requestIn(broken));
    expect(notice.view).toMatchObject({ tone: 'bad', title: 'BREAK-GLASS by Olga Operator: hard power-off of host1' });
    expect(notice.view.calls).toEqual([
      { name: 'Arturo Approver', user: 'approver' },
      { name: 'Dora Deputy', user: 'deputy' },
    ]);
    const lifted = notice.view.facts?.find(({ label }) => label === 'Lifted')?.value;
    expect(lifted).toMatch(
      /^maintenance window \(window nights opens .*\); approval \(1 approval needed, 2 may approve\)$/,
    );
  }, 60_000);

  test('it stays open, and the list says what was done', async () => {
    const list = await answered(await site.visitor.say('reviews'));
    expect(list.title).toBe('1 review open: glass was broken');
    expect(list.table?.rows).toMatchObject([
      [
        expect.stringMatching(/^rev_/),
        expect.any(String),
        'Olga Operator',
        'hard power-off of host1',
        '1 off',
        'pump room is flooded',
      ],
    ]);
  }, 60_000);

  test('two sign it off at once, each at another service: one counts, the other is told by whom; the card says it', async () => {
    const id = requestIn(broken);
    const notice = await noticeOf(site.deputy, id);
    const there = await noticeOf(second.approver, id);
    const tries = await Promise.all([
      site.deputy.press(notice, 'Sign off'),
      second.approver.say(`review ${reviewIn(there)} --note "all off as it should be"`),
    ]);
    const signed = await site.operator.until(
      ({ view }) => /^BREAK-GLASS/.test(view.title) && /signed off by/.test(JSON.stringify(view.facts)),
    );
    expect(requestIn(signed)).toBe(id);
    const entries = storyOf(await readTrail(store), id).filter((line) => line.startsWith('review_signed_off'));
    expect(entries).toHaveLength(1);
    const review = await store.reviews.get(reviewIn(notice));
    expect(entries).toEqual([`review_signed_off by ${review?.signedOff?.by}`]);
    const late = review?.signedOff?.by === 'deputy' ? second.approver : site.deputy;
    const told = await late.until(({ view }) => view.context === 'already_signed_off');
    expect(JSON.stringify(told.view.text)).toContain(
      review?.signedOff?.by === 'deputy' ? 'by Dora Deputy at' : 'by Arturo Approver at',
    );
    expect(tries).toHaveLength(2);
    expect((await answered(await site.visitor.say('reviews'))).title).toBe('Nothing waits for a review');
  }, 60_000);

  test(`kill -9 between the decision and the act, five times: all of it or none, nothing twice (OOB_E2E_SEED=${random.seed})`, async () => {
    // Alone, so that nobody else goes on with what the killed one left.
    await second.kill();
    await site.lab.resetCounters();
    const hosts = [2, 3, 4, 5, 6].map((n) => `host${n}`);
    for (const [at, host] of hosts.entries()) {
      const before = (await store.requests.latest(1))[0]?.id;
      void site.operator.say(`reset ${host} --break-glass ${why}`).catch(() => {});
      // From not taken yet to sent already.
      const [ms = 0] = random.ascending(1, at * 8, at * 8 + 40);
      await new Promise((resolve) => setTimeout(resolve, ms));
      await site.kill();
      const [latest] = await store.requests.latest(1);
      const isAsked = latest !== undefined && latest.id !== before;
      const sent = (await site.lab.powerRequests()).filter(({ device }) => device === host);
      const review = isAsked ? await store.reviews.get(latest.glass?.reviewId ?? '') : null;
      // What was sent has been written down before, with the review.
      expect({ host, isAsked, isReviewed: review !== null }).toEqual({ host, isAsked, isReviewed: isAsked });
      if (sent.length > 0) expect(isAsked).toBe(true);
      await site.start();
      if (!isAsked) continue;
      await site.operator.until(
        (state) =>
          requestIn(state) === latest.id && /^BREAK-GLASS/.test(state.view.title) && isEnd(state) && !reviewIn(state),
      );
      await noticeOf(site.approver, latest.id);
      const story = storyOf(await readTrail(store), latest.id);
      expect(story.filter((line) => line.startsWith('glass_broken'))).toHaveLength(1);
      expect(story.indexOf('glass_broken by operator')).toBeLessThan(story.indexOf('run_started by service'));
    }
    const resets = Map.groupBy(await site.lab.powerRequests(), ({ device }) => device);
    expect([...resets.values()].filter((each) => each.length > 1)).toEqual([]);
    expect((await store.reviews.open(100)).length).toBe(
      (await readTrail(store)).filter(({ kind }) => kind === 'glass_broken').length - 1,
    );
  }, 120_000);
});
