import { randomBytes } from 'node:crypto';

/** Who speaks: two people, and a third where the policy wants one. */
export const people = ['operator', 'approver', 'security'] as const;
/** One of them. */
export type PersonId = (typeof people)[number];

/** Their console tokens, fresh for each site. */
export const createTokens = (): Readonly<Record<PersonId, string>> => ({
  operator: randomBytes(24).toString('base64url'),
  approver: randomBytes(24).toString('base64url'),
  security: randomBytes(24).toString('base64url'),
});

/** The environment variable that the configuration reads a token from. */
export const tokenVariable = (person: PersonId): string => `OOB_E2E_TOKEN_${person.toUpperCase()}`;
