import { AmtError } from '../../../src/ports/amt.ts';
import { AmtFault, quoteDevice } from '../errors.ts';
import { readFault } from './fault.ts';
import type { ClassName } from './names.ts';
import { child, readXml, type XmlNode } from './read.ts';
import {
  enumerateRequest,
  identifyRequest,
  messageText,
  type PreparedRequest,
  pullRequest,
  type Repetition,
  releaseRequest,
} from './requests.ts';

/** An HTTP reply, complete. */
export interface HttpReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** Carries one message to the device and brings the reply; knows about connections and passwords, not about SOAP. */
export interface Carrier {
  /** Rejects with `AmtError`. Never answers 401. */
  post(text: string, repetition: Repetition, label: string): Promise<HttpReply>;
  /** Runs `last` although the conversation was cancelled, for a few seconds at most. */
  afterwards<T>(last: () => Promise<T>): Promise<T>;
  /** Waits; rejects with `cancelled` when the conversation ends meanwhile. */
  pause(ms: number): Promise<void>;
}

/** WS-Management with one device: sends prepared requests, reads the replies strictly. */
export interface Wsman {
  /** Sends the request; resolves to the one element in the reply's body, undefined when the body is empty. */
  send(request: PreparedRequest): Promise<XmlNode | undefined>;
  /** As `send`, for an answer that must be there. */
  ask(request: PreparedRequest): Promise<XmlNode>;
  identify(): Promise<XmlNode>;
  /** All instances of a class: Enumerate, then Pull to the end. */
  enumerate(className: ClassName): Promise<readonly XmlNode[]>;
  /** As the carrier's. */
  afterwards<T>(last: () => Promise<T>): Promise<T>;
  pause(ms: number): Promise<void>;
}

const maxPulls = 100;
const maxInstances = 5_000;

/** The text of an HTML error page's heading, where AMT writes what it did not like; null for other replies. */
function pageHeading(reply: HttpReply): string | null {
  if (!/html/i.test(reply.contentType)) return null;
  const page = new TextDecoder().decode(reply.body.subarray(0, 4_096));
  const heading = /<h2[^>]*>([^<]{1,300})/i.exec(page)?.[1];
  return heading === undefined ? null : quoteDevice(heading);
}

function refuseStatus(reply: HttpReply, label: string): never {
  const seen = `${label} was answered with HTTP ${reply.status}`;
  const heading = pageHeading(reply);
  const evidence = heading === null ? [seen] : [seen, `The device says: ${heading}`];
  if (reply.status === 403) throw new AmtError('not_permitted', evidence);
  if (reply.status === 404) evidence.push('There is no WS-Management service at /wsman');
  throw new AmtError('protocol_error', evidence);
}

/** The reply's envelope after all checks; throws the fault that it carries. */
function openReply(reply: HttpReply, label: string, messageId: number | null): XmlNode {
  const looksLikeXml = reply.body.byteLength > 0 && !/html/i.test(reply.contentType);
  if (reply.status !== 200 && !looksLikeXml) refuseStatus(reply, label);
  if (reply.body.byteLength === 0) throw new AmtError('protocol_error', [`${label} was answered with an empty reply`]);
  const envelope = readXml(reply.body);
  const fault = readFault(envelope, label);
  if (fault !== null) throw fault;
  if (reply.status !== 200) refuseStatus(reply, label);
  const relatesTo = child(child(envelope, 'Header'), 'RelatesTo')?.text.trim() ?? '';
  if (messageId !== null && relatesTo !== '' && relatesTo !== String(messageId)) {
    throw new AmtError('protocol_error', [`the reply to ${label} belongs to another request`]);
  }
  return envelope;
}

/** Makes the client of one conversation. `nextMessageId` counts up. */
export function createWsman(carrier: Carrier, nextMessageId: () => number): Wsman {
  async function send(request: PreparedRequest): Promise<XmlNode | undefined> {
    const messageId = nextMessageId();
    const reply = await carrier.post(messageText(request, messageId), request.repetition, request.label);
    try {
      const envelope = openReply(reply, request.label, request.after === null ? null : messageId);
      const body = child(envelope, 'Body');
      if (body === undefined) throw new AmtError('protocol_error', [`the reply to ${request.label} has no body`]);
      return body.children[0];
    } catch (error) {
      // An unreadable answer to an act is no proof that nothing was done; a fault is.
      if (request.repetition !== 'act' || error instanceof AmtFault || !(error instanceof AmtError)) throw error;
      if (error.code !== 'protocol_error' || reply.status !== 200) throw error;
      throw new AmtError(error.code, error.evidence, { cause: error, mayHaveActed: true });
    }
  }

  async function ask(request: PreparedRequest): Promise<XmlNode> {
    const answer = await send(request);
    if (answer !== undefined) return answer;
    throw new AmtError('protocol_error', [`the reply to ${request.label} is empty`], {
      mayHaveActed: request.repetition === 'act',
    });
  }

  function contextOf(answer: XmlNode): string | null {
    const text = child(answer, 'EnumerationContext')?.text.trim() ?? '';
    return text === '' ? null : text;
  }

  async function release(className: ClassName, context: string): Promise<void> {
    try {
      await carrier.afterwards(() => send(releaseRequest(className, context)));
    } catch {
      // The context then ends by the device's own timeout; the error that led here is the one to report.
    }
  }

  async function pullAll(className: ClassName, first: string): Promise<XmlNode[]> {
    const found: XmlNode[] = [];
    let context = first;
    try {
      for (let pulls = 0; pulls < maxPulls; pulls += 1) {
        const answer = await ask(pullRequest(className, context));
        for (const one of child(answer, 'Items')?.children ?? []) found.push(one);
        if (child(answer, 'EndOfSequence') !== undefined) return found;
        context = contextOf(answer) ?? context;
        if (found.length > maxInstances) break;
      }
    } catch (error) {
      await release(className, context);
      throw error;
    }
    await release(className, context);
    throw new AmtError('protocol_error', [`the enumeration of ${className} does not end`]);
  }

  async function enumerateOnce(className: ClassName): Promise<XmlNode[]> {
    const opened = await ask(enumerateRequest(className));
    const context = contextOf(opened);
    if (context === null) throw new AmtError('protocol_error', [`the enumeration of ${className} has no context`]);
    return pullAll(className, context);
  }

  return {
    send,
    ask,
    identify: () => ask(identifyRequest),
    afterwards: (last) => carrier.afterwards(last),
    pause: (ms) => carrier.pause(ms),
    async enumerate(className) {
      try {
        return await enumerateOnce(className);
      } catch (error) {
        // A lost Pull can not be repeated (it would skip what was lost), the whole enumeration can.
        const lost = error instanceof AmtError && ['connection_dropped', 'no_answer'].includes(error.code);
        if (!lost) throw error;
        return enumerateOnce(className);
      }
    },
  };
}
