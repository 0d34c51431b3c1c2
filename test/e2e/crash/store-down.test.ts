import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type EmbeddedPostgres, freePort, startEmbedded } from '../../../adapters/store/embedded/embedded.ts';
import { createStore } from '../../../adapters/store/index.ts';
import { createRequests } from '../../../src/approvals/requests.ts';
import { commandSpecs } from '../../../src/commands/index.ts';
import { createAccountLinking } from '../../../src/identity/link-account.ts';
import { createPeopleSource } from '../../../src/identity/people-source.ts';
import type { View } from '../../../src/messages/view.ts';
import { createDispatch } from '../../../src/router/dispatch.ts';
import { createRunControl } from '../../../src/runs/control.ts';
import { newId } from '../../../src/runtime/new-id.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { createScheduling } from '../../../src/schedule/scheduling.ts';
import { itOps, noChecklist, noDigests, noScans, oneWave, person, policy } from '../../support/fixtures.ts';
import { polled } from '../site/polled.ts';
import { createSite, type Site } from '../site/site.ts';

const silent = () => {};
const logger = { debug: silent, info: silent, warn: silent, error: silent };
const devices = 12;

/** A PostgreSQL server beside the service, which comes and goes as it likes. */
let directory = '';
let server: EmbeddedPostgres;
let site: Site;
const startServer = async (port: number) => {
  server = await startEmbedded({ dataDirectory: directory, port, logger, onFatal: silent });
  return server.settings;
};
let serverPort = 0;
let databaseUrl = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'oob-e2e-pg-'));
  await chmod(directory, 0o711);
  serverPort = await freePort();
  const settings = await startServer(serverPort);
  if (!('password' in settings)) throw new Error('the server has no password');
  const { user, password, host, port, database } = settings;
  databaseUrl = `postgres://${user}:${password}@${host}:${port}/${database}`;
  site = await createSite({
    lab: [
      ...['--first-address', '127.24.4.1', '--devices', String(devices), '--sites', 'madrid', '--powered', 'off'],
      ...['--power-delay', '1200'],
    ],
    databaseUrl,
  });
  await site.start();
}, 60_000);
afterAll(async () => {
  await site?.close();
  await server?.stop();
  await rm(directory, { recursive: true, force: true, maxRetries: 10 });
});

/** Readiness changes when the service has noticed. */
const ready = (status: number) => polled(`readiness ${status}`, async () => (await site.readiness()) === status);

describe('with PostgreSQL gone', () => {
  test('nothing is done for anybody, and said so; with it back everything works again', async () => {
    await server.stop();
    await ready(503);
    const refused = await site.sayAtTerminal(site.operator, 'poweron host1');
    expect(refused).toEqual({ code: 4, out: expect.stringContaining('The store does not answer; nothing was done.') });
    expect(await site.lab.connections()).toBe(0);

    await startServer(serverPort);
    await ready(200);
    const { code, out } = await site.sayAtTerminal(site.operator, 'poweron host1');
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('host1 is on, verified') });
  });

  test('in the middle of a run: what the devices did is kept and written when it is back, none is asked twice', async () => {
    const answers = await site.operator.say('poweron site:madrid');
    await site.lab.sees(devices);
    await server.stop();
    await site.logged('outcomes could not be written');
    await startServer(serverPort);
    const end = await answers.end();
    expect(end.view.title).toMatch(/^Done: 12 on and verified\. /);
    expect((await site.lab.devices()).filter(({ powerState }) => powerState === 2)).toHaveLength(devices);
    const requests = Map.groupBy(await site.lab.powerRequests(), (each) => each.device);
    expect([...requests.values()].map((each) => each.length)).toEqual(Array.from({ length: devices }, () => 1));
  }, 60_000);

  test('a command from any chat is refused with store_unavailable, before anything is done', async () => {
    const store = await createStore({ databaseUrl, dataDirectory: directory, logger, onFatal: silent });
    const source = createPeopleSource(() => [person('operator', 'operator')], store.links);
    const people = () => source.now();
    const clock = systemClock;
    const deps = { store, policy: () => policy, clock, newId, timeZone: 'UTC', logger };
    const requests = createRequests({ ...deps, people, waves: () => oneWave, onChange: silent });
    const refresh = () => source.refresh();
    const linking = createAccountLinking({
      ...{ links: store.links, trail: store.trail, people, refresh, clock, timeZone: 'UTC' },
    });
    const { schedules } = createScheduling({
      ...{ ...deps, people, refresh, requests, commands: commandSpecs },
      ...{ configured: [], leastMinutes: 1, placeOf: (conversation) => conversation },
    });
    const dispatch = createDispatch({
      ...deps,
      schedules,
      scans: noScans,
      checklist: noChecklist,
      people: source,
      linking,
      digests: noDigests,
      requests,
      control: createRunControl({ ...deps, onChange: silent }),
      commands: commandSpecs,
      isStopping: () => false,
    });
    const answers: View[] = [];
    const say = (text: string) =>
      dispatch({
        key: newId('key'),
        account: { platform: 'console', tenant: 'local', user: 'operator' },
        displayName: 'Operator',
        conversation: itOps,
        what: { kind: 'command', text },
        respond: async (view) => {
          answers.push(view);
        },
      });
    await say('whoami');
    expect(answers.at(-1)?.title).toBe('You are Operator (operator)');
    const before = await site.lab.connections();
    await server.stop();
    for (const text of ['poweron host2', 'status host2', 'hosts', 'help']) {
      await say(text);
      expect(answers.at(-1)).toMatchObject({ outcome: 'refused', context: 'store_unavailable' });
    }
    expect(await site.lab.connections()).toBe(before);
    await store.close();
  });

  test('the service ends in good order without it', async () => {
    expect(await site.stop()).toBe(0);
    await startServer(serverPort);
  }, 60_000);
});
