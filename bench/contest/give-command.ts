import { setTimeout as sleep } from 'node:timers/promises';
import { type ConsoleClient, createConsoleClient } from '../../src/cli/console-client.ts';
import { withinLimit } from './within-limit.ts';

/** What people in the channel saw of one command. */
export interface SeenInChat {
  /** Times that the command's card was edited. */
  readonly edits: number;
  /** Shortest time between two of its states, in milliseconds. */
  readonly closestEditsMs: number;
  /** Time until each command that was typed meanwhile was acknowledged, in milliseconds. */
  readonly acknowledgementsMs: readonly number[];
}

const channel = 'it-ops';

/**
 * Gives a command over the console and waits until its card says done, as a person would. While it runs somebody types another
 * one every `typingMs`.
 */
export async function giveCommand(
  consoleUrl: string,
  text: string,
  { typingMs, limitMs }: { readonly typingMs: number | null; readonly limitMs: number },
): Promise<SeenInChat> {
  const client = createConsoleClient({ url: consoleUrl, as: 'operator', token: null });
  const typing = new AbortController();
  const acknowledged = typingMs === null ? Promise.resolve([]) : type(client, typingMs, typing.signal);
  try {
    const statesAtMs = await withinLimit(untilDone(client, text), limitMs, 'card that says done');
    typing.abort();
    const pauses = statesAtMs.slice(1).map((atMs, before) => atMs - (statesAtMs[before] ?? 0));
    return {
      edits: pauses.length,
      closestEditsMs: Math.min(...pauses),
      acknowledgementsMs: await acknowledged,
    };
  } finally {
    typing.abort();
  }
}

/** Resolves to the moments at which the card had a new state. */
async function untilDone(client: ConsoleClient, text: string): Promise<readonly number[]> {
  const statesAtMs: number[] = [];
  const { invocation, after } = await client.say(channel, text);
  for await (const message of client.follow(channel, after)) {
    if (message.invocation !== invocation || message.view === null || message.thread !== null) continue;
    statesAtMs.push(performance.now());
    const { outcome, title } = message.view;
    if (outcome === 'done') break;
    if (outcome !== undefined && outcome !== 'working') throw new Error(`the card ended with ${outcome}: ${title}`);
  }
  return statesAtMs;
}

async function type(client: ConsoleClient, everyMs: number, signal: AbortSignal): Promise<readonly number[]> {
  const tookMs: number[] = [];
  while (!signal.aborted) {
    const startedAtMs = performance.now();
    await client.say(channel, 'whoami');
    tookMs.push(performance.now() - startedAtMs);
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
  return tookMs;
}
