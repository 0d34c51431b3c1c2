import { isIP } from 'node:net';
import type { CertificateFacts } from '../ports/pki/certificate-facts.ts';
import type { ProvisioningBundle, RevocationFinding } from '../ports/pki/provisioning.ts';
import { renewalDays } from '../ports/pki/renewal.ts';

/** What is known of the PC, or the kind of PCs, that is to be set up. What is not known is null, and then is not judged. */
export interface ProvisioningTarget {
  /** DNS suffix that the firmware will compare: the PKI DNS suffix of MEBx, else DHCP option 15. */
  readonly dnsSuffix: string | null;
  /** Hashes of roots that it announced: lower-case hexadecimal of SHA-1, SHA-256 or SHA-384. */
  readonly rootHashes: readonly string[] | null;
  /** Major version of AMT; the lowest one of several PCs. */
  readonly amtMajor: number | null;
  /** Whether it is set up through an agent in its operating system (host-based) rather than out of band. */
  readonly hostBased: boolean;
}

/** What one rule found. */
export interface RuleFinding {
  /** `unknown`: what it takes to judge is not known. */
  readonly status: 'pass' | 'warn' | 'fail' | 'unknown';
  /** What was measured; one line each, no secrets. */
  readonly evidence: readonly string[];
}

const found = (status: RuleFinding['status'], ...evidence: string[]): RuleFinding => ({ status, evidence });
const dayMs = 86_400_000;
const serverAuth = '1.3.6.1.5.5.7.3.1';
/** Intel AMT Implementation and Reference Guide, remote configuration: purpose of a setup certificate. */
const amtSetup = '2.16.840.1.113741.1.2.3';
const setupUnit = 'Intel(R) Client Setup Certificate';
const longestChain = 4;
const largestCaBits = 2_048;

const leafOf = ({ chain }: ProvisioningBundle): CertificateFacts | undefined => chain[0];
const noLeaf = found('unknown', 'no certificate in the file belongs to its private key');

/** The file holds the private key of one of its certificates. */
export function judgeKey({ key, keys, chain, certificates }: ProvisioningBundle): RuleFinding {
  if (key === null) return found('fail', `${certificates.length} certificates and no private key`);
  const leaf = chain[0];
  if (!leaf) return found('fail', `its private key belongs to none of its ${certificates.length} certificates`);
  const more = keys > 1 ? [`${keys} private keys; this one is used`] : [];
  return found('pass', `the private key of ${leaf.subject}`, ...more);
}

/** Server authentication with Intel's purpose; or the organizational unit, for authorities that can't write that purpose. */
export function judgePurpose(bundle: ProvisioningBundle): RuleFinding {
  const leaf = leafOf(bundle);
  if (!leaf) return noLeaf;
  const { extendedKeyUsage: usages, units } = leaf;
  const evidence = [`extended key usage: ${usages?.join(', ') || 'none'}`, `OU: ${units.join(', ') || 'none'}`];
  const server = usages?.includes(serverAuth) ?? false;
  if (server && (usages?.includes(amtSetup) || units.includes(setupUnit))) return found('pass', ...evidence);
  const nearly = units.find((unit) => unit !== setupUnit && /intel.*client\s*setup/i.test(unit));
  return found('fail', ...evidence, ...(nearly ? [`"${nearly}" is not "${setupUnit}", letter by letter`] : []));
}

/** Whole, and each certificate above is an authority. */
export function judgeChain({ chain }: ProvisioningBundle): RuleFinding {
  const top = chain.at(-1);
  if (!top) return noLeaf;
  const path = chain.map(({ subject }) => subject).join(' ← ');
  if (chain.length === 1 && top.selfSigned) return found('fail', `${top.subject} signed itself`);
  if (!top.selfSigned) return found('fail', path, `the issuer is missing: ${top.issuer}`);
  const noCa = chain.slice(1).filter(({ isCa }) => !isCa);
  if (noCa.length > 0) return found('fail', path, ...noCa.map(({ subject }) => `not an authority: ${subject}`));
  return found('pass', path);
}

/** Firmware takes four certificates, the root among them (as open setup servers limit it too). */
export function judgeChainLength({ chain }: ProvisioningBundle): RuleFinding {
  if (chain.length === 0) return noLeaf;
  return found(
    chain.length <= longestChain ? 'pass' : 'fail',
    `${chain.length} of at most ${longestChain} certificates`,
  );
}

/** Leaf first, then upwards, and nothing else: what other tools rely on. */
export function judgeOrder({ chain, certificates }: ProvisioningBundle): RuleFinding {
  if (chain.length === 0) return noLeaf;
  const strangers = certificates.length - chain.length;
  const ordered = chain.every(({ hashes }, at) => certificates[at]?.hashes.sha256 === hashes.sha256);
  const extra = strangers > 0 ? [`${strangers} certificates that do not belong to its path are left out`] : [];
  return ordered && strangers === 0
    ? found('pass', 'from the certificate up to its root')
    : found('warn', ordered ? 'in order' : 'not from the certificate up to its root', ...extra);
}

/** RSA of the sizes that firmware can compute with. */
export function judgeKeySizes({ chain }: ProvisioningBundle, { amtMajor }: ProvisioningTarget): RuleFinding {
  const leaf = chain[0];
  if (!leaf) return noLeaf;
  const evidence = chain.map(({ subject, keyType, keyBits }) => `${keyType} ${keyBits ?? '?'}: ${subject}`);
  const unfit =
    chain.some(({ keyType }) => keyType !== 'rsa') ||
    chain.slice(1).some(({ keyBits }) => (keyBits ?? 0) > largestCaBits);
  if (unfit || leaf.keyBits === null) return found('fail', ...evidence);
  if (leaf.keyBits === 4_096) {
    if (amtMajor === null) return found('warn', ...evidence, '4096 bits need AMT 6.0 or later');
    return found(amtMajor >= 6 ? 'pass' : 'fail', ...evidence, `AMT ${amtMajor}`);
  }
  if (![1_024, 2_048].includes(leaf.keyBits)) return found('fail', ...evidence);
  return found(leaf.keyBits === 1_024 ? 'warn' : 'pass', ...evidence);
}

/** SHA-2 below the root; a root's own signature is never checked, its hash is. */
export function judgeSignatureHash({ chain }: ProvisioningBundle, { hostBased }: ProvisioningTarget): RuleFinding {
  if (chain.length === 0) return noLeaf;
  const signed = chain.filter(({ selfSigned }) => !selfSigned);
  const weak = signed.filter(({ signatureHash }) => !['sha256', 'sha384', 'sha512'].includes(signatureHash));
  const evidence = signed.map(({ subject, signatureHash }) => `${signatureHash}: ${subject}`);
  if (weak.length === 0) return found('pass', ...evidence);
  return found(hostBased || weak.some(({ signatureHash }) => signatureHash !== 'sha1') ? 'fail' : 'warn', ...evidence);
}

/** All of the chain is valid now; the first one to end warns when renewal begins. */
export function judgeDates({ chain }: ProvisioningBundle, now: Date): RuleFinding {
  if (chain.length === 0) return noLeaf;
  const day = (date: Date) => date.toISOString().slice(0, 10);
  const early = chain
    .filter(({ notBefore }) => notBefore > now)
    .map((each) => `${each.subject}: valid from ${day(each.notBefore)}`);
  const late = chain
    .filter(({ notAfter }) => notAfter < now)
    .map((each) => `${each.subject}: ended ${day(each.notAfter)}`);
  if (early.length + late.length > 0) return found('fail', ...early, ...late);
  const first = chain.toSorted((a, b) => a.notAfter.getTime() - b.notAfter.getTime())[0];
  if (!first) return noLeaf;
  const daysLeft = Math.floor((first.notAfter.getTime() - now.getTime()) / dayMs);
  return found(
    daysLeft < renewalDays ? 'warn' : 'pass',
    `${daysLeft} days left: ${first.subject} ends ${day(first.notAfter)}`,
  );
}

/**
 * The common name is a full DNS name whose domain is the suffix that the firmware knows. A wildcard counts as its domain, and a
 * common name that is the suffix itself fits too.
 */
export function judgeName(bundle: ProvisioningBundle, { dnsSuffix }: ProvisioningTarget): RuleFinding {
  const leaf = leafOf(bundle);
  if (!leaf) return noLeaf;
  const [name] = leaf.commonNames;
  if (name === undefined || leaf.commonNames.length > 1)
    return found('fail', `${leaf.commonNames.length} common names in place of one`);
  const plain = name.toLowerCase().replace(/^\*\./, '');
  if (!isDnsName(plain)) return found('fail', `CN ${name}: not a full DNS name`);
  if (dnsSuffix === null) return found('unknown', `CN ${name}`, 'the suffix of the PC is not known');
  const suffix = dnsSuffix.toLowerCase().replace(/^\.+|\.+$/g, '');
  const fits = suffix !== '' && (plain === suffix || plain.endsWith(`.${suffix}`));
  return found(fits ? 'pass' : 'fail', `CN ${name}`, `suffix of the PC: ${suffix || 'empty'}`);
}

/** A DNS name of at least two labels; an address is none. */
export function isDnsName(name: string): boolean {
  return (
    /^(?=.{3,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/i.test(name) &&
    isIP(name) === 0
  );
}

/** The firmware knows the root by one of its hashes. */
export function judgeRoot({ chain }: ProvisioningBundle, { rootHashes }: ProvisioningTarget): RuleFinding {
  const root = chain.at(-1);
  if (!root) return noLeaf;
  if (!root.selfSigned) return found('fail', 'the file does not reach up to a root');
  const { sha1, sha256, sha384 } = root.hashes;
  const evidence = [`root: ${root.subject}`, `SHA-256 ${sha256}`, `SHA-1 ${sha1}`];
  if (rootHashes === null) return found('unknown', ...evidence, 'what the PC trusts is not known');
  const trusted = new Set(rootHashes.map((hash) => hash.toLowerCase().replace(/[^0-9a-f]/g, '')));
  const kind = [
    ['SHA-256', sha256],
    ['SHA-384', sha384],
    ['SHA-1', sha1],
  ].find(([, hash]) => hash && trusted.has(hash))?.[0];
  return kind
    ? found('pass', `known by its ${kind}: ${root.subject}`)
    : found('fail', ...evidence, `none of the ${trusted.size} roots of the PC`);
}

/** The lists are reached, and none names a certificate of the chain. Null: it was not asked. */
export function judgeRevocation(findings: readonly RevocationFinding[] | null): RuleFinding {
  if (findings === null) return found('unknown', 'it was not asked');
  if (findings.length === 0) return found('unknown', 'nothing in the chain can be revoked');
  const evidence = findings.map(
    ({ subject, status, evidence }) => `${subject}: ${status.replaceAll('_', ' ')}; ${evidence.join('; ')}`,
  );
  const has = (status: RevocationFinding['status']) => findings.some((each) => each.status === status);
  if (has('revoked') || has('unknown')) return found('fail', ...evidence);
  return found(has('not_listed_anywhere') ? 'warn' : 'pass', ...evidence);
}
