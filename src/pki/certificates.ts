import type { CertificateFacts } from '../ports/pki/certificate-facts.ts';
import type { CertificateIssuer, CertificatePurpose, IssueAnswer, RevocationReason } from '../ports/pki/issuer.ts';
import { PkiError } from '../ports/pki.ts';
import type { CertificateRecord, CertificateStore, EndingCertificate } from '../ports/store/certificate-store.ts';

/** Which certificate a device wants. */
export interface DeviceCertificateOrder {
  readonly deviceId: string;
  /** Full DNS name from the inventory, never from the request. */
  readonly name: string;
  readonly purpose: CertificatePurpose;
  /** PKCS#10 made on the device, DER. */
  readonly request: Uint8Array;
  /** Of an 802.1X client; null: its DNS name is used. */
  readonly userPrincipalName: string | null;
}

/** Certificates of devices and their records, through all states. Every method rejects with PkiError or StoreError. */
export interface Certificates {
  /** From the authority that issues upwards: what goes onto the device with the certificate. */
  readonly chain: readonly CertificateFacts[];
  /** The record is RequestSuccess; or RequestPending when somebody at the authority has to agree. */
  issue(order: DeviceCertificateOrder): Promise<CertificateRecord>;
  /** The record; one that is pending is asked for at the authority again. */
  collect(id: string): Promise<CertificateRecord>;
  /** It is on the device: IssuedToAMT. No change when it was that or more already. */
  installed(id: string): Promise<void>;
  /** The device uses it: Active. Safe to repeat. Those of the same device, kind and name before it are revoked as superseded. */
  activated(id: string): Promise<void>;
  /** By serial number. False when it was revoked already. */
  revoke(serial: string, reason: RevocationReason): Promise<boolean>;
  /** All that a device has, at its removal: 802.1X clients too, which Configuration Manager left valid. Resolves to their count. */
  revokeDevice(deviceId: string, reason: RevocationReason): Promise<number>;
  /** For renewal and the digest; soonest first. */
  endingBefore(date: Date): Promise<readonly EndingCertificate[]>;
}

const mostEnding = 10_000;

/** Certificates by one authority. `revoked` is told after each revocation, so that a new list is published. */
export function createCertificates({
  store,
  issuer,
  now,
  newId,
  revoked = async () => {},
}: {
  readonly store: CertificateStore;
  readonly issuer: CertificateIssuer;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly revoked?: () => Promise<void>;
}): Certificates {
  const recordOf = async (id: string) => {
    const record = await store.get(id);
    if (!record) throw new PkiError('pki_record_missing', [id]);
    return record;
  };
  const take = async (id: string, answer: IssueAnswer): Promise<CertificateRecord> => {
    const kept =
      answer.kind === 'issued'
        ? await store.issued(id, answer.certificate, now())
        : await store.wait(id, answer.reference, now());
    if (!kept) throw new PkiError('pki_record_changed', [id]);
    return recordOf(id);
  };
  const advance = async (id: string, to: 'issued_to_amt' | 'active') => {
    if (!(await store.advance(id, to, now()))) throw new PkiError('pki_record_changed', [id, `not to ${to}`]);
  };
  const revokeAll = async (records: readonly CertificateRecord[], reason: RevocationReason) => {
    let count = 0;
    for (const { id } of records) if (await store.revoke(id, reason, now())) count += 1;
    if (count > 0) await revoked();
    return count;
  };

  return {
    chain: issuer.chain,
    async issue({ deviceId, name, purpose, request, userPrincipalName }) {
      const id = newId();
      const serial = issuer.newSerial();
      // Recorded first: nothing is ever signed that could not be revoked.
      await store.add({ id, kind: purpose, deviceId, name, issuer: issuer.id, serial, requestedAt: now() });
      try {
        return await take(id, await issuer.submit({ request, purpose, name, userPrincipalName, serial }));
      } catch (error) {
        if (error instanceof PkiError) await store.abandon(id);
        throw error;
      }
    },
    async collect(id) {
      const record = await recordOf(id);
      if (record.reference === null || record.state !== 'request_pending') return record;
      return take(id, await issuer.collect(record.reference));
    },
    async installed(id) {
      const { state } = await recordOf(id);
      if (state !== 'issued_to_amt' && state !== 'active') await advance(id, 'issued_to_amt');
    },
    async activated(id) {
      // After a crash between the two it is active already, and those before it are not revoked yet.
      if ((await recordOf(id)).state !== 'active') await advance(id, 'active');
      const record = await recordOf(id);
      const before = record.deviceId === null ? [] : await store.ofDevice(record.deviceId);
      const superseded = before.filter(
        (each) =>
          each.id !== id &&
          each.kind === record.kind &&
          each.name === record.name &&
          each.state !== 'revoked' &&
          each.requestedAt <= record.requestedAt,
      );
      await revokeAll(superseded, 'superseded');
    },
    async revoke(serial, reason) {
      const record = await store.bySerial(issuer.id, serial);
      if (!record) throw new PkiError('pki_record_missing', [`serial ${serial.slice(0, 64)}`]);
      return (await revokeAll([record], reason)) === 1;
    },
    async revokeDevice(deviceId, reason) {
      const records = await store.ofDevice(deviceId);
      return revokeAll(
        records.filter(({ issuer: by }) => by === issuer.id),
        reason,
      );
    },
    endingBefore: (date) => store.endingBefore(date, mostEnding),
  };
}
