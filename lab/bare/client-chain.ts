import { createHash, X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { Factory } from './factory.ts';

/** Why a set-up server's certificates are refused. What firmware answers is one thing: the connection ends. */
type ChainFault =
  | 'no-certificate'
  | 'chain-too-long'
  | 'chain-broken'
  | 'root-missing'
  | 'root-unknown'
  | 'not-an-authority'
  | 'out-of-date'
  | 'wrong-purpose'
  | 'wrong-suffix';

/** device-management-toolkit/rps sends no more. `[code]` */
const mostCertificates = 4;
/** Intel(R) AMT remote setup. `[guide]` */
const setupPurpose = '2.16.840.1.113741.1.2.3';
const setupUnit = 'Intel(R) Client Setup Certificate';
const serverPurpose = '1.3.6.1.5.5.7.3.1';

/** The certificates that the client sent, leaf first. */
export function clientChainOf(socket: TLSSocket): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  let one: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (one?.raw && chain.length <= mostCertificates) {
    chain.push(new X509Certificate(one.raw));
    // A self-signed one is its own issuer.
    if (one.issuerCertificate === one) break;
    one = one.issuerCertificate;
  }
  return chain;
}

/**
 * Judges a set-up server's chain as firmware does before it lets itself be set up: the root by its hash, for there are no root
 * certificates in firmware; purpose or unit; the domain; dates by the PC's own clock. The Guide, "PKI certificate
 * verification methods" `[guide]`; the order of the checks and that dates count on a clock that nobody set yet `[guess]`.
 *
 * @returns null when it is accepted
 */
export function judgeClientChain(
  chain: readonly X509Certificate[],
  factory: Pick<Factory, 'trustedHashes' | 'dnsSuffix'>,
  deviceMs: number,
): ChainFault | null {
  const [leaf] = chain;
  const root = chain.at(-1);
  if (!leaf || !root) return 'no-certificate';
  if (chain.length > mostCertificates) return 'chain-too-long';
  for (const [index, one] of chain.entries()) {
    const issuer = chain[index + 1];
    if (issuer && !(one.checkIssued(issuer) && one.verify(issuer.publicKey))) return 'chain-broken';
    if (issuer && !issuer.ca) return 'not-an-authority';
  }
  if (!root.checkIssued(root) || !root.verify(root.publicKey)) return 'root-missing';
  const isKnown = factory.trustedHashes.some(({ type, hash }) =>
    createHash(type === 1 ? 'sha1' : 'sha256')
      .update(root.raw)
      .digest()
      .equals(hash),
  );
  if (!isKnown) return 'root-unknown';
  const isOutside = (one: X509Certificate) =>
    deviceMs < Date.parse(one.validFrom) || deviceMs > Date.parse(one.validTo);
  if (chain.some(isOutside)) return 'out-of-date';
  const purposes = leaf.keyUsage ?? [];
  const isMarked = purposes.includes(setupPurpose) || partsOf(leaf, 'OU').includes(setupUnit);
  if (!isMarked || !purposes.includes(serverPurpose)) return 'wrong-purpose';
  return partsOf(leaf, 'CN').some((name) => hasSuffix(name, factory.dnsSuffix)) ? null : 'wrong-suffix';
}

const partsOf = (certificate: X509Certificate, kind: 'CN' | 'OU'): readonly string[] =>
  certificate.subject.split('\n').flatMap((line) => (line.startsWith(`${kind}=`) ? [line.slice(kind.length + 1)] : []));

/** The server's name lies in the PC's domain. `[guide]` A wildcard stands for its domain. `[code: MeshCentral]` */
function hasSuffix(commonName: string, suffix: string): boolean {
  const name = commonName.toLowerCase().replace(/^\*\./, '');
  const domain = suffix.toLowerCase();
  return name === domain || name.endsWith(`.${domain}`);
}
