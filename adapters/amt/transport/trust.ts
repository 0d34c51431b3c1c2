import { constants } from 'node:crypto';
import { type ConnectionOptions, createSecureContext, type SecureContext } from 'node:tls';
import type { ClientChain, SharedKey } from '../../../src/ports/amt/setup-gateway.ts';
import { type AmtEndpoint, AmtError, type TlsMode } from '../../../src/ports/amt.ts';

/** The TLS settings of the three modes. Shared by all devices: making one costs more than a resumed handshake. */
export interface TlsContexts {
  /** Throws `certificate_untrusted` in mode `ca` when no CA is configured. */
  contextFor(mode: Exclude<TlsMode, 'none'>): SecureContext;
}

/**
 * TLS with a shared key in the place of certificates: TLS_PSK_WITH_AES_128_CBC_SHA (RFC 4279), the suite of that RFC that OpenSSL and
 * firmware of that time have in common, down to TLS 1.0. That the PID is the identity and the PPS the key, both as ASCII without dashes:
 * Intel Technology Journal 12-4.
 */
export const sharedKeyOptions = ({ pid, pps }: SharedKey): ConnectionOptions => ({
  pskCallback: () => ({ identity: pid, psk: Buffer.from(pps, 'ascii') }),
  ciphers: 'PSK-AES128-CBC-SHA:@SECLEVEL=0',
  minVersion: 'TLSv1',
  maxVersion: 'TLSv1.2',
  secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
  checkServerIdentity: () => undefined,
});

/** `ca`: PEM of the CA that issued the devices' certificates; null: mode `ca` is refused. `chain`: shown to devices that ask for certificates. */
export function createTlsContexts(ca: string | Buffer | null, chain: ClientChain | null = null): TlsContexts {
  const own = chain ? { key: chain.key, cert: chain.certificates } : {};
  const made = new Map<TlsMode, SecureContext>();

  function make(mode: Exclude<TlsMode, 'none'>): SecureContext {
    if (mode === 'legacy') {
      // TLS 1.0, RSA-1024, SHA-1 and servers without RFC 5746: measured against OpenSSL 3.0 and 3.5, each is needed.
      return createSecureContext({
        ...own,
        minVersion: 'TLSv1',
        ciphers: 'DEFAULT@SECLEVEL=0',
        secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
      });
    }
    if (mode === 'pinned') return createSecureContext({ ...own, minVersion: 'TLSv1.2' });
    if (ca === null) throw new AmtError('certificate_untrusted', ['no CA certificate for AMT devices is configured']);
    return createSecureContext({ ...own, minVersion: 'TLSv1.2', ca });
  }

  return {
    contextFor(mode) {
      const known = made.get(mode);
      if (known) return known;
      const context = make(mode);
      made.set(mode, context);
      return context;
    },
  };
}

/** The recorded fingerprint, fit for comparing; throws `certificate_untrusted` when there is none or it is malformed. */
export function recordedFingerprint(endpoint: AmtEndpoint): string {
  const recorded = endpoint.certificateFingerprint?.toLowerCase().replaceAll(':', '') ?? '';
  if (/^[0-9a-f]{64}$/.test(recorded)) return recorded;
  throw new AmtError('certificate_untrusted', [
    endpoint.certificateFingerprint === null
      ? 'no certificate fingerprint is recorded for this device'
      : 'the recorded certificate fingerprint is no SHA-256 in hexadecimal',
  ]);
}
