import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/load.ts';
import { digestsOf } from '../../src/config/settings/digests-of.ts';
import { createPoster } from '../../src/delivery/poster.ts';
import { createDigests } from '../../src/digest/digests.ts';
import type { Platform } from '../../src/ports/chat.ts';
import type { WakeUpChart } from '../../src/ports/picture.ts';
import type { Store } from '../../src/ports/store/store.ts';
import { fleet, newId, outcome, startedRun } from '../contract/store/samples.ts';
import { openStore, recordingLogger, temporaryDirectory } from '../store/testing.ts';
import { createFakePlatform, createHandClock, place } from './fakes.ts';

const minuteMs = 60_000;

describe('digests over the real store', () => {
  let store: Store;
  let cleanUp: () => Promise<void>;
  beforeAll(async () => {
    const directory = await temporaryDirectory();
    store = await openStore({ dataDirectory: directory.path });
    cleanUp = async () => {
      await store.close();
      await directory.remove();
    };
  });
  afterAll(() => cleanUp());

  /** A service with these digests, its clock turned by hand. */
  const ground = (start: string, yaml: string) => {
    const clock = createHandClock(new Date(start));
    const chat = createFakePlatform('console', clock, { knowsKeys: true });
    const drawn: WakeUpChart[] = [];
    const logger = recordingLogger();
    const config = parseConfig(
      `console: { enabled: false, channels: [{ id: it-ops, name: '#it-ops' }, { id: desk, name: '#desk' }] }\n${yaml}`,
      'oob.yaml',
    );
    const make = () =>
      createDigests({
        settings: digestsOf(config),
        store,
        painter: {
          wakeUps: async (chart) => {
            drawn.push(chart);
            const { alt } = chart;
            return { name: 'x.png', mediaType: 'image/png', base64: 'iVBORw0KGgo=', width: 2, height: 1, alt };
          },
        },
        nameOf: (id) => id,
        timeZone: 'UTC',
        clock,
        newId,
        logger,
        onPosts: () => {},
      });
    const chats = new Map<Platform, typeof chat.adapter>([['console', chat.adapter]]);
    const poster = createPoster({ posts: store.posts, chats, clock, logger });
    const digests = make();
    /** Looks every `stepMs` until `end`, as the service does, and gives the times at which a digest's first message was posted. */
    const walk = async (end: string, stepMs: number) => {
      while (clock.now() < new Date(end)) {
        await digests.look();
        while ((await poster.look()) > 0) clock.turn(1_100);
        clock.turn(stepMs);
      }
      return tops().map(({ at }) => new Date(at).toISOString().slice(0, 16));
    };
    const tops = () => chat.shown.filter(({ thread }) => thread === null);
    return { clock, chat, drawn, logger, digests, make, poster, walk, tops };
  };
  const one = (id: string, more: string) => `digests: [{ id: ${id}, channel: 'console:local/it-ops', ${more} }]`;

  test('daily over the change to summer time, in a zone: once a day, also for the time that the change leaves out', async () => {
    const yaml = one('spring', "cron: '30 2 * * *', timezone: Europe/Madrid, sites: [nowhere]");
    const { walk } = ground('2027-03-26T12:00:00Z', yaml);
    // On 28 March clocks jump from 02:00 CET to 03:00 CEST.
    expect(await walk('2027-03-30T12:00:00Z', 30 * minuteMs)).toEqual([
      '2027-03-27T01:30',
      '2027-03-28T01:00',
      '2027-03-29T00:30',
      '2027-03-30T00:30',
    ]);
  });

  test('daily over the change to winter time: what clocks show twice is told once', async () => {
    const yaml = one('autumn', "cron: '30 2 * * *', timezone: Europe/Madrid, sites: [nowhere]");
    const { walk } = ground('2027-10-29T12:00:00Z', yaml);
    expect(await walk('2027-11-01T12:00:00Z', 30 * minuteMs)).toEqual([
      '2027-10-30T00:30',
      '2027-10-31T00:30',
      '2027-11-01T01:30',
    ]);
  });

  test('weekly: each Monday, about the week before', async () => {
    const { walk, tops } = ground('2026-11-18T12:00:00Z', one('weekly', "cron: '0 8 * * 1', sites: [nowhere]"));
    expect(await walk('2026-12-02T00:00:00Z', 240 * minuteMs)).toHaveLength(2);
    expect(tops()[1]?.view.context).toContain('Mon 23 Nov 08:00 to Mon 30 Nov 08:00 (UTC)');
  });

  test('a digest that is new does not tell of times before it was there', async () => {
    const { walk } = ground('2026-11-23T09:00:00Z', one('new', "cron: '0 8 * * *', sites: [nowhere]"));
    expect(await walk('2026-11-23T23:00:00Z', 60 * minuteMs)).toEqual([]);
  });

  test('three days without the service: one digest for all of them, which says so', async () => {
    const { clock, digests, walk, tops } = ground(
      '2026-11-23T09:00:00Z',
      one('gap', "cron: '0 8 * * *', sites: [nowhere]"),
    );
    await digests.look();
    clock.set(new Date('2026-11-26T10:00:00Z'));
    expect(await walk('2026-11-26T12:00:00Z', 30 * minuteMs)).toHaveLength(1);
    expect(tops()[0]?.view.context).toContain('Mon 23 Nov 09:00 to Thu 26 Nov 08:00');
    expect(tops()[0]?.view.context).toContain('stands for 3 due times');
  });

  test('of many replicas that look at once one tells it', async () => {
    const { clock, digests, make, poster, tops } = ground(
      '2026-11-23T07:59:00Z',
      one('replicas', "cron: '0 8 * * *', sites: [nowhere]"),
    );
    await digests.look();
    clock.set(new Date('2026-11-23T08:00:05Z'));
    await Promise.all([digests, make(), make(), make(), make()].map((replica) => replica.look()));
    while ((await poster.look()) > 0) clock.turn(1_100);
    expect(tops()).toHaveLength(1);
  });

  test('wake-ups, their picture, the details in the thread, the file; told once', async () => {
    const devices = await fleet(store, 4);
    const site = devices[0]?.site ?? '';
    const { clock, drawn, walk, chat, tops } = ground(
      '2025-12-31T12:00:00Z',
      one('woken', `cron: '0 12 * * *', sites: [${site}]`),
    );
    const run = await startedRun(store, devices);
    const startedAt = (await store.runs.get(run))?.startedAt ?? new Date();
    await store.runs.claim(run, newId('worker'), [{ site, room: 10 }], true, startedAt);
    await store.runs.record(
      run,
      devices.map(({ id }, at) =>
        outcome(id, at === 0 ? { status: 'failed', code: 'unreachable' } : { status: 'ok', code: 'done' }),
      ),
      startedAt,
    );
    clock.set(new Date(startedAt.getTime() - 60 * 60 * minuteMs));
    await walk(new Date(startedAt.getTime() + 50 * 60 * minuteMs).toISOString(), 60 * minuteMs);
    const told = tops().filter(({ view }) => JSON.stringify(view.text).includes('3 of 4 came on (75 %)'));
    expect(told).toHaveLength(1);
    const [top] = told;
    expect(top?.view.picture?.alt).toContain('3 of 4 came on');
    expect(drawn[0]?.sites).toEqual([{ site, on: 3, asked: 4 }]);
    expect(top?.view.attachment?.content).toContain(`did not come on,${devices[0]?.name},unreachable`);
    expect(top?.view.tone).toBe('warning');
    const details = chat.shown.filter(({ thread, view }) => thread !== null && view.title.startsWith('Wake-ups'));
    expect(details).toHaveLength(1);
    expect(details[0]?.view.table?.columns).toEqual(['Planned', 'Ran', 'Covered', 'On', 'Not on', 'Why']);
    expect(JSON.stringify(details[0]?.view.text)).toContain(`${devices[0]?.name} (unreachable)`);
  });

  test('a part that cannot be read costs the digest that part alone, and is said', async () => {
    const broken = {
      ...store,
      schedules: { ...store.schedules, ticksBetween: () => Promise.reject(new Error('lost')) },
    };
    const { clock, logger, poster, tops } = ground(
      '2026-11-23T08:00:00Z',
      one('broken', "cron: '0 8 * * *', sites: [nowhere]"),
    );
    const [settings] = digestsOf(parseConfig(one('broken', "cron: '0 8 * * *', sites: [nowhere]"), 'oob.yaml'));
    if (!settings) throw new Error('no digest');
    const digests = createDigests({
      ...{ settings: [settings], store: broken, nameOf: (id: string) => id, timeZone: 'UTC', clock, newId, logger },
      painter: { wakeUps: () => Promise.reject(new Error('no canvas')) },
      onPosts: () => {},
    });
    await digests.tellNow(settings, place('console', 'it-ops'));
    while ((await poster.look()) > 0) clock.turn(1_100);
    expect(JSON.stringify(tops()[0]?.view.text)).toContain('could not be read');
    expect(tops()[0]?.view.title).toContain('1 to look after');
  });

  test('asked for now, it is told at once where it was asked, and its times stay', async () => {
    const { clock, digests, poster, tops, walk } = ground(
      '2026-11-23T07:00:00Z',
      one('now', "cron: '0 8 * * *', sites: [nowhere]"),
    );
    await digests.look();
    const [settings] = digests.all;
    if (!settings) throw new Error('no digest');
    expect(digests.next(settings, 2)).toEqual([new Date('2026-11-23T08:00:00Z'), new Date('2026-11-24T08:00:00Z')]);
    await digests.tellNow(settings, place('console', 'desk'));
    while ((await poster.look()) > 0) clock.turn(1_100);
    expect(tops().map(({ channel }) => channel)).toEqual(['desk']);
    await walk('2026-11-23T09:00:00Z', 30 * minuteMs);
    expect(tops().map(({ channel }) => channel)).toEqual(['desk', 'it-ops']);
  });
});
