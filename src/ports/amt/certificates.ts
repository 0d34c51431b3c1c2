/** A certificate in the device's store. */
export interface StoredCertificate {
  /** Opaque; names it in other calls. */
  readonly handle: string;
  readonly der: Uint8Array;
  readonly trustedRoot: boolean;
  /** Made by the firmware itself; can't be removed. */
  readonly readOnly: boolean;
  readonly subject: string;
  readonly issuer: string;
}

/** A key pair in the device's store; the private key never leaves it. */
export interface StoredKeyPair {
  /** Opaque; names it in other calls. */
  readonly handle: string;
  /** PKCS#1 RSAPublicKey, DER. */
  readonly publicKey: Uint8Array;
}

/** How the device signs a certificate request. */
export type RequestSignature = 'sha1' | 'sha256' | 'sha384';

/** The device's store of certificates and keys (AMT_PublicKeyManagementService). */
export interface AmtCertificates {
  list(): Promise<readonly StoredCertificate[]>;
  /** Adds a certificate of the device itself. One that is there already is not added again. Resolves to its handle. */
  add(der: Uint8Array): Promise<string>;
  /** Adds a root that the device trusts. One that is there already is not added again. Resolves to its handle. */
  addTrustedRoot(der: Uint8Array): Promise<string>;
  remove(handle: string): Promise<void>;
  keyPairs(): Promise<readonly StoredKeyPair[]>;
  /** Makes an RSA key pair in the device, which may take minutes. Resolves to its handle. Rejects with `class_missing` before AMT 6.2. */
  generateKeyPair(bits: 2048 | 3072): Promise<string>;
  /**
   * Puts a key in that was made elsewhere, for firmware before 6.2, which makes none. `privateKey`: PKCS#1 RSAPrivateKey, DER; secret.
   * Resolves to its handle.
   */
  addKeyPair(privateKey: Uint8Array): Promise<string>;
  removeKeyPair(handle: string): Promise<void>;
  /**
   * Has a PKCS#10 request signed. `unsigned`: DER of the request with the key pair's public key and a null signature. Resolves to
   * the signed one, DER.
   */
  signRequest(keyPair: string, unsigned: Uint8Array, signature: RequestSignature): Promise<Uint8Array>;
}
