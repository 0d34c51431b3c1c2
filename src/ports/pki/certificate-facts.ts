/** What a certificate says of itself, as far as it matters here (RFC 5280). */
export interface CertificateFacts {
  readonly der: Uint8Array;
  /** One line, such as `CN=oob.example.com, O=Example`. */
  readonly subject: string;
  readonly issuer: string;
  /** Common names and organizational units of the subject, exactly as written. */
  readonly commonNames: readonly string[];
  readonly units: readonly string[];
  readonly dnsNames: readonly string[];
  /** Hexadecimal capitals without leading zeros. */
  readonly serial: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** `rsa`, `ec` or what else the key is. */
  readonly keyType: string;
  /** Size of the modulus or of the curve; null when it is neither. */
  readonly keyBits: number | null;
  /** Such as `sha256`; the object identifier when it is unknown. */
  readonly signatureHash: string;
  /** Object identifiers of the extended key usage; null: no such extension. */
  readonly extendedKeyUsage: readonly string[] | null;
  readonly isCa: boolean;
  /** Signed by its own key: a root. */
  readonly selfSigned: boolean;
  /** Lower-case hexadecimal of the hash of the whole certificate, as AMT lists trusted roots. */
  readonly hashes: { readonly sha1: string; readonly sha256: string; readonly sha384: string };
  /** Addresses of revocation lists, of every scheme. */
  readonly crlUrls: readonly string[];
}
