/** A gateway with short time limits and an endpoint, for tests. */
import { setTimeout as delay } from 'node:timers/promises';
import { type AmtGatewayOptions, type AmtTimeouts, createAmtGateway } from '../../adapters/amt/index.ts';
import { type AmtEndpoint, AmtError, type AmtGateway, type AmtSession } from '../../src/ports/amt.ts';
import type { Clock } from '../../src/ports/clock.ts';

export const realClock: Clock = {
  now: () => new Date(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal ? { signal } : {});
  },
};

// Generous where an answer is expected, for a loaded machine is slow; no pause is longer than it must be.
const testTimeouts: Partial<AmtTimeouts> = {
  connectTimeoutMs: 8_000,
  tlsHandshakeTimeoutMs: 8_000,
  firstReplyTimeoutMs: 8_000,
  replyTimeoutMs: 8_000,
  wakeWindowMs: 12_000,
  wakePauseMs: 5,
  overloadPauseMs: 5,
  freshConnectionMs: 8_000,
  idleConnectionMs: 8_000,
};

/** For devices that will not answer. */
export const impatient: Partial<AmtTimeouts> = { firstReplyTimeoutMs: 400, replyTimeoutMs: 400, wakeWindowMs: 700 };

export interface TestGateway {
  readonly gateway: AmtGateway;
  readonly run: <T>(
    endpoint: AmtEndpoint,
    work: (session: AmtSession) => Promise<T>,
    signal?: AbortSignal,
  ) => Promise<T>;
}

export function openGateway(options: Partial<AmtGatewayOptions> = {}): TestGateway {
  const gateway = createAmtGateway({
    credentials: async (name) => (name === 'desk' ? { user: 'admin', password: 'P@ssw0rd' } : null),
    ca: null,
    clock: realClock,
    ...options,
    timeouts: { ...testTimeouts, ...options.timeouts },
  });
  return {
    gateway,
    run: (endpoint, work, signal = new AbortController().signal) => gateway.withDevice(endpoint, work, signal),
  };
}

export function endpointAt(host: string, more: Partial<AmtEndpoint> = {}): AmtEndpoint {
  return {
    deviceId: `dev_${host}`,
    name: 'host42',
    host,
    fqdn: null,
    port: null,
    tls: 'none',
    certificateFingerprint: null,
    credential: 'desk',
    ...more,
  };
}

/** The AmtError that a promise rejects with; fails the test otherwise. */
export async function errorOf(promise: Promise<unknown>): Promise<AmtError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof AmtError) return error;
    throw error;
  }
  throw new Error('expected an AmtError');
}
