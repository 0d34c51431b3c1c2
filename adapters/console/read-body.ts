import type { IncomingMessage } from 'node:http';
import { ConsoleError } from './errors.ts';

/** A request's body as text. Keeps at most `mostBytes`; more is refused with ERR_CONSOLE_TOO_LARGE and thrown away unread. */
export async function readBody(request: IncomingMessage, mostBytes: number): Promise<string> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > mostBytes) throw new ConsoleError('ERR_CONSOLE_TOO_LARGE');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const piece = Buffer.from(chunk);
    bytes += piece.length;
    if (bytes > mostBytes) throw new ConsoleError('ERR_CONSOLE_TOO_LARGE');
    chunks.push(piece);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** As `readBody`, parsed; ERR_CONSOLE_BODY when it is no JSON. */
export async function readJson(request: IncomingMessage, mostBytes: number): Promise<unknown> {
  const text = await readBody(request, mostBytes);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConsoleError('ERR_CONSOLE_BODY', { detail: 'It is not JSON.', cause });
  }
}
