import { type IncomingHttpHeaders, request } from 'node:http';

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body as JSON, null when it is none. */
  readonly json: unknown;
}

/** One request with exactly these headers (fetch would not let a test choose Host or Origin). */
export function rawRequest(
  base: string,
  method: string,
  path: string,
  options: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(base, { method, path, headers: options.headers ?? {}, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, json: jsonOf(body) }),
      );
    });
    sent.on('error', reject);
    sent.end(options.body);
  });
}

/** What `oob say` and the page send with everything that acts. */
export const actHeaders = { 'x-oob-console': '1', 'content-type': 'application/json' } as const;

/** A POST as the page sends it. */
export function act(
  base: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  return rawRequest(base, 'POST', path, { headers: { ...actHeaders, ...headers }, body: JSON.stringify(body) });
}

/** A stream that is being read. */
export interface RawStream {
  readonly status: number;
  /** Data of the `message` events so far, parsed. */
  readonly messages: readonly { readonly number: number; readonly change: number; readonly text: string | null }[];
  /** All that came, as text. */
  readonly raw: () => string;
  /** Resolves once `seen` says so; rejects when the stream ends before. */
  until(seen: () => boolean): Promise<void>;
  /** Resolves when the server ends it. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Opens an event stream. */
export function openStream(
  base: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawStream> {
  return new Promise((resolve, reject) => {
    const sent = request(base, { path, headers, agent: false }, (response) => {
      let raw = '';
      let isOver = false;
      let wake: () => void = () => {};
      const messages: { number: number; change: number; text: string | null }[] = [];
      response.setEncoding('utf8');
      let rest = '';
      response.on('data', (chunk: string) => {
        raw += chunk;
        const blocks = (rest + chunk).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          const data = /^event: message\ndata: (.*)$/m.exec(block)?.[1];
          if (data !== undefined) messages.push(JSON.parse(data));
        }
        wake();
      });
      const ended = new Promise<void>((done) => {
        response.on('close', () => {
          isOver = true;
          wake();
          done();
        });
      });
      // Cut by either side, a stream ends with an error; that is not what the tests look at.
      response.on('error', () => {});
      resolve({
        status: response.statusCode ?? 0,
        messages,
        raw: () => raw,
        ended,
        until: async (seen) => {
          while (!seen()) {
            if (isOver) throw new Error(`the stream ended:\n${raw}`);
            await new Promise<void>((next) => {
              wake = next;
            });
          }
        },
        close: () => sent.destroy(),
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
