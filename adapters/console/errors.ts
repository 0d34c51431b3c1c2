import { ChatError } from '../../src/ports/chat.ts';

/** Every way in which the console refuses a request: HTTP status and the sentence that goes back. */
const consoleErrors = {
  ERR_CONSOLE_HOST: [421, 'This console answers on its own loopback address only; the request named another host.'],
  ERR_CONSOLE_ORIGIN: [403, 'The request comes from another site.'],
  ERR_CONSOLE_HEADER: [403, 'The header "X-Oob-Console: 1" is missing.'],
  ERR_CONSOLE_TOKEN: [401, 'A valid token is needed.'],
  ERR_CONSOLE_SPEAKER: [403, 'The token belongs to another person. Speaking as someone else works in the demo only.'],
  ERR_CONSOLE_BODY: [400, 'The request is not what this address takes.'],
  ERR_CONSOLE_TOO_LONG: [
    400,
    'The command is too long: keep it under 4,000 characters and 200 words; use site: or group: for many PCs.',
  ],
  ERR_CONSOLE_TOO_LARGE: [413, 'The request is too large.'],
  ERR_CONSOLE_MEDIA: [415, 'The request must be application/json.'],
  ERR_CONSOLE_CHANNEL: [404, 'There is no such channel.'],
  ERR_CONSOLE_MESSAGE: [404, 'There is no such message.'],
  ERR_CONSOLE_ROUTE: [404, 'There is nothing at this address.'],
  ERR_CONSOLE_METHOD: [405, 'This address does not take that method.'],
  ERR_CONSOLE_BUSY: [503, 'Too many readers at once. Close a window and try again.'],
  ERR_CONSOLE_STORE: [503, 'The store does not answer; nothing was done. Try again in a moment.'],
  ERR_CONSOLE_NOT_LOOPBACK: [500, 'The console may only listen on a loopback address such as 127.0.0.1.'],
  ERR_CONSOLE_WEAK_TOKEN: [500, 'A token of the console is shorter than 16 characters.'],
  ERR_CONSOLE_LISTEN: [500, 'The console could not listen on its address.'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

/** Stable code of a ConsoleError. */
export type ConsoleErrorCode = keyof typeof consoleErrors;

/** A refused request, or a console that could not start. `status` is the HTTP status. */
export class ConsoleError extends Error {
  readonly code: ConsoleErrorCode;
  readonly status: number;

  constructor(code: ConsoleErrorCode, options: { detail?: string; cause?: unknown } = {}) {
    const [status, sentence] = consoleErrors[code];
    super(options.detail === undefined ? sentence : `${sentence} ${options.detail}`, { cause: options.cause });
    this.name = 'ConsoleError';
    this.code = code;
    this.status = status;
  }
}

/** What the log threw, as the core knows it. */
export function toChatError(error: unknown): ChatError {
  if (error instanceof ChatError) return error;
  return new ChatError('platform_down', 'The console log could not be written.', { cause: error });
}
