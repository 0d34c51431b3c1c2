import { connect, type TLSSocket } from 'node:tls';
import type { BareEndpoint, MetDevice, SharedKey } from '../../../src/ports/amt/setup-gateway.ts';
import { AmtError, amtPorts, type TlsMode } from '../../../src/ports/amt.ts';
import { classifyFailure, TimeLimitError } from './failures.ts';
import { authorityOf } from './socket.ts';
import type { AmtTimeouts } from './timeouts.ts';
import { sharedKeyOptions, type TlsContexts } from './trust.ts';

/** Asks without an account: a PC that accepted the chain answers 401, one that did not has ended the connection. */
const question = (at: string) => `POST /wsman HTTP/1.1\r\nHost: ${at}\r\nContent-Length: 0\r\n\r\n`;

/** See SetupGateway.meet. */
export async function meet(
  endpoint: BareEndpoint,
  { contexts, sharedKey }: { readonly contexts: TlsContexts; readonly sharedKey: SharedKey | null },
  timeouts: AmtTimeouts,
  signal: AbortSignal,
): Promise<MetDevice> {
  const port = endpoint.port ?? amtPorts.tls;
  const at = authorityOf(endpoint.host, port);
  const limitMs = timeouts.connectTimeoutMs + timeouts.tlsHandshakeTimeoutMs;
  const socket = connect({
    host: endpoint.host,
    port,
    ...(sharedKey
      ? sharedKeyOptions(sharedKey)
      : {
          secureContext: contexts.contextFor(endpoint.tls),
          // Pinned from here on: there is nobody who could vouch for it.
          rejectUnauthorized: false,
          checkServerIdentity: () => undefined,
        }),
  });
  try {
    return await answered(socket, at, limitMs, sharedKey !== null, signal);
  } catch (error) {
    throw error instanceof AmtError ? error : asAmtError(error, at, endpoint.tls);
  } finally {
    socket.destroy();
  }
}

function answered(
  socket: TLSSocket,
  at: string,
  limitMs: number,
  byKey: boolean,
  signal: AbortSignal,
): Promise<MetDevice> {
  return new Promise((resolve, reject) => {
    const cancel = () =>
      reject(new AmtError('cancelled', [`stopped while speaking with ${at}`], { cause: signal.reason }));
    const timer = setTimeout(() => reject(new TimeLimitError('answer', limitMs)), limitMs);
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) cancel();
    socket.once('secureConnect', () => socket.write(question(at)));
    socket.once('data', () => {
      const tlsVersion = socket.getProtocol() ?? 'unknown';
      if (byKey) return resolve({ fingerprint: null, tlsVersion });
      const certificate = socket.getPeerX509Certificate();
      if (!certificate) return reject(new AmtError('certificate_untrusted', ['the device showed no certificate']));
      const fingerprint = certificate.fingerprint256.replaceAll(':', '').toLowerCase();
      resolve({ fingerprint, tlsVersion });
    });
    // Stays for the life of the socket: an error without a listener would end the process.
    socket.on('error', reject);
    socket.once('close', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      reject(refused(at));
    });
  });
}

const refused = (at: string, cause?: unknown) =>
  new AmtError(
    'connection_dropped',
    [`${at}: the device ended the connection when it was shown the provisioning certificates`],
    { cause },
  );

function asAmtError(error: unknown, at: string, mode: TlsMode): AmtError {
  const failure = classifyFailure(error, mode);
  if (failure.kind === 'dropped') return refused(at, error);
  const code = failure.kind === 'silent' ? 'unreachable' : failure.code;
  return new AmtError(code, [`${at}: ${failure.seen}`], { cause: error });
}
