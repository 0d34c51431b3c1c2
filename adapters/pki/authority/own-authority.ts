import type { OwnAuthority } from '../../../src/ports/pki/issuer.ts';
import { PkiError } from '../../../src/ports/pki.ts';
import type { ParsedCertificate } from '../certificate-facts.ts';
import { type IdentitySource, openIdentity } from '../identity.ts';
import { type IssuePolicy, issue, newSerial } from './issue.ts';
import { makeList } from './make-list.ts';

/** Bits of the key usage extension (RFC 5280, 4.2.1.3). */
const keyCertSign = 5;
const crlSign = 6;
/** Devices take no larger keys of authorities (Microsoft: prerequisites of out of band management). */
const largestBits = 2_048;

/** What the operator gives. */
export interface OwnAuthorityOptions {
  readonly source: IdentitySource;
  readonly policy: IssuePolicy;
  readonly now: () => Date;
}

/**
 * The operator's own authority. Nothing can be issued by one that is not fit for devices: that is looked at here, once. Rejects with
 * PkiError.
 */
export async function createOwnAuthority({ source, policy, now }: OwnAuthorityOptions): Promise<OwnAuthority> {
  const { chain, key } = await openIdentity(source);
  if (key === null) throw new PkiError('pki_no_key');
  const [authority] = chain;
  if (!authority) throw new PkiError('pki_ca_key_mismatch');
  const problems = chain.flatMap(problemsOf);
  if (problems.length > 0) throw new PkiError('pki_ca_unfit', problems);
  return {
    id: authority.facts.hashes.sha256,
    chain: chain.map(({ facts }) => facts),
    newSerial,
    async submit(order) {
      const { facts } = await issue(order, authority, key, policy, now());
      const { der, serial, subject, notBefore, notAfter, hashes } = facts;
      return { kind: 'issued', certificate: { der, serial, subject, notBefore, notAfter, fingerprint: hashes.sha256 } };
    },
    async collect() {
      throw new PkiError('pki_record_missing', ['this authority leaves nothing pending']);
    },
    async signList(list) {
      if (authority.keyUsage !== null && !authority.keyUsage.has(crlSign))
        throw new PkiError('pki_ca_unfit', ['its key usage does not allow to sign revocation lists']);
      return makeList(authority, key, list);
    },
  };
}

function problemsOf({ facts, keyUsage }: ParsedCertificate): readonly string[] {
  const { subject, isCa, keyType, keyBits, signatureHash, selfSigned } = facts;
  const weak = !selfSigned && ['md2', 'md5', 'sha1'].includes(signatureHash);
  return [
    ...(isCa ? [] : [`${subject}: not an authority (basic constraints)`]),
    ...(keyUsage === null || keyUsage.has(keyCertSign)
      ? []
      : [`${subject}: its key usage does not allow to sign certificates`]),
    ...(keyType === 'rsa' && (keyBits ?? 0) > largestBits
      ? [`${subject}: RSA ${keyBits}, and devices take ${largestBits} at most`]
      : []),
    ...(weak ? [`${subject}: signed with ${signatureHash}`] : []),
  ];
}
