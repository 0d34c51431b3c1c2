/** One HTTP request as it came in. */
export interface HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly authorization: string | undefined;
  /** The client asked to close after the reply. */
  readonly wantsClose: boolean;
  readonly body: Buffer;
}

/** Cuts requests out of the bytes of one connection. */
export interface RequestReader {
  /**
   * Takes the next bytes.
   *
   * @returns the requests completed by them, in order
   * @throws Error when the bytes are no HTTP/1.1 request; the connection is then beyond use
   */
  read(bytes: Buffer): HttpRequest[];
}

/** Beyond what firmware takes; real limits are lower but not published. `[guess]` */
const headLimit = 16 * 1024;
const bodyLimit = 256 * 1024;

const none = Buffer.alloc(0);

/**
 * A reader for one connection. Own parser because the lab must see and answer what node:http would refuse or tidy
 * up.
 */
export function createRequestReader(): RequestReader {
  let waiting: Buffer = none;
  return {
    read(bytes) {
      waiting = waiting.length === 0 ? bytes : Buffer.concat([waiting, bytes]);
      const requests: HttpRequest[] = [];
      for (;;) {
        const next = cut(waiting);
        if (!next) return requests;
        requests.push(next.request);
        waiting = next.rest;
      }
    },
  };
}

function cut(bytes: Buffer): { request: HttpRequest; rest: Buffer } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) {
    if (bytes.length > headLimit) throw new Error('Request head too long');
    return undefined;
  }
  const [first = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const [method = '', target = '', version = ''] = first.split(' ');
  if (!/^HTTP\/1\.[01]$/.test(version)) throw new Error('No HTTP/1.x request line');
  const fields = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) throw new Error('Header line without a name');
    fields.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const body = cutBody(bytes.subarray(headEnd + 4), fields);
  if (!body) return undefined;
  return {
    request: {
      method,
      target,
      authorization: fields.get('authorization'),
      wantsClose: fields.get('connection')?.toLowerCase() === 'close',
      body: body.content,
    },
    rest: body.rest,
  };
}

function cutBody(bytes: Buffer, fields: ReadonlyMap<string, string>): { content: Buffer; rest: Buffer } | undefined {
  if (fields.get('transfer-encoding')?.toLowerCase() === 'chunked') return cutChunks(bytes);
  const length = Number(fields.get('content-length') ?? 0);
  if (!Number.isInteger(length) || length < 0 || length > bodyLimit) throw new Error('Content-Length out of range');
  if (bytes.length < length) return undefined;
  return { content: bytes.subarray(0, length), rest: bytes.subarray(length) };
}

function cutChunks(bytes: Buffer): { content: Buffer; rest: Buffer } | undefined {
  const chunks: Buffer[] = [];
  let total = 0;
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    total += size;
    if (!Number.isInteger(size) || size < 0 || total > bodyLimit) throw new Error('Chunk size out of range');
    const next = lineEnd + 2 + size + 2;
    if (bytes.length < next) return undefined;
    if (size === 0) return { content: Buffer.concat(chunks), rest: bytes.subarray(next) };
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}
