import { stringify } from 'yaml';
import type { ConfigInput } from './schema.ts';
import { allowedAt, configNode, type SchemaNode } from './schema-node.ts';

/** What a first installation needs: these lines are in force in the example. */
const starter: ConfigInput = {
  service: { name: 'oob', timezone: 'UTC' },
  console: {
    enabled: true,
    tokens: [
      { person: 'ana', token: { env: 'OOB_CONSOLE_TOKEN_ANA' } },
      { person: 'ben', token: { env: 'OOB_CONSOLE_TOKEN_BEN' } },
    ],
  },
  amt: { credentials: { default: { user: 'admin', password: { env: 'OOB_AMT_PASSWORD' } } } },
  profiles: {
    madrid: {
      appliesTo: ['site:madrid'],
      settings: { pingResponse: true, linkPolicy: ['s0-ac', 'sx-ac'], idleWakeTimeoutMinutes: 5, userConsent: 'kvm' },
      auditGroups: ['security-admin', 'remote-control'],
    },
  },
  people: [
    { id: 'ana', name: 'Ana Operator', roles: ['operator'], accounts: { console: true } },
    { id: 'ben', name: 'Ben Lead', roles: ['operator', 'site-lead'], accounts: { console: true } },
  ],
  roles: [
    { id: 'operator', allow: [{ operations: ['all'], targets: ['all'], channels: ['any'] }] },
    { id: 'site-lead', approve: [{ operations: ['power-on', 'power-off', 'reset'], targets: ['site:madrid'] }] },
  ],
  rules: [{ id: 'many-at-once', operations: ['power-on'], targets: ['site:madrid'], devicesOver: 50, risk: 'peer' }],
  windows: [
    {
      id: 'clocks-by-night',
      operations: ['sync-time'],
      targets: ['site:madrid'],
      from: '22:00',
      to: '05:00',
      outside: 'confirm',
    },
  ],
  digests: [{ id: 'it-ops', channel: 'console:local/it-ops', cron: '0 8 * * 1-5' }],
  holds: [{ id: 'vip-hold', operations: ['power-off', 'reset'], targets: ['group:vip'], reason: 'VIP' }],
};

/** What stands behind a `#` where the schema has no default to show. */
const samples: ConfigInput = {
  provisioning: {
    inBand: { key: { env: 'OOB_AGENT_KEY' } },
    hello: { acknowledgedBy: 'ana', keys: [{ pid: '4444-4445', pps: { secret: 'pps-4444-4445' } }] },
    upkeep: { owner: 'ana', channel: 'console:local/it-ops' },
  },
  service: { publicUrl: 'https://oob.example.com' },
  console: { url: 'https://console.example.com' },
  slack: {
    mode: 'socket',
    workspaces: ['T024BE7LD'],
    botToken: { env: 'SLACK_BOT_TOKEN' },
    appToken: { env: 'SLACK_APP_TOKEN' },
    signingSecret: { secret: 'slack-signing' },
  },
  teams: {
    appId: '11111111-2222-3333-4444-555555555555',
    appPassword: { file: '/run/secrets/teams-password' },
    appType: 'SingleTenant',
    tenants: ['72f988bf-86f1-41af-91ab-2d7cd011db47'],
  },
  amt: { certificateAuthorityFile: 'amt-ca.pem' },
  discovery: { ranges: [{ id: 'madrid', cidr: '10.1.0.0/22', site: 'madrid', ratePerSecond: 100 }] },
  profiles: {
    madrid: {
      appliesTo: ['site:madrid'],
      settings: {
        hostName: '{name}',
        domainName: 'corp.example.com',
        rmcpPingResponse: false,
        powerPackage: 'desktop: on in S0, S3, S4-5',
        serialOverLan: true,
        storageRedirection: true,
        kvm: true,
        webUi: false,
        tls: 'server',
        plainTextAccepted: false,
      },
      auditCredential: 'default',
      networkAccess: {
        method: 'peap-mschapv2',
        credential: 'default',
        username: 'amt-{name}',
        domain: 'CORP',
        serverName: { name: 'radius.corp.example.com', match: 'full-name' },
        trustedRootFile: 'radius-root.pem',
      },
      accounts: [
        { credential: 'default', access: 'network', realms: ['remote-control', 'general-information'] },
        { sid: 'S-1-5-21-1004336348-1177238915-682003330-512', access: 'any', realms: ['pt-administration'] },
      ],
    },
  },
  schedules: {
    entries: [
      {
        id: 'patch-tuesday',
        command: 'poweron group:floor3',
        cron: '0 22 * * 2',
        timezone: 'Europe/Madrid',
        owner: 'ana',
        channel: 'slack:T024BE7LD/C0123456789',
        reason: 'monthly patches',
        missed: 'run-late',
        lateMinutes: 60,
        except: ['2026-12-31..2027-01-06'],
      },
    ],
  },
  directory: {
    domains: {
      corp: {
        dnsName: 'corp.example.com',
        servers: ['ldaps://dc1.corp.example.com', 'ldaps://dc2.corp.example.com'],
        unit: 'OU=AMT,DC=corp,DC=example,DC=com',
        account: 'svc-oob@corp.example.com',
        password: { secret: 'directory-corp' },
        certificateAuthorityFile: 'corp-ca.pem',
      },
    },
    roles: [{ domain: 'corp', group: 'S-1-5-21-1004336348-1177238915-682003330-1107', role: 'operator' }],
  },
  network: {
    dhcpInterface: 'eth0',
    timeSource: 'ntp.example.com',
    provisionServer: ['10.0.0.5'],
  },
  pki: {
    provisioning: {
      corp: { pkcs12File: 'provisioning.pfx', password: { secret: 'provisioning-password' } },
    },
    authority: {
      certificateFile: 'device-ca.pem',
      key: { secret: 'device-ca-key' },
      pkcs12File: 'device-ca.pfx',
      pkcs12: { secret: 'device-ca-pfx' },
      password: { secret: 'device-ca-password' },
      deviceDays: 365,
      clientDays: 365,
    },
    revocationList: { url: 'http://pki.example.com/crl.der', file: '/srv/pki/crl.der' },
  },
  digests: [
    {
      id: 'it-ops',
      channel: 'slack:T024BE7LD/C0123456789',
      fallback: 'slack:T024BE7LD/C0123456789',
      cron: '0 8 * * 1-5',
      timezone: 'Europe/Madrid',
    },
  ],
  checklist: {
    timezone: 'Europe/Madrid',
    owners: [{ site: 'madrid', person: 'ana', channel: 'slack:T024BE7LD/C0123456789' }],
    canaries: { madrid: 'host1' },
    backup: { path: '/srv/backup/oob', maxAgeHours: 26 },
  },
  approvals: { escalateTo: 'slack:T024BE7LD/C012AB3CD' },
  waves: { perMinute: 120 },
  transmissions: { pauseAfterDevices: 200, subnetDevices: 50, deadlineMinutes: 60 },
  wake: { interface: 'eth0', secureOn: { secret: 'secure-on' }, alarmBackupMinutes: 15 },
  people: [
    {
      id: 'ana',
      name: 'Ana',
      directory: { domain: 'corp', sid: 'S-1-5-21-1004336348-1177238915-682003330-1105' },
      accounts: {
        slack: [{ workspace: 'T024BE7LD', user: 'U012AB3CD' }],
        teams: [{ tenant: '72f988bf-86f1-41af-91ab-2d7cd011db47', object: '99999999-8888-7777-6666-555555555555' }],
      },
    },
  ],
  roles: [
    {
      id: 'operator',
      allow: [{ operations: ['all'] }],
      approve: [{ operations: ['power-off'], targets: ['site:madrid'] }],
      breakGlass: [{ operations: ['power-off', 'power-cycle'], targets: ['site:madrid'] }],
      limits: { devicesPerRequest: 500, requestsPerHour: 120 },
    },
  ],
  windows: [{ id: 'nights', from: '22:00', to: '05:00', timezone: 'Europe/Madrid' }],
  freezes: [
    {
      id: 'year-end',
      from: '2026-12-23T18:00:00+01:00',
      to: '2027-01-07T06:00:00+01:00',
      reason: 'Year-end closing',
    },
  ],
  holds: [{ id: 'vip-hold', reason: 'VIP', until: '2027-01-31T18:00:00+01:00' }],
};

const head = `The configuration of oob. Made from the schema; every key that there is stands here.
Copy it to oob.yaml and change what is not so. A line with # before its key shows the default, or how it could look.
Secrets never stand here, only where they are: { env: NAME }, { file: PATH } or { secret: NAME } (oob secret set NAME).`;

/** The example configuration: every key with its meaning, what is allowed and its default. Loads as it is. */
export function exampleConfig(): string {
  const lines = [...comment(head, ''), ...sections('', configNode, starter, samples)];
  return `${lines.join('\n').replace(/\n{3,}/g, '\n\n')}\n`;
}

/** Lines of a section: its keys in the schema's order, those without a value behind a `#`. */
function sections(indent: string, node: SchemaNode, value: unknown, sample: unknown, explain = true): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, inner]) => {
    const active = child(value, key);
    const shown = active ?? child(sample, key) ?? inner.default;
    const mark = active === undefined ? '#' : '';
    if (!explain && mark === '#') return [];
    const gap = indent === '' ? [''] : [];
    const notes = explain ? comment(notesOf(inner, indent === ''), indent) : [];
    return [...gap, ...notes, ...entry(indent, mark, key, inner, shown, child(sample, key), explain)];
  });
}

function entry(
  indent: string,
  mark: string,
  key: string,
  node: SchemaNode,
  value: unknown,
  sample: unknown,
  explain: boolean,
): string[] {
  const name = `${indent}${mark}${key}:`;
  const deeper = `${indent}  `;
  // Behind a mark the keys below are marked too: their own values are then no more than samples.
  const given = mark === '#' ? undefined : value;
  if (node.properties)
    return [
      name,
      ...sections(deeper, node, given, mark === '#' ? { ...record(value), ...record(sample) } : sample, explain),
    ];
  const item = node.items;
  if (item?.properties && Array.isArray(value) && value.length > 0 && mark === '') {
    const pattern = child(sample, 0);
    return [
      name,
      ...value.flatMap((each: unknown, index) => listItem(deeper, item, each, pattern, explain && index === 0)),
    ];
  }
  const inner = node.additionalProperties || undefined;
  if (inner?.properties && mark === '') {
    const named = Object.entries(record(value));
    return [
      name,
      ...named.flatMap(([id, each], index) => [
        `${deeper}${id}:`,
        ...sections(`${deeper}  `, inner, each, child(sample, id), explain && index === 0),
      ]),
    ];
  }
  return [`${name} ${flow(value)}`];
}

/** The first item explains its keys; the others only have values. */
function listItem(indent: string, node: SchemaNode, value: unknown, sample: unknown, explain: boolean): string[] {
  const lines = sections(`${indent}  `, node, value, sample, explain);
  const first = lines.findIndex((line) => !line.trimStart().startsWith('#'));
  const dash = (line: string, index: number) => (index === first ? `${indent}- ${line.trimStart()}` : line);
  return lines.map(dash);
}

function notesOf(node: SchemaNode, isSection: boolean): string {
  const parts = [node.description ?? ''];
  if (!node.properties && !isSection) parts.push(`Allowed: ${allowedAt(node)}.`);
  if (!node.properties && node.default !== undefined && !isSection) parts.push(`Default: ${flow(node.default)}.`);
  return parts.filter((part) => part !== '').join(' ');
}

function comment(text: string, indent: string): string[] {
  const width = 118 - indent.length;
  return text.split('\n').flatMap((line) => {
    const rows: string[] = [];
    for (const word of line.split(' ')) {
      const last = rows.at(-1);
      if (last !== undefined && last.length + 1 + word.length <= width) rows[rows.length - 1] = `${last} ${word}`;
      else rows.push(`${indent}# ${word}`);
    }
    return rows;
  });
}

function flow(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: true }).trimEnd();
}

function child(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
