import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { wordsOf } from '../../../src/messages/words-of.ts';
import { startNode } from '../site/node-process.ts';
import { createSite, type Site } from '../site/site.ts';

const hello = { host: '127.24.211.254', port: 9_971 };
let site: Site;
const undo: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  site = await createSite({
    lab: ['--first-address', '127.24.211.1', '--devices', '1', '--sites', 'madrid', '--transports', 'tls'],
    moreConfig: `provisioning:
  hello: { enabled: true, acknowledgedBy: administrator, listen: { host: ${hello.host}, port: ${hello.port} } }
`,
  });
  const yaml = await readFile(site.configFile, 'utf8');
  const credential = '{ user: admin, password: { env: OOB_LAB_PASSWORD } }';
  await writeFile(site.configFile, yaml.replace('  credentials:\n', `  credentials:\n    default: ${credential}\n`));
  await site.start();
}, 90_000);
afterAll(async () => {
  for (const step of undo.splice(0)) await step();
  await site?.close();
});

/** PCs from the factory, which say hello at once and then ten times as fast as real ones. */
async function bareMetal(firstAddress: string, ...more: string[]) {
  const server = `${hello.host}:${hello.port}`;
  const args = ['--first-address', firstAddress, '--bare', 'all', '--hello-server', server, '--transports', 'tls'];
  const lab = startNode('lab/main.ts', [...args, '--sites', 'depot', ...more], {});
  undo.push(async () => {
    lab.signal('SIGTERM');
    await lab.ended;
  });
  await lab.line('lab ready');
}

/** `hosts new`, until it has so many rows that `fits`. */
async function rowsOf(count: number, fits: (row: readonly string[]) => boolean) {
  for (;;) {
    const { view } = await (await site.operator.say('hosts new')).end();
    const rows = (view.table?.rows ?? []).map((row) => row.map(wordsOf)).filter(fits);
    if (rows.length >= count) return rows;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('bare-metal PCs say hello, are listed, and one is taken into the inventory by an administrator alone', async () => {
  await bareMetal('127.24.211.11', '--devices', '2', '--seed', 'depot');
  const rows = await rowsOf(2, () => true);
  expect(rows.map(([, address]) => address).sort()).toEqual(['127.24.211.11', '127.24.211.12']);
  const [uuid] = rows.find(([, address]) => address === '127.24.211.12') ?? [];
  const accept = `hosts accept ${uuid} --name depot2 --site depot`;
  expect((await (await site.operator.say(accept)).end()).view.context).toBe('not_administrator');
  const { view } = await (await site.administrator.say(accept)).end();
  expect(view.title).toBe('depot2 is in the inventory, not provisioned yet');
  expect((await (await site.administrator.say(accept)).end()).view.context).toBe('hello_known');
  const listed = await (await site.operator.say('hosts site:depot')).end();
  expect(listed.view.table?.rows.map(([name]) => name)).toEqual(['depot2']);
  // Nobody vouches for its certificate, and it lets in no client without one: no password goes out.
  const status = await (await site.operator.say('status depot2')).end();
  expect(status.view.context).toMatch(/(?:certificate_untrusted|connection_dropped)$/);
}, 60_000);

test('PCs of a bad vendor share a UUID: they are told apart, and none is taken', async () => {
  await bareMetal('127.24.211.21', '--devices', '2', '--seed', 'bad vendor', '--same-uuid', '--hello-speed', '100');
  const [row] = await rowsOf(1, ([, , , , kind]) => kind?.startsWith('not usable') ?? false);
  expect(row?.[4]).toBe('not usable: several PCs send it in turn');
  const accept = `hosts accept ${row?.[0]} --name bad1 --site depot`;
  expect((await (await site.administrator.say(accept)).end()).view.context).toBe('hello_doubtful');
}, 60_000);

test('who answers for it, and who was taken in by whom, stands in the trail', async () => {
  const { out } = await site.oob(['audit', 'export', '--config', site.configFile]);
  expect(out).toMatch(
    /"kind":"hello_listening".*"acknowledgedBy":"administrator"|"acknowledgedBy":"administrator".*"kind":"hello_listening"/,
  );
  expect(out).toMatch(/"kind":"host_accepted"/);
}, 60_000);
