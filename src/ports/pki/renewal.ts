/**
 * Days before its end from which on a certificate is to be renewed: as Configuration Manager's maintenance of AMT-based computers has
 * it. Whoever tells of certificates that end soon means this.
 */
export const renewalDays = 42;
