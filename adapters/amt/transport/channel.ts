import { type AmtEndpoint, AmtError, type AmtErrorCode, amtPorts, portOf } from '../../../src/ports/amt.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Carrier, HttpReply } from '../wsman/client.ts';
import { identifyRequest, type Repetition } from '../wsman/requests.ts';
import { type DigestChallenge, readChallenge } from './digest.ts';
import { classifyFailure, type Failure } from './failures.ts';
import type { Identity } from './identity.ts';
import type { Exchange, ExchangeResult, Link } from './link.ts';
import type { DeviceMemory } from './memory.ts';
import { authorityOf, portIsOpen } from './socket.ts';
import type { AmtTimeouts } from './timeouts.ts';
import { noteVersion } from './version.ts';

/** What one conversation works with. */
export interface ChannelParts {
  readonly endpoint: AmtEndpoint;
  readonly memory: DeviceMemory;
  readonly link: Link;
  readonly identity: Identity;
  readonly timeouts: AmtTimeouts;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told about every exchange with the device; never about what was in it. */
  readonly onExchange: (seen: { label: string; result: string; ms: number }) => void;
}

/** The carrier of one conversation. */
export interface Channel extends Carrier {
  /** True once the device has answered anything in this conversation. */
  readonly heardFrom: boolean;
  /** The same conversation by another account: requests keep their order, and the connection is a new one at each change. */
  as(other: Identity): Carrier;
  /** Ends the conversation: interrupts what is still under way and resolves when nothing is. */
  close(): Promise<void>;
}

type Reply = Extract<ExchangeResult, { ok: true }>;

/** Progress of one request through its attempts. */
interface Attempts {
  readonly label: string;
  readonly repetition: Repetition;
  readonly startedAtMs: number;
  count: number;
  drops: number;
  overloads: number;
}

const headerLines = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/**
 * One request at a time to one device, with digest authentication and the rules for trying again:
 * - what has not left this computer may be sent again while the device may be waking up;
 * - a `read` whose answer was lost too, a `step` or `act` never;
 * - a 401 is answered at most once per request, so a wrong password costs two round trips and no more.
 *
 * An `act` never carries its body into a challenge: the nonce is fetched with Identify first. Both orders cost the same
 * two round trips, but so no request that changes anything is ever sent twice, not even once refused and once accepted.
 */
export function createChannel(parts: ChannelParts): Channel {
  const { endpoint, memory, link, identity, timeouts, clock } = parts;
  const at = authorityOf(endpoint.host, portOf(endpoint));
  let signal = parts.signal;
  let heardFrom = false;
  let closed = false;
  let pending = 0;
  let line: Promise<unknown> = Promise.resolve();

  const cancelled = (mayHaveActed: boolean) =>
    new AmtError('cancelled', [`stopped while speaking with ${at}`], { cause: signal.reason, mayHaveActed });

  /** One exchange with the wire, interrupted by the signal. */
  async function exchangeOnce(request: Exchange, label: string): Promise<ExchangeResult> {
    const interrupt = () => link.interrupt(new Error('cancelled'));
    signal.addEventListener('abort', interrupt, { once: true });
    const beganMs = performance.now();
    const result = await link.exchange(request);
    signal.removeEventListener('abort', interrupt);
    const seen = result.ok ? `HTTP ${result.status}` : classifyFailure(result.error, endpoint.tls).seen;
    parts.onExchange({ label, result: seen, ms: Math.round(performance.now() - beganMs) });
    if (result.ok) {
      heardFrom = true;
      noteVersion(memory, headerLines(result.headers.server)[0]);
    }
    return result;
  }

  function fail(code: AmtErrorCode, failure: Failure, attempts: Attempts, cause: Error, sent: boolean): AmtError {
    const seconds = ((performance.now() - attempts.startedAtMs) / 1_000).toFixed(1);
    // Our own checks of certificates and sizes have their evidence in lines already.
    const [first = failure.seen, ...more] = cause instanceof AmtError ? cause.evidence : [];
    const evidence = [`${at}: ${first}`, ...more];
    if (attempts.count > 1) evidence.push(`${attempts.count} attempts in ${seconds} s`);
    if (sent) evidence.push(`${attempts.label} had been sent`);
    return new AmtError(code, evidence, { cause, mayHaveActed: sent && attempts.repetition === 'act' });
  }

  async function refused(failure: Failure, attempts: Attempts, cause: Error): Promise<AmtError> {
    const plain = endpoint.tls === 'none';
    const asked = portOf(endpoint);
    // Only the registered ports tell something about each other.
    if (asked !== (plain ? amtPorts.plain : amtPorts.tls))
      return fail('connection_refused', failure, attempts, cause, false);
    const other = plain ? amtPorts.tls : amtPorts.plain;
    const evidence = [`${at} refused the connection`];
    const there = authorityOf(endpoint.host, other);
    if (!(await portIsOpen(endpoint.host, other, timeouts.connectTimeoutMs))) {
      evidence.push(`${there} is not open either`);
      return new AmtError('connection_refused', evidence, { cause });
    }
    evidence.push(`${there} (${plain ? 'TLS' : 'plain HTTP'}) is open`);
    return new AmtError(plain ? 'plain_port_closed' : 'connection_refused', evidence, { cause });
  }

  /** Decides after a failed exchange: returns when it may be tried again, throws otherwise. */
  async function afterFailure(result: Extract<ExchangeResult, { ok: false }>, attempts: Attempts): Promise<void> {
    const { error, sent } = result;
    if (signal.aborted || closed) throw cancelled(sent && attempts.repetition === 'act');
    const failure = classifyFailure(error, endpoint.tls);
    if (failure.kind === 'final') {
      if (failure.code === 'connection_refused' && !sent) throw await refused(failure, attempts, error);
      throw fail(failure.code, failure, attempts, error, sent);
    }
    const repeatable = !sent || attempts.repetition === 'read';
    if (failure.kind === 'dropped') {
      attempts.drops += 1;
      if (!repeatable || attempts.drops > 1) throw fail('connection_dropped', failure, attempts, error, sent);
      return;
    }
    const waitedMs = performance.now() - attempts.startedAtMs;
    if (!repeatable || waitedMs >= timeouts.wakeWindowMs) {
      throw fail(sent ? 'no_answer' : 'unreachable', failure, attempts, error, sent);
    }
    await pause(timeouts.wakePauseMs);
  }

  async function pause(ms: number): Promise<void> {
    try {
      await clock.sleep(ms, signal);
    } catch {
      throw cancelled(false);
    }
  }

  /** One reply to one message, however many attempts it takes. 401 and overload are the caller's business. */
  async function deliver(
    body: string,
    authorization: () => Promise<string | null>,
    attempts: Attempts,
  ): Promise<Reply> {
    for (;;) {
      if (signal.aborted || closed) throw cancelled(false);
      attempts.count += 1;
      const patient = heardFrom || attempts.repetition !== 'read';
      const hurriedMs = Math.min(timeouts.firstReplyTimeoutMs, timeouts.replyTimeoutMs);
      const replyTimeoutMs = patient ? timeouts.replyTimeoutMs : hurriedMs;
      const result = await exchangeOnce({ body, authorization: await authorization(), replyTimeoutMs }, attempts.label);
      if (result.ok) return result;
      await afterFailure(result, attempts);
    }
  }

  const begin = (label: string, repetition: Repetition): Attempts => ({
    label,
    repetition,
    startedAtMs: performance.now(),
    count: 0,
    drops: 0,
    overloads: 0,
  });

  function challengeOf(reply: Reply): DigestChallenge {
    const challenge = readChallenge(headerLines(reply.headers['www-authenticate']));
    if (challenge !== null) return challenge;
    throw new AmtError('protocol_error', [`${at} asks for authentication, but not by a digest that we know`]);
  }

  /** Before an act: a nonce, and a connection that is surely alive. */
  async function prepareToAct(): Promise<void> {
    if (memory.challenge === null) {
      const reply = await deliver(identifyRequest.before, async () => null, begin('Identify', 'read'));
      if (reply.status === 401) memory.challenge = challengeOf(reply);
    }
    // A connection that idled may have been closed by the device: what goes into it is lost without a trace.
    if (link.connected && performance.now() - link.aliveAtMs > timeouts.freshConnectionMs) link.drop();
  }

  /** The reply after authentication; throws `wrong_credentials`. */
  async function authenticated(body: string, attempts: Attempts, who: Identity): Promise<Reply> {
    let answered: DigestChallenge | null = null;
    const authorization = async () => {
      answered = memory.challenge;
      return answered && who.answer(answered, { method: 'POST', uri: '/wsman', body });
    };
    for (let refusals = 0; ; refusals += 1) {
      const reply = await deliver(body, authorization, attempts);
      if (reply.status !== 401) return reply;
      const challenge = challengeOf(reply);
      const tried: DigestChallenge | null = answered;
      // AMT closes after a 401. One that did not say so may close while the next request is on its way.
      if (attempts.repetition !== 'read') link.drop();
      if (tried !== null && (refusals > 0 || !isFresh(challenge, tried))) {
        memory.challenge = null;
        throw new AmtError('wrong_credentials', [
          `${at} refused the user name or password of credential "${who.credential}"`,
          'An AMT account that is locked for a while answers the same',
        ]);
      }
      memory.challenge = challenge;
    }
  }

  /** Before an account speaks that is not the one that spoke last. */
  function changeTo(who: Identity): void {
    if (memory.spokenAs === who.credential) return;
    if (memory.spokenAs !== null) {
      memory.challenge = null;
      if (link.connected) link.drop();
    }
    memory.spokenAs = who.credential;
  }

  async function converse(body: string, repetition: Repetition, label: string, who: Identity): Promise<HttpReply> {
    changeTo(who);
    if (repetition === 'act') await prepareToAct();
    const attempts = begin(label, repetition);
    for (;;) {
      const reply = await authenticated(body, attempts, who);
      const contentType = headerLines(reply.headers['content-type'])[0] ?? '';
      if (!isOverloaded(reply)) return { status: reply.status, contentType, body: reply.body };
      attempts.overloads += 1;
      if (repetition !== 'read' || attempts.overloads > 1) {
        throw new AmtError('device_overloaded', [
          `${at} answered ${label} with HTTP ${reply.status} and nothing else${attempts.overloads > 1 ? ', twice' : ''}`,
        ]);
      }
      await pause(timeouts.overloadPauseMs);
    }
  }

  const postAs =
    (who: Identity): Carrier['post'] =>
    (body, repetition, label) => {
      pending += 1;
      const turn = line.then(() => {
        if (closed) throw cancelled(false);
        return converse(body, repetition, label, who);
      });
      line = turn
        .catch(() => {})
        .then(() => {
          pending -= 1;
        });
      return turn;
    };

  const channel: Channel = {
    get heardFrom() {
      return heardFrom;
    },
    post: postAs(identity),
    as: (other) => ({ post: postAs(other), pause, afterwards: (last) => channel.afterwards(last) }),
    async close() {
      closed = true;
      if (pending > 0) link.interrupt(new Error('the conversation is over'));
      await line;
    },
    pause,
    async afterwards(last) {
      const before = signal;
      signal = AbortSignal.timeout(timeouts.releaseTimeoutMs);
      try {
        return await last();
      } finally {
        signal = before;
      }
    },
  };
  return channel;
}

/** A challenge worth answering: another nonce than the one that was just refused, or the same called too old. */
function isFresh(challenge: DigestChallenge, tried: DigestChallenge): boolean {
  return challenge.stale || challenge.nonce !== tried.nonce || challenge.realm !== tried.realm;
}

/** AMT with too much to do answers 400 without a word (open-amt-cloud-toolkit mps issue 661); 503 says it in words. */
function isOverloaded(reply: Reply): boolean {
  return (reply.status === 400 && reply.body.length === 0) || reply.status === 503;
}
