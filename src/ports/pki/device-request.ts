/** A key made here for firmware that makes none, and the request signed with it. */
export interface SoftwareKeyRequest {
  /** PKCS#1 RSAPrivateKey, DER. Secret: it goes to the device and is kept nowhere. */
  readonly privateKey: Uint8Array;
  /** PKCS#1 RSAPublicKey, DER. */
  readonly publicKey: Uint8Array;
  /** PKCS#10, DER. */
  readonly request: Uint8Array;
}

/** Certificate requests of devices (PKCS#10, RFC 2986). `name`: common name that stands in it. */
export interface DeviceRequests {
  /** What a device signs: DER with an empty signature. `publicKey`: PKCS#1 RSAPublicKey, DER. Throws PkiError for one that is none. */
  unsigned(publicKey: Uint8Array, name: string): Uint8Array;
  /** For firmware before 6.2, which makes no keys. */
  withNewKey(name: string): Promise<SoftwareKeyRequest>;
}
