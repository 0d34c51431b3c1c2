import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { newId, wholeTrail } from '../contract/store/samples.ts';
import { openStore, temporaryDirectory } from '../store/testing.ts';
import { place } from './fakes.ts';

/** Slack's chat.postMessage as far as it takes messages; the first answer never comes. */
async function startForgetfulSlack() {
  const shown: { readonly channel: string; readonly text: string }[] = [];
  const took = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { channel = '', text = '', blocks = '' } = Object.fromEntries(new URLSearchParams(body));
    shown.push({ channel, text: `${text} ${blocks}` });
    if (shown.length === 1) return took.resolve();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ok: true, channel, ts: `1.${shown.length}` }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/api/`,
    shown,
    took: took.promise,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function startPoster(...args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<unknown> } {
  const script = fileURLToPath(new URL('child-poster.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { child, ended: once(child, 'exit') };
}

test('kill -9 between post and record: the message is there once, its thread and a remark go to the fallback', async () => {
  const directory = await temporaryDirectory();
  const store = await openStore({ dataDirectory: directory.path });
  const slack = await startForgetfulSlack();
  const posters: ChildProcess[] = [];
  try {
    const common = {
      subject: 'digest it-ops',
      conversation: place('slack', 'C0000000001'),
      fallback: place('slack', 'C0000000002'),
    };
    const top = { ...common, id: newId('post'), below: null, view: { tone: 'good', title: 'The digest' } as const };
    const detail = {
      ...common,
      id: newId('post'),
      below: top.id,
      view: { tone: 'good', title: 'Its details' } as const,
    };
    await store.posts.add([top, detail], new Date());

    const first = startPoster(directory.path, slack.url);
    posters.push(first.child);
    await slack.took;
    first.child.kill('SIGKILL');
    await first.ended;

    // As long after as the lease of the dead one takes.
    const second = startPoster(directory.path, slack.url, String(130_000));
    posters.push(second.child);
    expect(await second.ended).toEqual([0, null]);

    const places = slack.shown.map(({ channel, text }) => [channel, /The digest|Its details/.exec(text)?.[0]]);
    expect(places).toEqual([
      ['C0000000001', 'The digest'],
      ['C0000000002', 'The digest'],
      ['C0000000002', 'Its details'],
    ]);
    expect(slack.shown[1]?.text).toContain('may be there already');
    const failures = (await wholeTrail(store)).filter(({ kind }) => kind === 'delivery_failed');
    expect(failures).toMatchObject([{ data: { code: 'unsure', movedTo: 'slack:T1/C0000000002' } }]);
    expect(await store.posts.open()).toBe(0);
  } finally {
    for (const poster of posters) poster.kill('SIGKILL');
    await slack.stop();
    await store.close();
    await directory.remove();
  }
});
