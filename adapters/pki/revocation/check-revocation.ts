import type { CertificateFacts } from '../../../src/ports/pki/certificate-facts.ts';
import type { RevocationFinding } from '../../../src/ports/pki/provisioning.ts';
import { type ParsedCertificate, parseCertificate } from '../certificate-facts.ts';
import { DerError } from '../der/read.ts';
import { type FetchLimits, fetchCrl } from './fetch-crl.ts';
import { readCrl } from './read-crl.ts';

const mostAddresses = 3;

/** Looks for each certificate below the root in the revocation list that it names. Never rejects. */
export async function checkRevocation(
  chain: readonly CertificateFacts[],
  limits: FetchLimits,
  now: Date,
): Promise<readonly RevocationFinding[]> {
  const parsed = chain.map(({ der }) => parseCertificate(der));
  const below = parsed.filter(({ facts }) => !facts.selfSigned);
  return Promise.all(below.map((each, at) => look(each, parsed[at + 1], limits, now)));
}

async function look(
  { facts }: ParsedCertificate,
  issuer: ParsedCertificate | undefined,
  limits: FetchLimits,
  now: Date,
): Promise<RevocationFinding> {
  const { subject } = facts;
  const usable = facts.crlUrls.filter((url) => /^https?:\/\//i.test(url)).slice(0, mostAddresses);
  const skipped = facts.crlUrls.length - usable.length;
  const aside = skipped > 0 ? [`${skipped} more addresses, not of http or https or too many`] : [];
  if (usable.length === 0)
    return { subject, status: 'not_listed_anywhere', evidence: ['names no list over http', ...aside] };
  if (!issuer) return { subject, status: 'unknown', evidence: ['its issuer is missing, so no list can be trusted'] };
  const evidence: string[] = [];
  for (const url of usable) {
    try {
      const list = readCrl(await fetchCrl(url, limits));
      const problem = problemOf(list, issuer, now);
      const revokedAt = list.revokedAt(facts.serial);
      if (problem !== null) evidence.push(`${url}: ${problem}`);
      else if (revokedAt)
        return { subject, status: 'revoked', evidence: [`${url}: revoked on ${revokedAt.toISOString().slice(0, 10)}`] };
      else return { subject, status: 'good', evidence: [`${url}: not listed, made ${list.thisUpdate.toISOString()}`] };
    } catch (error) {
      const why =
        error instanceof DerError ? 'not a revocation list' : error instanceof Error ? error.message : 'failed';
      evidence.push(`${url}: ${why}`);
    }
  }
  return { subject, status: 'unknown', evidence: [...evidence, ...aside] };
}

/** Why the list can't be relied on; null: it can. */
function problemOf(list: ReturnType<typeof readCrl>, issuer: ParsedCertificate, now: Date): string | null {
  if (!list.issuerDer.equals(issuer.subjectDer)) return 'the list of another authority';
  if (!list.signedBy(issuer.x509.publicKey)) return 'its signature is not that of the issuer';
  if (!list.complete) return 'not a complete list';
  if (list.thisUpdate > now) return 'not valid yet';
  if (list.nextUpdate && list.nextUpdate < now) return `out of date since ${list.nextUpdate.toISOString()}`;
  return null;
}
