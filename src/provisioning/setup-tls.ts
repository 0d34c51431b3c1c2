import type { ProvisioningFacts } from '../ports/provisioning/provisioning-store.ts';

/** The TLS by which a PC was met: that of today, or of firmware before AMT 12. Pure. */
export const setupTlsOf = ({ setupTls }: ProvisioningFacts): 'pinned' | 'legacy' =>
  setupTls === 'legacy' ? 'legacy' : 'pinned';
