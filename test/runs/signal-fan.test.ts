import { describe, expect, test } from '@jest/globals';
import { createSignalFan } from '../../src/runs/signal-fan.ts';

describe('signals that follow one', () => {
  test('abort with it and for its reason', () => {
    const source = new AbortController();
    const fan = createSignalFan(source.signal);
    const links = [fan.link(), fan.link()];
    expect(links.map(({ signal }) => signal.aborted)).toEqual([false, false]);
    source.abort(new Error('the service is stopping'));
    expect(links.map(({ signal }) => String(signal.reason))).toEqual(Array(2).fill('Error: the service is stopping'));
  });

  test('a task that has ended is left alone, one that begins too late is cut off at once', () => {
    const source = new AbortController();
    const fan = createSignalFan(source.signal);
    const { signal, unlink } = fan.link();
    unlink();
    source.abort();
    expect(signal.aborted).toBe(false);
    expect(fan.link().signal.aborted).toBe(true);
  });
});
