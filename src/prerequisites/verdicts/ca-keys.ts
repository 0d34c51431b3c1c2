import { X509Certificate } from 'node:crypto';
import { type Verdict, verdict } from '../verdict.ts';

/** One certificate of the chain. */
export interface CaKey {
  readonly subject: string;
  /** `rsa`, `ec` and so on. */
  readonly type: string;
  /** Size of an RSA key; null for others. */
  readonly bits: number | null;
}

/** The keys of a PEM file's certificates; null when it holds none or one that cannot be read. */
export function caKeysOf(pem: string): readonly CaKey[] | null {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) return null;
  try {
    return blocks.map((block) => {
      const { subject, publicKey } = new X509Certificate(block);
      const name = subject.split('\n').find((part) => part.startsWith('CN=')) ?? subject.replaceAll('\n', ', ');
      return {
        subject: name,
        type: publicKey.asymmetricKeyType ?? 'unknown',
        bits: publicKey.asymmetricKeyDetails?.modulusLength ?? null,
      };
    });
  } catch {
    return null;
  }
}

/** "AMT-based computers cannot support CA certificates with a key length greater than 2048 bits" (Configuration Manager 2007 documentation). */
const longestBits = 2_048;

/** Judges the chain that the certificates of the devices come from. `file`: what is configured, null: nothing; `keys`: null when unreadable. */
export function judgeCaKeys(file: string | null, keys: readonly CaKey[] | null): Verdict {
  if (file === null) return verdict.notApplicable('no amt.certificateAuthorityFile is configured');
  if (!keys) return verdict.fail('ca_unreadable', file);
  const lines = keys.map(({ subject, type, bits }) => `${subject}: ${type}${bits === null ? '' : ` ${bits}`}`);
  if (keys.some(({ bits }) => bits !== null && bits > longestBits)) return verdict.fail('ca_key_long', ...lines);
  return keys.some(({ bits }) => bits === null) ? verdict.warn('ca_key_other', ...lines) : verdict.pass(...lines);
}
