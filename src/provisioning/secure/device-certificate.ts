import { createHash } from 'node:crypto';
import type { Certificates } from '../../pki/certificates.ts';
import { certificateOf, keyOf, keyText } from '../../pki/stored-certificate.ts';
import type { AmtCertificates, StoredKeyPair } from '../../ports/amt/certificates.ts';
import { AmtError, type AmtSession } from '../../ports/amt.ts';
import type { DeviceRequests } from '../../ports/pki/device-request.ts';
import type { CertificatePurpose } from '../../ports/pki/issuer.ts';
import { PkiError } from '../../ports/pki.ts';
import type { ProvisioningFacts } from '../../ports/provisioning/provisioning-store.ts';
import type { CertificateRecord } from '../../ports/store/certificate-store.ts';
import { removeLoneKeys } from './tidy-store.ts';

/** What certificates of devices are made with. */
export interface DeviceCertificateDeps {
  readonly certificates: Certificates;
  readonly requests: DeviceRequests;
}

/** Which certificate a device is given, and what is known of an earlier attempt. */
export interface DeviceCertificateWish {
  readonly deviceId: string;
  /** Full DNS name. */
  readonly fqdn: string;
  readonly purpose: CertificatePurpose;
  readonly facts: ProvisioningFacts;
  /** Keeps what was found out; awaited before anything that builds on it. */
  readonly kept: (facts: ProvisioningFacts) => Promise<void>;
}

/** Under which names the facts of a certificate are kept: handles of the device, id of the record, SHA-256. */
export const certificateFacts = {
  device_tls: {
    keyPair: 'keyPair',
    id: 'certificateId',
    handle: 'certificateHandle',
    fingerprint: 'fingerprint',
  },
  network_client: {
    keyPair: 'networkKeyPair',
    id: 'networkCertificateId',
    handle: 'networkCertificateHandle',
    fingerprint: 'networkFingerprint',
  },
} as const satisfies Readonly<Record<CertificatePurpose, Readonly<Record<string, string>>>>;

const bits = 2_048;

/**
 * Gives the device a certificate: key pair made in it, request signed there, certificate issued, chain and certificate added. That of
 * a TLS server is shown from the next commit on; an 802.1X client's is for the caller to use. Repeatable: what facts and device have
 * already is gone on with, key pairs that nothing uses are removed. Resolves to the facts of it. Rejects with AmtError, PkiError
 * (`pki_request_pending`: somebody at the authority has to agree) or StoreError.
 */
export async function giveCertificate(
  session: AmtSession,
  wish: DeviceCertificateWish,
  deps: DeviceCertificateDeps,
): Promise<ProvisioningFacts> {
  const { certificates: store, tls } = session.provisioning;
  const names = certificateFacts[wish.purpose];
  const keyPairs = await store.keyPairs();
  const given =
    (await goneOnWith(wish.facts[names.id], keyPairs, deps.certificates)) ?? (await obtain(session, wish, deps));
  const own = await putIn(store, given.der, deps.certificates.chain);
  const found: Record<string, string> = {
    [names.id]: given.record.id,
    [names.handle]: own,
    [names.fingerprint]: fingerprintOf(given.der),
  };
  await wish.kept(found);
  await deps.certificates.installed(given.record.id);
  if (wish.purpose === 'device_tls') {
    if ((await tls.serverCertificate()) !== own) await tls.useCertificate(own);
    const chosen = await tls.serverCertificate();
    if (chosen !== own) throw new AmtError('firmware_fault', ['TLS reads back with another certificate']);
  }
  return found;
}

interface Given {
  readonly record: CertificateRecord;
  readonly der: Uint8Array;
}

/** The certificate of an earlier attempt, if the device has its key still; null: a new one is needed. */
async function goneOnWith(
  id: string | undefined,
  keyPairs: readonly StoredKeyPair[],
  certificates: Certificates,
): Promise<Given | null> {
  if (!id) return null;
  const record = await certificates.collect(id).catch((error: unknown) => {
    if (error instanceof PkiError && error.code === 'pki_record_missing') return null;
    throw error;
  });
  if (!record || record.state === 'revoked') return null;
  const { der } = issuedOf(record);
  // Handles are given again by firmware: the key alone tells.
  const certificate = certificateOf({ der });
  const key = certificate && keyOf(certificate);
  return keyPairs.some(({ publicKey }) => keyText(publicKey) === key) ? { record, der } : null;
}

function issuedOf(record: CertificateRecord): Given {
  const { der, id } = record;
  if (der === null) throw new PkiError('pki_request_pending', [record.reference ?? id]);
  return { record, der };
}

/** A new key in the device and a certificate for it. */
async function obtain(session: AmtSession, wish: DeviceCertificateWish, deps: DeviceCertificateDeps): Promise<Given> {
  const { certificates: store } = session.provisioning;
  const { deviceId, fqdn: name, purpose, facts, kept } = wish;
  const names = certificateFacts[purpose];
  const others = Object.values(certificateFacts).map((each) => facts[each.keyPair]);
  const waiting = others.filter((handle) => handle !== undefined && handle !== facts[names.keyPair]);
  const left = await removeLoneKeys(store, new Set(waiting));
  const order = { deviceId, name, purpose, userPrincipalName: null };
  const issue = async (request: Uint8Array, pair: string) => {
    const record = await deps.certificates.issue({ ...order, request });
    await kept({ [names.keyPair]: pair, [names.id]: record.id });
    return issuedOf(record);
  };
  const pair = await newKeyPair(store);
  if (pair !== null) {
    const publicKey = (await store.keyPairs()).find(({ handle }) => handle === pair)?.publicKey;
    if (!publicKey) throw new AmtError('firmware_fault', ['the device does not show the key pair that it made']);
    return issue(await signed(store, pair, deps.requests.unsigned(publicKey, name)), pair);
  }
  const made = await deps.requests.withNewKey(name);
  const known = new Set(left.map(({ handle }) => handle));
  const named = await store.addKeyPair(made.privateKey);
  const pairs = await store.keyPairs();
  const handle = pairs.find((each) => Buffer.from(each.publicKey).equals(made.publicKey))?.handle;
  if (handle === undefined || known.has(handle))
    throw new AmtError('firmware_fault', [`the device does not show the key that it was given (${named})`]);
  return issue(made.request, handle);
}

/** Handle of a key pair that the device made; null where firmware makes none. */
async function newKeyPair(store: AmtCertificates): Promise<string | null> {
  try {
    return await store.generateKeyPair(bits);
  } catch (error) {
    if (error instanceof AmtError && error.code === 'class_missing') return null;
    throw error;
  }
}

/** SHA-256; SHA-1 for firmware that signs with nothing else: the signature proves possession of the key and no more. */
async function signed(store: AmtCertificates, pair: string, unsigned: Uint8Array): Promise<Uint8Array> {
  try {
    return await store.signRequest(pair, unsigned, 'sha256');
  } catch (error) {
    if (!(error instanceof AmtError) || error.code !== 'firmware_fault') throw error;
    return store.signRequest(pair, unsigned, 'sha1');
  }
}

/** Adds the certificate and those above it, as far as they are not there. Resolves to its handle. */
async function putIn(store: AmtCertificates, der: Uint8Array, chain: Certificates['chain']): Promise<string> {
  const has = await store.list();
  for (const { der: above, selfSigned } of chain) {
    const isThere = has.some((one) => one.trustedRoot === selfSigned && Buffer.from(one.der).equals(above));
    if (!isThere) await (selfSigned ? store.addTrustedRoot(above) : store.add(above));
  }
  const handle = has.find((one) => !one.trustedRoot && Buffer.from(one.der).equals(der))?.handle;
  return handle ?? store.add(der);
}

/** SHA-256 of DER, lower-case hexadecimal. */
const fingerprintOf = (der: Uint8Array): string => createHash('sha256').update(der).digest('hex');
