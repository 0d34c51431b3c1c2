import { rename, writeFile } from 'node:fs/promises';
import type { OwnAuthority } from '../ports/pki/issuer.ts';
import type { CertificateStore } from '../ports/store/certificate-store.ts';
import { type Certificates, createCertificates } from './certificates.ts';
import { createRevocationLists, type RevocationLists } from './revocation-lists.ts';

/** Our own certification authority, with the records of what it issued and its revocation lists. */
export interface CertificateOffice {
  readonly authority: OwnAuthority;
  readonly certificates: Certificates;
  readonly lists: RevocationLists;
}

/** Puts them together: after each revocation a new list is made. `list.file`: where each one is written as well, DER. */
export function openOffice({
  authority,
  store,
  list: { file, validDays },
  now,
  newId,
}: {
  readonly authority: OwnAuthority;
  readonly store: CertificateStore;
  readonly list: { readonly file?: string | undefined; readonly validDays: number };
  readonly now: () => Date;
  readonly newId: () => string;
}): CertificateOffice {
  const publish = async (der: Uint8Array) => {
    if (file === undefined) return;
    // Readers never see half a list.
    await writeFile(`${file}.new`, der);
    await rename(`${file}.new`, file);
  };
  const lists = createRevocationLists({ store, authority, days: validDays, now, publish });
  const revoked = async () => {
    await lists.renew();
  };
  return { authority, lists, certificates: createCertificates({ store, issuer: authority, now, newId, revoked }) };
}
