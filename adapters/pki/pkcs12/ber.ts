import forge from 'node-forge';
import { PkiError } from '../../../src/ports/pki.ts';

const octetStringType = 4;
/** As deep as no honest file is. */
const deepest = 64;

/**
 * The same in DER: some programs write PKCS#12 in BER, with lengths that are left open and strings in pieces. Throws PkiError
 * `pki_not_pkcs12`.
 */
export function toDer(bytes: Uint8Array): Buffer {
  try {
    const text = Buffer.from(bytes).toString('latin1');
    const root = forge.asn1.fromDer(text, true);
    return Buffer.from(forge.asn1.toDer(joined(root, 0)).getBytes(), 'latin1');
  } catch (cause) {
    throw new PkiError('pki_not_pkcs12', [], { cause });
  }
}

function joined(node: forge.asn1.Asn1, depth: number): forge.asn1.Asn1 {
  if (depth > deepest) throw new Error('too deep');
  if (!Array.isArray(node.value)) return node;
  const parts = node.value.map((part) => joined(part, depth + 1));
  const universal = node.tagClass === forge.asn1.Class.UNIVERSAL;
  if (universal && Number(node.type) === octetStringType)
    return {
      ...node,
      constructed: false,
      value: parts.map(({ value }) => (typeof value === 'string' ? value : '')).join(''),
    };
  return { ...node, value: parts };
}
