/** Environment variable that the demo's credential reads; set in memory only. */
export const passwordVariable = 'OOB_LAB_PASSWORD';

/** The demo's configuration, as a person would write it. */
export function demoConfig(settings: { readonly port: number; readonly caFile: string }): string {
  return `# Written at each start of \`oob demo\`. Two people, one channel, a simulated fleet.
service:
  name: oob-demo
  dataDirectory: data
  logLevel: warn
console:
  port: ${settings.port}
amt:
  certificateAuthorityFile: ${JSON.stringify(settings.caFile)}
  credentials:
    lab: { user: admin, password: { env: ${passwordVariable} } }
  verifySeconds: 20
people:
  - id: operator
    name: Olga Operator
    roles: [operator]
    accounts: { console: true }
  - id: approver
    name: Arturo Approver
    roles: [site-lead]
    accounts: { console: true }
roles:
  - id: operator
    allow:
      - operations: [all]
  - id: site-lead
    allow:
      - operations: [read-status, power-on]
    approve:
      - operations: [all]
`;
}
