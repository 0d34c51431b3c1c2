import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import type { TimeAnswer, TimeSource } from '../../../src/ports/network/site-probes.ts';
import { decodeTimeReply, encodeTimeQuestion } from './time-message.ts';

/** Address of the source; null when it has none or DNS is not quick enough. */
async function addressOf(host: string, timeoutMs: number, signal: AbortSignal) {
  const late = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const given = new Promise<null>((resolve) => late.addEventListener('abort', () => resolve(null), { once: true }));
  return Promise.race([lookup(host).catch(() => null), given]);
}

/**
 * Asks a time source by SNTP (RFC 4330). `now`: this machine's clock, which the offset is against. Sent twice when the first is not
 * answered.
 */
export async function askTime(
  { host, port }: TimeSource,
  timeoutMs: number,
  now: () => Date,
  signal: AbortSignal,
): Promise<TimeAnswer> {
  const found = await addressOf(host, timeoutMs, signal);
  signal.throwIfAborted();
  if (!found) return { kind: 'no_address' };
  return new Promise((resolve, reject) => {
    const asked: { readonly nonce: Buffer; readonly sentMs: number }[] = [];
    const socket = createSocket(found.family === 6 ? 'udp6' : 'udp4');
    let ignored = 0;
    // The wall clock may be set while we wait, so it is read once.
    const beganMs = now().getTime();
    const began = performance.now();
    const close = () => {
      clearTimeout(deadline);
      clearTimeout(again);
      signal.removeEventListener('abort', abort);
      socket.close();
    };
    const end = (answer: TimeAnswer) => {
      close();
      resolve(answer);
    };
    const abort = () => {
      close();
      reject(signal.reason);
    };
    const fail = (error: Error) => {
      const code = 'code' in error ? String(error.code) : 'no code';
      end(code === 'ECONNREFUSED' ? { kind: 'refused' } : { kind: 'failed', why: code });
    };
    const nowMs = () => beganMs + performance.now() - began;
    const send = () => {
      const nonce = randomBytes(8);
      asked.push({ nonce, sentMs: nowMs() });
      socket.send(encodeTimeQuestion(nonce));
    };
    const deadline = setTimeout(() => end({ kind: 'silent', ignored }), timeoutMs);
    const again = setTimeout(send, timeoutMs / 2);
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', fail);
    socket.on('message', (bytes) => {
      const gotMs = nowMs();
      for (const { nonce, sentMs } of asked) {
        const reply = decodeTimeReply(bytes, nonce);
        if (reply.kind === 'foreign') continue;
        if (reply.kind !== 'time') return end(reply);
        const offsetMs = Math.round((reply.receivedMs - sentMs + (reply.sentMs - gotMs)) / 2);
        const delayMs = Math.max(0, Math.round(gotMs - sentMs - (reply.sentMs - reply.receivedMs)));
        return end({ kind: 'answered', offsetMs, delayMs, stratum: reply.stratum });
      }
      ignored += 1;
    });
    // Connected, so that only the source itself is heard and "port unreachable" is too.
    socket.connect(port, found.address, send);
  });
}
