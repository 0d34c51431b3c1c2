import { constants, generateKeyPairSync, privateEncrypt } from 'node:crypto';
import forge from 'node-forge';

/** What a set-up server's chain is made of; defaults make one that firmware accepts. */
export interface ChainWish {
  readonly commonName?: string;
  readonly unit?: string;
  /** Extended key usages of the leaf. */
  readonly purposes?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly withIntermediate?: boolean;
  readonly withoutRoot?: boolean;
  readonly intermediateIsNoAuthority?: boolean;
}

/** PEM, as a TLS client takes them. */
export interface Chain {
  readonly key: string;
  /** Leaf first. */
  readonly certificates: string;
}

/** As forge takes them: by name when it has one. */
const purpose = { server: 'serverAuth', setup: '2.16.840.1.113741.1.2.3' } as const;
const dayMs = 86_400_000;

// DigestInfo of SHA-256 (RFC 8017 section 9.2).
const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** A key pair and signatures by OpenSSL: forge's own take seconds. */
function newKeys() {
  const pem = generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs1', format: 'pem' })
    .toString();
  const own = forge.pki.privateKeyFromPem(pem);
  own.sign = (digest) => {
    if (typeof digest === 'string') throw new TypeError('a digest, not text');
    return privateEncrypt(
      { key: pem, padding: constants.RSA_PKCS1_PADDING },
      Buffer.concat([digestInfo, Buffer.from(digest.digest().getBytes(), 'latin1')]),
    ).toString('latin1');
  };
  return { pem, own, shared: forge.pki.setRsaPublicKey(own.n, own.e) };
}

/** An authority whose root hash is to stand in firmware. */
export function createSetupAuthority() {
  const [rootKeys, middleKeys, leafKeys] = [newKeys(), newKeys(), newKeys()];
  let serial = 1;

  function certificate(
    subject: forge.pki.CertificateField[],
    issuer: forge.pki.CertificateField[],
    of: typeof rootKeys,
    by: typeof rootKeys,
    extensions: unknown[],
    { notBefore = new Date(Date.now() - dayMs), notAfter = new Date(Date.now() + 30 * dayMs) }: ChainWish = {},
  ) {
    const made = forge.pki.createCertificate();
    made.publicKey = of.shared;
    serial += 1;
    made.serialNumber = `0${serial.toString(16)}`.slice(-2);
    made.validity = { notBefore, notAfter };
    made.setSubject(subject);
    made.setIssuer(issuer);
    made.setExtensions(extensions);
    made.sign(by.own, forge.md.sha256.create());
    return forge.pki.certificateToPem(made);
  }

  const named = (name: string): forge.pki.CertificateField[] => [{ name: 'commonName', value: name }];
  const authority = [{ name: 'basicConstraints', cA: true, critical: true }];
  const root = certificate(named('set-up root'), named('set-up root'), rootKeys, rootKeys, authority);

  return {
    root,
    rootDer: Buffer.from(root.replace(/-----[^-]+-----|\s/g, ''), 'base64'),
    chain(wish: ChainWish = {}): Chain {
      const { commonName = 'setup.lab.example', unit, purposes = Object.values(purpose) } = wish;
      const middle = certificate(
        named('set-up issuer'),
        named('set-up root'),
        middleKeys,
        rootKeys,
        wish.intermediateIsNoAuthority ? [{ name: 'basicConstraints', cA: false }] : authority,
      );
      const subject = [...named(commonName), ...(unit ? [{ shortName: 'OU', value: unit }] : [])];
      const uses = Object.fromEntries(purposes.map((one) => [one, true]));
      const leaf = certificate(
        subject,
        named(wish.withIntermediate ? 'set-up issuer' : 'set-up root'),
        leafKeys,
        wish.withIntermediate ? middleKeys : rootKeys,
        [{ name: 'extKeyUsage', ...uses }],
        wish,
      );
      const rest = [...(wish.withIntermediate ? [middle] : []), ...(wish.withoutRoot ? [] : [root])];
      return { key: leafKeys.pem, certificates: [leaf, ...rest].join('') };
    },
  };
}
