import { formatCount } from '../messages/plain-text.ts';
import { renderBriefText, renderText } from '../messages/text.ts';
import type { ViewOutcome } from '../messages/view.ts';
import { type ClientMessage, ConsoleRefused, ConsoleUnreachable, createConsoleClient } from './console-client.ts';

/** One command to a running service. */
export interface SayOptions {
  /** Address of the console, `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Needed unless the service is the demo. */
  readonly token?: string;
  /** Who speaks. With a token it may be null: the token decides. */
  readonly as: string | null;
  /** Id of the channel. */
  readonly channel: string;
  /** The command, with or without `/oob`. */
  readonly text: string;
  /** One JSON object per state instead of text. */
  readonly json: boolean;
  /** Goes on after "waits for approval" until the very end. */
  readonly wait: boolean;
  /** Takes one piece of output, without a final line feed. */
  readonly out: (text: string) => void;
  /** Width of the terminal in characters. Default 100. */
  readonly columns?: number;
}

/** Exit codes of `oob say`. */
const sayExitCodes = { done: 0, someFailed: 1, refused: 2, waiting: 3, unreachable: 4 } as const;

const exitCodes: Readonly<Record<Exclude<ViewOutcome, 'working'>, number>> = {
  done: sayExitCodes.done,
  some_failed: sayExitCodes.someFailed,
  refused: sayExitCodes.refused,
  waiting: sayExitCodes.waiting,
};

/**
 * Says a command, prints each distinct state of what is answered (states that pass in brief, the rest whole), and resolves to
 * the exit code when the command has ended, was refused, or waits for approval. Never rejects for a reason that lies outside.
 */
export async function runSay(options: SayOptions): Promise<number> {
  const { channel, json, out } = options;
  const complain = (code: string, message: string, mend?: string): void => {
    if (json) out(JSON.stringify({ error: { code, message } }));
    else out(mend === undefined ? `✖ ${message}` : `✖ ${message}\n  ${mend}`);
  };
  try {
    refuseOpenWire(options);
    const client = createConsoleClient({ url: options.url, as: options.as, token: options.token ?? null });
    const { invocation, after } = await client.say(channel, options.text);
    const printed = new Map<number, string>();
    for await (const message of client.follow(channel, after)) {
      if (message.invocation !== invocation || message.view === null) continue;
      const outcome = outcomeOf(message);
      const ends = message.thread === null && outcome !== 'working' && !(outcome === 'waiting' && options.wait);
      const state = json ? asJson(message, outcome) : asText(message, outcome, options.columns);
      if (printed.get(message.number) !== state) out(state);
      printed.set(message.number, state);
      if (ends) return exitCodes[outcome];
    }
  } catch (error) {
    if (error instanceof ConsoleRefused) {
      complain(error.code, error.message);
      return sayExitCodes.refused;
    }
    if (error instanceof ConsoleUnreachable) {
      complain('ERR_CONSOLE_UNREACHABLE', error.message, startHint);
      return sayExitCodes.unreachable;
    }
    throw error;
  }
  return sayExitCodes.unreachable;
}

const startHint =
  'Start the demo with `npm run demo`, or the service with `npm start` and a console in its configuration.';

/** A token over plain HTTP may only stay on this machine. */
function refuseOpenWire({ url, token }: SayOptions): void {
  if (!URL.canParse(url))
    throw new ConsoleRefused('ERR_CONSOLE_URL', `"${url}" is no address such as http://127.0.0.1:8080.`);
  const { protocol, hostname } = new URL(url);
  if (token === undefined || protocol === 'https:' || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) return;
  throw new ConsoleRefused('ERR_CONSOLE_URL', `The token is not sent to ${hostname}: it would travel unencrypted.`);
}

/** A view without an outcome is a plain answer, unless it shows that it is at work. */
function outcomeOf({ view }: ClientMessage): ViewOutcome {
  return view?.outcome ?? (view?.tone === 'working' ? 'working' : 'done');
}

function asText(message: ClientMessage, outcome: ViewOutcome, columns: number | undefined): string {
  const { view, attachment, thread } = message;
  if (view === null) return '';
  const brief = outcome === 'working';
  const text = brief ? renderBriefText(view) : renderText(view, columns === undefined ? {} : { columns });
  const file =
    attachment === null
      ? ''
      : `\n  File: ${attachment.name} (${formatCount(attachment.bytes)} bytes) ${attachment.url}`;
  return thread === null ? text + file : (text + file).replace(/^/gm, '  ');
}

function asJson(message: ClientMessage, outcome: ViewOutcome): string {
  const { number, thread, view, attachment } = message;
  return JSON.stringify({ message: number, thread, private: message.private, outcome, view, attachment });
}
