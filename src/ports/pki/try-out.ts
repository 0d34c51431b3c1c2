/** What the certificates of a site that is tried out are made with. */
export interface TryOutWish {
  /** Common name of the authority. */
  readonly authority: string;
  /** Common name of the provisioning certificate: a full DNS name in the domain of the PCs. */
  readonly commonName: string;
  /** Days that both are valid from now on. */
  readonly days: number;
}

/** An authority and a provisioning certificate that it signed, all PEM. The keys are secret. */
export interface TryOutCertificates {
  readonly root: { readonly certificate: string; readonly key: string };
  /** `chain` is the certificate and its root. */
  readonly provisioning: { readonly chain: string; readonly key: string };
}
