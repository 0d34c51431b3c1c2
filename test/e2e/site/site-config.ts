import { randomBytes } from 'node:crypto';

/** A person's token for the console, and the environment variable that the configuration reads it from. */
export interface Token {
  readonly variable: string;
  readonly value: string;
}

const tokenOf = (person: string): Token => ({
  variable: `OOB_E2E_TOKEN_${person.toUpperCase()}`,
  value: randomBytes(24).toString('base64url'),
});

/** A fresh token for each person of a site. */
export const createTokens = () => ({
  operator: tokenOf('operator'),
  approver: tokenOf('approver'),
  deputy: tokenOf('deputy'),
  visitor: tokenOf('visitor'),
  administrator: tokenOf('administrator'),
});

/** The configuration of a site, as a person would write it: short waits, the console with a token each, five roles. */
export function siteConfig(settings: {
  readonly ports: { readonly console: number; readonly public: number };
  readonly tokens: Readonly<Record<string, Token>>;
  readonly ca: string;
  readonly connections: number;
  /** Sections that only this site has. */
  readonly more: string;
}): string {
  const { ports, tokens, ca, connections, more } = settings;
  const tokenLines = Object.entries(tokens).map(
    ([person, { variable }]) => `    - { person: ${person}, token: { env: ${variable} } }`,
  );
  return `
service:
  name: oob-e2e
  dataDirectory: data
  listen: { port: ${ports.public} }
console:
  enabled: true
  port: ${ports.console}
  tokens:
${tokenLines.join('\n')}
amt:
  certificateAuthorityFile: ${JSON.stringify(ca)}
  credentials:
    lab: { user: admin, password: { env: OOB_LAB_PASSWORD } }
    helpdesk: { user: helpdesk, password: { env: OOB_LAB_PASSWORD } }
  connections: ${connections}
  connectionsPerSite: ${connections}
  verifySeconds: 6
  requestSeconds: 4
  wakeSeconds: 5
${more.includes('transmissions:') ? '' : 'transmissions: { retries: 0 }'}
people:
  - { id: operator, name: Olga Operator, roles: [operator, auditor], accounts: { console: true } }
  - { id: approver, name: Arturo Approver, roles: [site-lead], accounts: { console: true } }
  - { id: deputy, name: Dora Deputy, roles: [site-lead, operator], accounts: { console: true } }
  - { id: visitor, name: Viktor Visitor, roles: [], accounts: { console: true } }
  - { id: administrator, name: Ada Administrator, roles: [administrator], accounts: { console: true } }
roles:
  - id: operator
    allow:
      - operations: [all]
  - id: auditor
    allow:
      - operations: [disable-audit-log, clear-audit-log]
  - id: administrator
    administrator: true
  - id: site-lead
    allow:
      - operations: [read-status, power-on]
    approve:
      - operations: [all]
${more}`;
}
