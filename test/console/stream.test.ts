import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { itOps } from '../support/fixtures.ts';
import { type ConsoleBench, startConsole } from './console-bench.ts';
import { act, openStream, rawRequest } from './raw-request.ts';

describe('the live stream', () => {
  let bench: ConsoleBench;
  let url: string;
  const path = '/api/stream?channel=it-ops&as=operator';
  const sayIt = (text: string) => act(url, '/api/say', { as: 'operator', channel: 'it-ops', text });

  beforeEach(async () => {
    bench = await startConsole();
    url = bench.adapter.url;
  });
  afterEach(() => bench.adapter.stop());

  test('answers at once, before anything is said', async () => {
    const stream = await openStream(url, path);
    await stream.until(() => stream.raw().includes('event: caught-up'));
    expect(stream.raw()).toMatch(/^retry: 1000\n: connected\n\n/);
    expect(stream.status).toBe(200);
    stream.close();
  });

  test('resumes after the last event that was seen, which counts more than the address', async () => {
    await sayIt('reset host1');
    await bench.core.settled();
    const stream = await openStream(url, `${path}&after=0`, { 'last-event-id': '1' });
    await stream.until(() => stream.raw().includes('event: caught-up'));
    expect(stream.messages.map(({ change }) => change)).toEqual([2]);
    expect(stream.raw()).toContain('id: 2\nevent: message\n');
    stream.close();
  });

  test('carries an edit as the same message with a later change', async () => {
    const stream = await openStream(url, path);
    await sayIt('poweron host42');
    await stream.until(() => stream.messages.length === 2);
    bench.core.goOn();
    await stream.until(() => stream.messages.length === 3);
    const [, posted, edited] = stream.messages;
    expect(edited?.number).toBe(posted?.number);
    expect(edited?.change).toBeGreaterThan(posted?.change ?? 0);
    bench.core.goOn();
    await stream.until(() => stream.messages.length === 4);
    stream.close();
  });

  test('reaches many readers', async () => {
    const streams = await Promise.all(Array.from({ length: 50 }, () => openStream(url, path)));
    await sayIt('reset host1');
    await Promise.all(streams.map((stream) => stream.until(() => stream.messages.length === 2)));
    for (const stream of streams) stream.close();
  });

  test('ends when the console stops, and is taken up again from where it was', async () => {
    const stream = await openStream(url, path);
    await sayIt('reset host1');
    await stream.until(() => stream.messages.length === 2);
    await bench.adapter.stop();
    await stream.ended;
    expect(stream.messages.map(({ change }) => change)).toEqual([1, 2]);
  });

  test('is cut when the log can not be read, so that the reader comes back', async () => {
    bench.log.setDown(true);
    const stream = await openStream(url, path);
    await stream.ended;
    expect(stream.raw()).not.toContain('caught-up');
    bench.log.setDown(false);
  });

  test('the answer to a command says from where on to listen', async () => {
    await sayIt('reset host1');
    await bench.core.settled();
    const answer = (await sayIt('reset host2')).json as { readonly after: number; readonly invocation: string };
    await bench.core.settled();
    const stream = await openStream(url, `${path}&after=${answer.after}`);
    await stream.until(() => stream.messages.length > 0);
    expect(stream.messages[0]).toMatchObject({ invocation: answer.invocation, author: 'oob' });
    expect(stream.messages).toHaveLength(1);
    stream.close();
  });
});

describe('reading without a stream', () => {
  test('pages through changes, hidden ones counted', async () => {
    const bench = await startConsole();
    const { url } = bench.adapter;
    const at = new Date();
    for (let number = 0; number < 450; number++) {
      const visibleTo = number % 2 === 0 ? null : 'approver';
      await bench.log.append({
        channel: 'it-ops',
        author: 'oob',
        visibleTo,
        thread: null,
        text: `${number}`,
        view: null,
        at,
      });
    }
    const seen: number[] = [];
    let after = 0;
    for (let more = true; more; ) {
      const answer = await rawRequest(url, 'GET', `/api/messages?channel=it-ops&as=operator&after=${after}`);
      const page = answer.json as { messages: { number: number }[]; change: number; more: boolean };
      seen.push(...page.messages.map(({ number }) => number));
      ({ change: after, more } = page);
    }
    expect(seen).toEqual(Array.from({ length: 225 }, (_, at) => at * 2 + 1));
    await bench.adapter.stop();
  });

  test('a message that another version wrote is shown empty rather than breaking the channel', async () => {
    const bench = await startConsole();
    const common = { channel: 'it-ops', author: 'oob', visibleTo: null, thread: null, text: null, at: new Date() };
    await bench.log.append({ ...common, view: { view: { tone: 'sparkling' }, invocation: 'a' } });
    await bench.log.append({ ...common, view: 'old' });
    const answer = await rawRequest(bench.adapter.url, 'GET', '/api/messages?channel=it-ops&as=operator');
    expect(answer.json).toMatchObject({
      messages: [
        { view: null, card: null, invocation: 'a' },
        { view: null, card: null },
      ],
    });
    await bench.adapter.stop();
  });

  test('a file comes whole, under its name', async () => {
    const bench = await startConsole();
    const { url } = bench.adapter;
    const content = 'name\n"é; ""x"""\n';
    await bench.adapter.post(itOps, {
      tone: 'neutral',
      title: 'With a file',
      attachment: { name: 'rün "1" (it\'s)\r\nx.csv', mediaType: 'text/csv', content },
    });
    const answer = await rawRequest(url, 'GET', '/api/attachment/1?channel=it-ops&as=operator');
    expect(answer.body).toBe(content);
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.headers['content-disposition']).toBe(
      "attachment; filename*=UTF-8''r%C3%BCn%20%221%22%20%28it%27s%29%0D%0Ax.csv",
    );
    const none = await rawRequest(url, 'GET', '/api/attachment/2?channel=it-ops&as=operator');
    expect(none.status).toBe(404);
    await bench.adapter.stop();
  });
});
