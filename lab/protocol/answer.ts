import { hasWebUi } from '../classes/access/web-ui.ts';
import { noteFailedLogin } from '../classes/logs/failed-login.ts';
import type { Device } from '../device.ts';
import { strikes } from '../faults.ts';
import type { PowerTiming } from '../power.ts';
import type { FleetKeys } from '../tls/fleet-keys.ts';
import { judge } from './digest.ts';
import type { HttpReply } from './http-reply.ts';
import {
  badRequestReply,
  emptyBadRequestReply,
  faultReply,
  logonPageReply,
  logonRedirectReply,
  notFoundReply,
  okReply,
  unauthorizedReply,
} from './http-reply.ts';
import type { HttpRequest } from './http-request.ts';
import { readRequest } from './request.ts';
import { faultEnvelope, isReceiverFault, type SoapFault } from './soap-fault.ts';
import { answerWsman, operationName } from './wsman.ts';

/** A reply, and whether the connection is to break in the middle of it. */
export interface Answer {
  readonly reply: HttpReply;
  readonly breaksOff: boolean;
}

/** What a device is asked in. */
interface Circumstances {
  readonly timing: PowerTiming;
  readonly keys: FleetKeys;
  readonly nowMs: number;
  /** Address of the client. */
  readonly from: string;
  /** It came by the local interface. Default: by the network. */
  readonly isLocal?: boolean;
}

/** What one device answers to one HTTP request. */
export function answer(device: Device, request: HttpRequest, circumstances: Circumstances): Answer {
  const { timing, keys, nowMs, from, isLocal = false } = circumstances;
  if (request.method === 'GET' && hasWebUi(device)) {
    if (request.target === '/') return whole(logonRedirectReply(device));
    if (request.target === '/logon.htm') return whole(logonPageReply(device));
  }
  if (request.target !== '/wsman') return whole(notFoundReply(device));
  const verdict = judge(device, request, nowMs, isLocal);
  if (verdict.kind !== 'accepted') {
    device.counters.unauthorized += 1;
    if (verdict.kind === 'wrong') noteFailedLogin(device, verdict.name, from, nowMs);
    return whole(unauthorizedReply(device));
  }
  if (request.method !== 'POST') return whole(badRequestReply(device, 'Bad Request.'));
  const read = readRequest(request.body.toString('utf8'));
  if ('fault' in read) return whole(fault(device, read.fault, read.messageId));
  const operation = operationName(read);
  count(device, operation);
  if (strikes(device.faults, 'empty-400', operation)) return whole(emptyBadRequestReply(device));
  const caller = { ...verdict.caller, address: from };
  const answered = answerWsman({ device, nowMs, timing, keys, caller }, read);
  const reply =
    'fault' in answered
      ? fault(device, answered.fault, read.messageId, answered.ptStatus)
      : okReply(device, answered.envelope);
  return { reply, breaksOff: strikes(device.faults, 'drop-mid-reply', operation) };

  function fault(of: Device, name: SoapFault, messageId: string, ptStatus?: number): HttpReply {
    const status = isReceiverFault(name) ? '500 Internal Server Error' : '400 Bad Request';
    return faultReply(of, status, faultEnvelope(of, name, messageId, ptStatus));
  }
}

const whole = (reply: HttpReply): Answer => ({ reply, breaksOff: false });

/** Made-up class names are counted together, so that a scanner can't fill the memory. */
function count(device: Device, operation: string): void {
  const { requests } = device.counters;
  const name = requests.size < 200 || requests.has(operation) ? operation : 'other';
  requests.set(name, (requests.get(name) ?? 0) + 1);
}
