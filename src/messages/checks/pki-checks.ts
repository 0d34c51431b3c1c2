/** What is looked at in a provisioning certificate, in this order. */
export const provisioningChecks = [
  'private key',
  'purpose',
  'chain',
  'chain length',
  'order',
  'key sizes',
  'signature hash',
  'dates',
  'name and suffix',
  'trusted root',
  'revocation',
] as const;

/** One of `provisioningChecks`. */
export type ProvisioningCheckName = (typeof provisioningChecks)[number];

/** What to do when a check does not pass. */
export const provisioningCheckMends: Readonly<Record<ProvisioningCheckName, string>> = {
  'private key': 'Export the certificate again, with its private key (in Windows: "Yes, export the private key").',
  purpose:
    'Have it issued again with server authentication and 2.16.840.1.113741.1.2.3 as extended key usage; or with the OU "Intel(R) Client Setup Certificate", letter by letter.',
  chain:
    'Export it again with all certificates of its path up to the root (in Windows: "Include all certificates in the certification path if possible").',
  'chain length': 'Have it issued by an authority nearer to its root: the firmware takes four certificates at most.',
  order: 'Nothing has to be done: this service sends the chain in the right order. Other tools may want leaf first.',
  'key sizes':
    'Have it issued with an RSA key of 2048 bits, by authorities with RSA keys of up to 2048 bits (4096 for the certificate itself only from AMT 6.0 on).',
  'signature hash': 'Have it issued with SHA-256: firmware of today refuses SHA-1 in a chain for host-based setup.',
  dates: 'Renew it now, and store the new one before this one ends. Check the clock of this machine too.',
  'name and suffix':
    'Set DHCP option 15 (or the PKI DNS suffix in MEBx) to the domain of the certificate, or have it issued for the domain of the PC.',
  'trusted root':
    'Add the hash of the root in MEBx, by USB or at the manufacturer; or buy the certificate from an authority that the firmware knows.',
  revocation: 'Open the way to the address of the list, or publish the list; a revoked certificate has to be replaced.',
};
