import type { DemoCertificates } from './demo-certificates.ts';

/** Environment variable that the demo's credential reads; set in memory only. */
export const passwordVariable = 'OOB_LAB_PASSWORD';

/** Files that the demo's configuration names. */
interface DemoFiles {
  readonly fleetCa: string;
  readonly sealingKey: string;
  readonly certificates: DemoCertificates;
}

/** The demo's configuration, as a person would write it. */
export function demoConfig(port: number, { fleetCa, sealingKey, certificates }: DemoFiles): string {
  const quoted = (path: string) => JSON.stringify(path);
  return `# Written at each start of \`oob demo\`. Three people, one channel, a simulated fleet.
service:
  name: oob-demo
  dataDirectory: data
  secretKey: { file: ${quoted(sealingKey)} }
  logLevel: warn
console:
  port: ${port}
amt:
  certificateAuthorityFile: ${quoted(fleetCa)}
  credentials:
    lab: { user: admin, password: { env: ${passwordVariable} } }
  verifySeconds: 20
# What does not answer here is broken on purpose: trying again in two minutes would only take time. Wake-ups begin when they are due.
transmissions: { retries: 0, offsetMinutes: 0 }
# Three PCs come as from the factory and say hello. A hello proves nothing: somebody has to answer for taking it.
provisioning:
  methods: [{ appliesTo: [all], method: out-of-band }]
  hello: { enabled: true, acknowledgedBy: approver, listen: { host: 127.0.0.1, port: 0 } }
pki:
  provisioning:
    demo: { certificateFile: ${quoted(certificates.chain)}, key: { file: ${quoted(certificates.chainKey)} } }
  authority: { certificateFile: ${quoted(certificates.root)}, key: { file: ${quoted(certificates.rootKey)} } }
digests:
  - id: it-ops
    channel: console:local/it-ops
    cron: '0 8 * * *'
people:
  - id: operator
    name: Olga Operator
    roles: [operator, auditor, on-call]
    accounts: { console: true }
  - id: approver
    name: Arturo Approver
    roles: [site-lead]
    accounts: { console: true }
  - id: deputy
    name: Dora Deputy
    roles: [site-lead]
    accounts: { console: true }
roles:
  - id: operator
    allow:
      - operations: [all]
  - id: auditor
    allow:
      - operations: [disable-audit-log, clear-audit-log]
  - id: site-lead
    administrator: true
    allow:
      - operations: [read-status, power-on]
    approve:
      - operations: [all]
  - id: on-call
    breakGlass:
      - operations: [power-off, shut-down, power-cycle, reset]
rules:
  - { id: many-off, operations: [power-off, shut-down, power-cycle, reset], devicesOver: 40, risk: two-peers }
  - { id: all-on, operations: [power-on], devicesOver: 150, risk: confirm }
holds:
  - { id: vip-hold, operations: [power-off, shut-down, power-cycle, reset], targets: [host1], reason: VIP }
profiles:
  madrid:
    appliesTo: [site:madrid]
    settings:
      pingResponse: true
      idleWakeTimeoutMinutes: 5
      linkPolicy: [s0-ac, sx-ac]
      userConsent: none
    auditGroups: [security-admin, remote-control]
`;
}
