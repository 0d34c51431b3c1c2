import type { Device } from '../device.ts';
import type { ConnectionOptions } from '../network/connection.ts';
import { answer } from '../protocol/answer.ts';
import { badRequestReply } from '../protocol/http-reply.ts';
import { createRequestReader } from '../protocol/http-request.ts';

/** What the local interface answers in. */
export type LocalOptions = Pick<ConnectionOptions, 'keys' | 'timing' | 'now' | 'reopen'>;

/**
 * AMT's local port: one connection that brings `bytes` and waits for the reply; it works whatever state the PC's network is in. In a
 * real PC the Local Manageability Service listens there on 127.0.0.1:16992 `[code: rpc-go, internal/lm/service.go]`. Plain HTTP only.
 *
 * @returns all that AMT answers until it closes or falls silent; empty when the reply broke off before its begin
 */
export function askLocally(device: Device, bytes: Buffer, { keys, timing, now, reopen }: LocalOptions): Buffer {
  const replies: Buffer[] = [];
  try {
    for (const request of createRequestReader().read(bytes)) {
      const { reply, breaksOff } = answer(device, request, {
        keys,
        timing,
        nowMs: now(),
        from: '127.0.0.1',
        isLocal: true,
      });
      if (breaksOff) return Buffer.concat([...replies, reply.bytes.subarray(0, Math.floor(reply.bytes.length / 2))]);
      replies.push(reply.bytes);
      if (reply.closes) break;
    }
  } catch {
    replies.push(badRequestReply(device, 'Bad Request.').bytes);
  }
  if (device.portsChanged) {
    device.portsChanged = false;
    reopen(device);
  }
  return Buffer.concat(replies);
}
