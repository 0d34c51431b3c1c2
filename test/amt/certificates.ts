/** Keys and certificates for devices in tests, made anew each time. */
import { constants, createHash, generateKeyPairSync, privateEncrypt, X509Certificate } from 'node:crypto';
import forge from 'node-forge';

export interface DeviceCertificate {
  readonly key: string;
  readonly cert: string;
  /** SHA-256 of the DER, lower-case hexadecimal. */
  readonly fingerprint: string;
}

export interface CertificateWish {
  readonly commonName: string;
  readonly dnsNames?: readonly string[];
  readonly addresses?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Signed with SHA-1, as old firmware's own certificates are. */
  readonly sha1?: boolean;
}

const dayMs = 86_400_000;

function newKey(bits: number): string {
  return generateKeyPairSync('rsa', { modulusLength: bits })
    .privateKey.export({ type: 'pkcs1', format: 'pem' })
    .toString();
}

function publicOf(privatePem: string): forge.pki.rsa.PublicKey {
  const privateKey = forge.pki.privateKeyFromPem(privatePem);
  return forge.pki.setRsaPublicKey(privateKey.n, privateKey.e);
}

// DigestInfo before the hash (RFC 8017 section 9.2).
const digestInfo = { sha1: '3021300906052b0e03021a05000414', sha256: '3031300d060960864801650304020105000420' };

/** The signature by node:crypto: forge's own takes a second each. */
function nativeSigner(privatePem: string, kind: keyof typeof digestInfo) {
  return (digest: forge.md.MessageDigest): string =>
    privateEncrypt(
      { key: privatePem, padding: constants.RSA_PKCS1_PADDING },
      Buffer.concat([Buffer.from(digestInfo[kind], 'hex'), Buffer.from(digest.digest().getBytes(), 'latin1')]),
    ).toString('latin1');
}

/** A certification authority with one device key for all its certificates (keys are the slow part). */
export class TestAuthority {
  readonly certificate: string;
  private readonly key = newKey(2048);
  private readonly deviceKey: string;
  private readonly name = [{ name: 'commonName', value: 'oob test CA' }];
  private serial = 1;

  constructor({ bits = 2048 } = {}) {
    this.deviceKey = newKey(bits);
    this.certificate = this.build({ commonName: 'oob test CA' }, this.key, true);
  }

  issue(wish: CertificateWish): DeviceCertificate {
    const cert = this.build(wish, this.deviceKey, false);
    const fingerprint = createHash('sha256').update(new X509Certificate(cert).raw).digest('hex');
    return { key: this.deviceKey, cert, fingerprint };
  }

  private build(wish: CertificateWish, subjectKey: string, authority: boolean): string {
    const made = forge.pki.createCertificate();
    this.serial += 1;
    made.serialNumber = this.serial.toString(16).padStart(4, '0');
    made.publicKey = publicOf(subjectKey);
    made.validity.notBefore = wish.notBefore ?? new Date(Date.now() - dayMs);
    made.validity.notAfter = wish.notAfter ?? new Date(Date.now() + 30 * dayMs);
    made.setSubject([{ name: 'commonName', value: wish.commonName }]);
    made.setIssuer(this.name);
    const altNames = [
      ...(wish.dnsNames ?? []).map((value) => ({ type: 2, value })),
      ...(wish.addresses ?? []).map((ip) => ({ type: 7, ip })),
    ];
    made.setExtensions([
      { name: 'basicConstraints', cA: authority },
      ...(altNames.length > 0 ? [{ name: 'subjectAltName', altNames }] : []),
    ]);
    const kind = wish.sha1 ? 'sha1' : 'sha256';
    const signer = { ...forge.pki.privateKeyFromPem(this.key), sign: nativeSigner(this.key, kind) };
    made.sign(signer, forge.md[kind].create());
    return forge.pki.certificateToPem(made);
  }
}
