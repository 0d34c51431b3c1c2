import type { RevocationReason, RevokedCertificate } from '../../src/ports/pki/issuer.ts';
import {
  type CertificateKind,
  type CertificateRecord,
  type CertificateState,
  type CertificateStore,
  certificateStateNumbers,
  type EndingCertificate,
  type PublishedList,
} from '../../src/ports/store/certificate-store.ts';
import type { Database } from './database/connection.ts';

interface Row {
  readonly id: string;
  readonly kind: CertificateKind;
  readonly state: number;
  readonly deviceId: string | null;
  readonly name: string;
  readonly issuer: string;
  readonly serial: string | null;
  readonly reference: string | null;
  readonly der: Buffer | null;
  readonly fingerprint: string | null;
  readonly notBefore: Date | null;
  readonly notAfter: Date | null;
  readonly requestedAt: Date;
  readonly changedAt: Date;
  readonly revokedAt: Date | null;
  readonly revocationReason: RevocationReason | null;
}

const columns = `id, kind, state, device_id as "deviceId", name, issuer, serial, reference, der, fingerprint, not_before as "notBefore",
  not_after as "notAfter", requested_at as "requestedAt", changed_at as "changedAt", revoked_at as "revokedAt",
  revocation_reason as "revocationReason"`;
const numbers = certificateStateNumbers;
const words = ['request_pending', 'request_success', 'issued_to_amt', 'revoked', 'active'] as const;

/** Records of certificates, in oob.certificate and oob.revocation_list. */
export function createCertificateStore(database: Database): CertificateStore {
  const changed = async (statement: string, values: readonly unknown[]) =>
    (await database.query(statement, values)).count === 1;
  const one = async (where: string, values: readonly unknown[]) => {
    const { rows } = await database.query<Row>(`select ${columns} from oob.certificate where ${where}`, values);
    return rows[0] ? recordOf(rows[0]) : null;
  };
  const many = async (tail: string, values: readonly unknown[]) =>
    (await database.query<Row>(`select ${columns} from oob.certificate ${tail}`, values)).rows.map(recordOf);
  return {
    async add({ id, kind, deviceId, name, issuer, serial, requestedAt }) {
      await database.query(
        `insert into oob.certificate (id, kind, device_id, name, issuer, serial, requested_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)`,
        [id, kind, deviceId, name, issuer, serial === null ? null : plain(serial), requestedAt],
      );
    },
    wait: (id, reference, at) =>
      changed('update oob.certificate set reference = $2, changed_at = $3 where id = $1 and state = 1', [
        id,
        reference,
        at,
      ]),
    issued: (id, { der, serial, fingerprint, notBefore, notAfter }, at) =>
      changed(
        `update oob.certificate set state = 2, der = $2, serial = $3, fingerprint = $4, not_before = $5, not_after = $6, changed_at = $7
         where id = $1 and state = 1`,
        [id, Buffer.from(der), plain(serial), fingerprint, notBefore, notAfter, at],
      ),
    advance: (id, to, at) =>
      changed('update oob.certificate set state = $2, changed_at = $4 where id = $1 and state = $3', [
        id,
        numbers[to],
        to === 'active' ? numbers.issued_to_amt : numbers.request_success,
        at,
      ]),
    revoke: (id, reason, at) =>
      changed(
        `update oob.certificate set state = 4, revoked_at = $3, revocation_reason = $2, changed_at = $3
         where id = $1 and state in (2, 3, 5)`,
        [id, reason, at],
      ),
    abandon: (id) => changed('delete from oob.certificate where id = $1 and state = 1', [id]),
    get: (id) => one('id = $1', [id]),
    bySerial: (issuer, serial) => one('issuer = $1 and serial = $2', [issuer, plain(serial)]),
    ofDevice: (deviceId) => many('where device_id = $1 order by requested_at desc, id', [deviceId]),
    list: (limit) => many('order by requested_at desc, id limit $1', [limit]),
    async endingBefore(date, limit) {
      const { rows } = await database.query<EndingCertificate>(
        `select id, kind, device_id as "deviceId", name, not_after as "notAfter" from oob.certificate as ending
         where state in (2, 3, 5) and not_after < $1 and not exists (
           select from oob.certificate as later
           where later.state in (2, 3, 5) and later.kind = ending.kind and later.device_id is not distinct from ending.device_id
             and later.name = ending.name and later.not_after > ending.not_after)
         order by not_after, name, id limit $2`,
        [date, limit],
      );
      return rows;
    },
    async revoked(issuer, endedBefore) {
      const { rows } = await database.query<RevokedCertificate & { readonly at: Date }>(
        `select serial, revoked_at as at, revocation_reason as reason from oob.certificate
         where issuer = $1 and state = 4 and not_after >= $2 order by revoked_at, serial`,
        [issuer, endedBefore],
      );
      return rows;
    },
    async nextListNumber(issuer) {
      const { rows } = await database.query<{ last: number }>(
        `insert into oob.revocation_list as list (issuer, last_number) values ($1, 1)
         on conflict (issuer) do update set last_number = list.last_number + 1 returning last_number as last`,
        [issuer],
      );
      return rows[0]?.last ?? 1;
    },
    async keepList(issuer, { number, der, thisUpdate, nextUpdate }) {
      await database.query(
        `update oob.revocation_list set number = $2, der = $3, this_update = $4, next_update = $5
         where issuer = $1 and (number is null or number < $2)`,
        [issuer, number, Buffer.from(der), thisUpdate, nextUpdate],
      );
    },
    async currentList(issuer) {
      const { rows } = await database.query<PublishedList & { readonly stale: boolean; readonly der: Buffer }>(
        `select number, der, this_update as "thisUpdate", next_update as "nextUpdate", exists (
           select from oob.certificate where issuer = list.issuer and state = 4 and revoked_at >= list.this_update) as stale
         from oob.revocation_list as list where issuer = $1 and number is not null`,
        [issuer],
      );
      return rows[0] ?? null;
    },
  };
}

/** Capitals without leading zeros. */
const plain = (serial: string): string => serial.toUpperCase().replace(/^0+(?=.)/, '');

function recordOf({ state, ...row }: Row): CertificateRecord {
  return { ...row, state: stateOf(state) };
}

function stateOf(number: number): CertificateState {
  const word = words.find((each) => numbers[each] === number);
  if (!word) throw new Error(`a certificate in state ${number}`);
  return word;
}
