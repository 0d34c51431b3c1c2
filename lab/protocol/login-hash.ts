import { hash } from 'node:crypto';

/** What a digest login is checked by: MD5 of `name:realm:password`, hex (RFC 2617, 3.2.2.2). */
export const loginHash = (name: string, realm: string, password: string): string =>
  hash('md5', `${name}:${realm}:${password}`);
