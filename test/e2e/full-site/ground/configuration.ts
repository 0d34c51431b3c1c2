import type { Authorities } from './authorities.ts';
import { listUrls } from './authorities.ts';
import { type Domain, deviceUnit, serviceAccount } from './domain.ts';
import { people, tokenVariable } from './people.ts';
import { place } from './place.ts';

/** The account that helpdesk programs use on each PC, by the site's profile. */
export const helpdesk = { user: 'helpdesk', password: 'Helpdesk-Passw0rd!' } as const;

/** What the configuration names. */
export interface ConfigurationParts {
  readonly authorities: Authorities;
  readonly domain: Domain;
  readonly dhcpInterface: string;
  /** PEM file of provisioning certificate and root; null: there is none yet. */
  readonly provisioning: string | null;
}

/** The configuration of the site, as the people who set the service up would write it. */
export function siteConfiguration({ authorities, domain, dhcpInterface, provisioning }: ConfigurationParts): string {
  const { files, webFolder } = authorities;
  const text = (value: string) => JSON.stringify(value);
  const tokens = people.map((person) => `    - { person: ${person}, token: { env: ${tokenVariable(person)} } }`);
  return `
service:
  name: oob-full-site
  dataDirectory: data
  listen: { port: ${place.publicPort} }
console:
  enabled: true
  port: ${place.consolePort}
  tokens:
${tokens.join('\n')}
people:
  - { id: operator, name: Olga Operator, roles: [operator], accounts: { console: true } }
  - { id: approver, name: Arturo Approver, roles: [approver], accounts: { console: true } }
  - { id: security, name: Sofia Security, roles: [approver], accounts: { console: true } }
roles:
  - id: operator
    administrator: true
    allow:
      - operations: [all]
  - id: approver
    approve:
      - operations: [all]
amt:
  certificateAuthorityFile: ${text(files.deviceChain)}
  credentials:
    default: { user: admin, password: { secret: factory-admin } }
    helpdesk: { user: ${helpdesk.user}, password: { secret: helpdesk } }
  dnsServers: [${place.dns}]
  verifySeconds: 6
  requestSeconds: 10
transmissions: { retries: 0 }
directory:
  domains:
    lab:
      dnsName: ${place.domain}
      servers: [${domain.url}]
      unit: ${text(deviceUnit)}
      account: ${serviceAccount.name}@${place.domain}
      password: { secret: directory }
      certificateAuthorityFile: ${text(domain.caFile)}
pki:
${provisioning === null ? '' : `  provisioning: { site: { certificateFile: ${text(provisioning)}, key: { secret: provisioning-key } } }\n`}\
  authority: { certificateFile: ${text(files.deviceChain)}, key: { secret: device-ca-key } }
  revocationList: { url: ${text(listUrls.devices)}, file: ${text(`${webFolder}/devices.crl`)} }
provisioning:
  methods: [{ appliesTo: [all], method: out-of-band }]
  upkeep: { owner: operator, channel: console:local/it-ops }
  hello: { enabled: true, acknowledgedBy: security, listen: { host: ${place.hello}, port: ${place.helloPort} } }
network:
  dnsSuffixes: [${place.domain}]
  dnsServers: [${place.dns}]
  dhcpInterface: ${dhcpInterface}
  dynamicDns: false
  timeSource: ${place.time}
  provisionServer: [${place.hello}]
profiles:
  everywhere:
    appliesTo: [all]
    settings: { pingResponse: true, idleWakeTimeoutMinutes: 5, userConsent: none }
    accounts:
      - { credential: helpdesk, access: network, realms: [remote-control, general-information] }
    auditGroups: [security-admin, remote-control]
    networkAccess:
      { method: tls, serverName: { name: radius.${place.domain} }, trustedRootFile: ${text(files.root)} }
`;
}
