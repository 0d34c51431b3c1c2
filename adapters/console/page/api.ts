import type { Taken } from '../receive.ts';
import type { ShownMessage } from '../render.ts';

/** Somebody or something with a name. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** What the page learns first. `me` is null in the demo, where one speaks as anybody. */
export interface Session {
  readonly demo: boolean;
  readonly me: string | null;
  readonly channels: readonly Named[];
  readonly people: readonly Named[];
  readonly hints: readonly string[];
}

/** Who reads or speaks, and where. */
export interface Seat {
  readonly as: string;
  readonly channel: string;
}

/** A request that the console refused or that did not arrive; the message is fit to be shown. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

async function ask(path: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new ApiError(0, 'the service does not answer');
  }
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body;
  // Trust boundary: the page and the server that it came from are one program of one version.
  const said = body as { readonly error?: { readonly message?: string } } | null;
  throw new ApiError(response.status, said?.error?.message ?? `the service answered ${response.status}`);
}

function act(path: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json', 'x-oob-console': '1' };
  return ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

function query(seat: Seat, more: Readonly<Record<string, string>> = {}): string {
  return new URLSearchParams({ as: seat.as, channel: seat.channel, ...more }).toString();
}

// Trust boundary for all casts below: same program, same version, see above.

/** Who and what there is. */
export const getSession = async () => (await ask('/api/session', {})) as Session;

/** The last messages of the channel, and the change number up to which they are. */
export const getMessages = async (seat: Seat) =>
  (await ask(`/api/messages?${query(seat)}`, {})) as {
    readonly messages: readonly ShownMessage[];
    readonly change: number;
  };

/** Says a command. */
export const say = async (seat: Seat, text: string) => (await act('/api/say', { ...seat, text })) as Taken;

/** Presses a button of a message. */
export const click = async (seat: Seat, action: string, message: ShownMessage) =>
  (await act('/api/click', { ...seat, action, message: message.number, change: message.change })) as Taken;

/** Where the message's file is. */
export function attachmentAddress(seat: Seat, message: ShownMessage): string {
  return `/api/attachment/${message.number}?${query(seat, { change: String(message.change) })}`;
}

/** Where the picture of a message is fetched from. */
export function pictureAddress(seat: Seat, message: ShownMessage): string {
  return `/api/picture/${message.number}?${query(seat, { change: String(message.change) })}`;
}

/** Where the changes after `after` come from. */
export function streamAddress(seat: Seat, after: number): string {
  return `/api/stream?${query(seat, { after: String(after) })}`;
}
