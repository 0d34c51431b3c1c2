import type { z } from 'zod';
import { nearest } from '../../inventory/resolve-targets.ts';
import { checkChecklist } from './checklist/checklist-checks.ts';
import { checkDigests } from './digest-checks.ts';
import type { Path, Say } from './say.ts';
import { checkSchedules } from './waking/schedule-checks.ts';
import { checkUpkeep } from './waking/upkeep-checks.ts';

/** The parts of the configuration that refer to each other. */
interface Linked {
  readonly console: {
    readonly enabled: boolean;
    readonly channels: readonly { readonly id: string }[];
    readonly tokens: readonly { readonly person: string }[];
  };
  readonly slack?:
    | {
        readonly mode: 'socket' | 'http';
        readonly workspaces: readonly string[];
        readonly appToken?: unknown;
        readonly signingSecret?: unknown;
      }
    | undefined;
  readonly teams?: { readonly appType: string; readonly tenants: readonly string[] } | undefined;
  readonly amt: { readonly credentials: Readonly<Record<string, unknown>> };
  readonly profiles: Readonly<
    Record<
      string,
      {
        readonly auditCredential?: string | undefined;
        readonly accounts: readonly { readonly credential?: string | undefined; readonly sid?: string | undefined }[];
        readonly networkAccess?: { readonly method: string; readonly credential?: string | undefined } | undefined;
      }
    >
  >;
  readonly discovery: {
    readonly accounts: readonly string[];
    readonly ranges: readonly { readonly id: string; readonly credential: string; readonly roles: readonly string[] }[];
  };
  readonly directory: {
    readonly domains: Readonly<Record<string, { readonly dnsName: string; readonly unit: string }>>;
    readonly roles: readonly { readonly domain: string; readonly role: string }[];
  };
  readonly provisioning: {
    readonly hello: {
      readonly enabled: boolean;
      readonly acknowledgedBy?: string | undefined;
      readonly accounts: readonly string[];
    };
    readonly inBand: { readonly enabled: boolean; readonly key?: unknown };
    readonly upkeep: Parameters<typeof checkUpkeep>[0]['provisioning']['upkeep'];
  };
  readonly digests: Parameters<typeof checkDigests>[0]['digests'];
  readonly checklist: Parameters<typeof checkChecklist>[0]['checklist'];
  readonly people: readonly LinkedPerson[];
  readonly schedules: {
    readonly leastMinutes: number;
    readonly entries: readonly {
      readonly id: string;
      readonly owner: string;
      readonly channel: string;
      readonly command: string;
      readonly cron: string;
    }[];
  };
  readonly roles: readonly {
    readonly id: string;
    readonly allow: readonly { readonly channels: readonly string[] }[];
  }[];
  readonly rules: readonly { readonly id: string }[];
  readonly windows: readonly { readonly id: string }[];
  readonly freezes: readonly { readonly id: string; readonly from: string; readonly to: string }[];
  readonly holds: readonly { readonly id: string }[];
}

interface LinkedPerson {
  readonly id: string;
  readonly directory?: { readonly domain: string } | undefined;
  readonly roles: readonly string[];
  readonly accounts: {
    readonly console: boolean;
    readonly slack: readonly { readonly workspace: string; readonly user: string }[];
    readonly teams: readonly { readonly tenant: string; readonly object: string }[];
  };
}

/** Ids that mean the service itself in the trail and on the console. */
const takenIds = new Set(['oob', 'service', 'all', 'unknown', 'stranger']);

/** What one key's type can't say: references, uniqueness, and what one choice makes necessary elsewhere. */
export function crossChecks(config: Linked, context: z.RefinementCtx): void {
  const say: Say = (path, allowed, advice) => {
    context.addIssue({ code: 'custom', path: [...path], message: allowed, params: { allowed, advice } });
  };
  const checkPlace = (word: string, path: Path) => checkChannel(word, config, path, say);
  checkConsole(config, say);
  checkSlack(config, say);
  checkTeams(config, say);
  checkPeople(config, say);
  checkChannels(config, say);
  checkProfiles(config, say);
  checkDirectory(config, say);
  checkHello(config, say);
  checkInBand(config, say);
  checkDiscovery(config, say);
  checkSchedules(config.schedules, say);
  checkUpkeep(config, say, checkPlace);
  checkScheduleLinks(config, say);
  checkDigests(config, say);
  checkChecklist(config, say, checkPlace);
  checkRules(config, say);
  unique(
    config.roles.map((role) => role.id),
    (index) => ['roles', index, 'id'],
    say,
  );
}

/** What refuses or holds is named by its id alone, so no two of them share one. */
function checkRules(config: Linked, say: Say): void {
  const sections = ['rules', 'windows', 'freezes', 'holds'] as const;
  const all = sections.flatMap((section) =>
    config[section].map(({ id }, index) => ({ id, path: [section, index, 'id'] })),
  );
  unique(
    all.map(({ id }) => id),
    (index) => all[index]?.path ?? [],
    say,
  );
  for (const [index, { from, to }] of config.freezes.entries()) {
    if (Date.parse(to) <= Date.parse(from))
      say(['freezes', index, 'to'], 'an instant after `from`', 'As it stands it freezes nothing.');
  }
}

function checkDirectory({ directory, people, roles }: Linked, say: Say): void {
  const domains = Object.keys(directory.domains);
  const what = 'a name under directory.domains';
  for (const [name, { dnsName, unit }] of Object.entries(directory.domains)) {
    const components = [...unit.matchAll(/(?:^|,)\s*DC=([^,]+)/gi)].map((match) => match[1]?.toLowerCase());
    if (components.join('.') !== dnsName)
      say(
        ['directory', 'domains', name, 'unit'],
        `a distinguished name in ${dnsName}`,
        'It ends with the DC= parts of dnsName.',
      );
  }
  for (const [at, { domain, role }] of directory.roles.entries()) {
    refer(domain, domains, ['directory', 'roles', at, 'domain'], what, say);
    refer(
      role,
      roles.map(({ id }) => id),
      ['directory', 'roles', at, 'role'],
      'the id of a role',
      say,
    );
  }
  for (const [at, person] of people.entries())
    if (person.directory) refer(person.directory.domain, domains, ['people', at, 'directory', 'domain'], what, say);
}

function checkDiscovery({ discovery, amt, roles }: Linked, say: Say): void {
  const names = Object.keys(amt.credentials);
  const roleIds = roles.map(({ id }) => id);
  unique(
    discovery.ranges.map(({ id }) => id),
    (index) => ['discovery', 'ranges', index, 'id'],
    say,
  );
  for (const [at, name] of discovery.accounts.entries())
    refer(name, names, ['discovery', 'accounts', at], 'a name of amt.credentials', say);
  for (const [at, { credential, roles: allowed }] of discovery.ranges.entries()) {
    refer(credential, names, ['discovery', 'ranges', at, 'credential'], 'a name of amt.credentials', say);
    for (const [index, role] of allowed.entries())
      refer(role, roleIds, ['discovery', 'ranges', at, 'roles', index], 'the id of a role', say);
  }
}

function checkProfiles({ profiles, amt }: Linked, say: Say): void {
  const names = Object.keys(amt.credentials);
  for (const [id, { accounts, auditCredential, networkAccess }] of Object.entries(profiles)) {
    if (networkAccess) {
      const path = ['profiles', id, 'networkAccess', 'credential'];
      if (networkAccess.credential !== undefined)
        refer(networkAccess.credential, names, path, 'a name of amt.credentials', say);
      if ((networkAccess.credential === undefined) !== (networkAccess.method === 'tls'))
        say(
          path,
          'a credential for every method but tls',
          networkAccess.method === 'tls'
            ? 'With tls each PC has a certificate of its own (pki.authority) and no password.'
            : 'This method logs on with a user name and password.',
        );
    }
    if (auditCredential !== undefined)
      refer(auditCredential, names, ['profiles', id, 'auditCredential'], 'a name of amt.credentials', say);
    for (const [at, { credential, sid }] of accounts.entries()) {
      const path = ['profiles', id, 'accounts', at];
      if ((credential === undefined) === (sid === undefined))
        say(path, 'either a credential or a sid', 'An account is a digest user or somebody of Active Directory.');
      if (credential !== undefined) refer(credential, names, [...path, 'credential'], 'a name of amt.credentials', say);
    }
  }
}

function checkConsole({ console, people }: Linked, say: Say): void {
  if (console.enabled && console.tokens.length === 0) {
    say(['console', 'tokens'], 'at least one token', 'Without one, everybody on this machine could speak as anybody.');
  }
  unique(
    console.channels.map((channel) => channel.id),
    (index) => ['console', 'channels', index, 'id'],
    say,
  );
  const onConsole = people.filter((person) => person.accounts.console).map((person) => person.id);
  for (const [index, { person }] of console.tokens.entries()) {
    refer(
      person,
      onConsole,
      ['console', 'tokens', index, 'person'],
      'the id of a person with accounts.console: true',
      say,
    );
  }
}

function checkSlack({ slack }: Linked, say: Say): void {
  if (!slack) return;
  if (slack.mode === 'socket' && slack.appToken === undefined) {
    say(['slack', 'appToken'], '{ env: NAME }, { file: PATH } or { secret: NAME }', 'Mode socket needs it.');
  }
  if (slack.mode === 'http' && slack.signingSecret === undefined) {
    say(['slack', 'signingSecret'], '{ env: NAME }, { file: PATH } or { secret: NAME }', 'Mode http needs it.');
  }
}

function checkTeams({ teams }: Linked, say: Say): void {
  if (teams?.appType === 'SingleTenant' && teams.tenants.length > 1) {
    say(['teams', 'tenants'], 'exactly one tenant', 'Several tenants need appType: MultiTenant.');
  }
}

function checkPeople({ people, roles, slack, teams }: Linked, say: Say): void {
  unique(
    people.map((person) => person.id),
    (index) => ['people', index, 'id'],
    say,
  );
  const owners = new Map<string, string>();
  const roleIds = roles.map((role) => role.id);
  for (const [index, person] of people.entries()) {
    if (takenIds.has(person.id)) say(['people', index, 'id'], `an id other than ${[...takenIds].join(', ')}`);
    for (const [at, role] of person.roles.entries()) {
      refer(role, roleIds, ['people', index, 'roles', at], 'the id of a role', say);
    }
    const claim = (account: string, path: Path) => {
      const owner = owners.get(account);
      if (owner !== undefined) say(path, 'an account that nobody else has', `It is already an account of ${owner}.`);
      owners.set(account, person.id);
    };
    for (const [at, account] of person.accounts.slack.entries()) {
      const path = ['people', index, 'accounts', 'slack', at];
      claim(`slack ${account.workspace} ${account.user}`, [...path, 'user']);
      if (slack) refer(account.workspace, slack.workspaces, [...path, 'workspace'], 'one of slack.workspaces', say);
    }
    for (const [at, account] of person.accounts.teams.entries()) {
      const path = ['people', index, 'accounts', 'teams', at];
      claim(`teams ${account.tenant} ${account.object}`, [...path, 'object']);
      if (teams) refer(account.tenant, teams.tenants, [...path, 'tenant'], 'one of teams.tenants', say);
    }
  }
}

function checkChannels(config: Linked, say: Say): void {
  for (const [index, role] of config.roles.entries()) {
    for (const [at, grant] of role.allow.entries()) {
      for (const [position, channel] of grant.channels.entries())
        checkChannel(channel, config, ['roles', index, 'allow', at, 'channels', position], say);
    }
  }
}

function checkChannel(word: string, { console, slack, teams }: Linked, path: Path, say: Say): void {
  const [platform = '', rest = ''] = word.split(/:(.*)/s);
  const tenant = rest.split('/')[0] ?? '';
  const channels = console.channels.map((channel) => `local/${channel.id}`);
  if (platform === 'console') refer(rest, channels, path, 'a channel of the console', say);
  if (platform === 'slack' && slack) refer(tenant, slack.workspaces, path, 'one of slack.workspaces', say);
  if (platform === 'teams' && teams) refer(tenant, teams.tenants, path, 'one of teams.tenants', say);
}

function checkScheduleLinks(config: Linked, say: Say): void {
  const { entries } = config.schedules;
  const path = (index: number, key: string): Path => ['schedules', 'entries', index, key];
  const people = config.people.map(({ id }) => id);
  unique(
    entries.map(({ id }) => id),
    (index) => path(index, 'id'),
    say,
  );
  for (const [index, { owner, channel }] of entries.entries()) {
    refer(owner, people, path(index, 'owner'), 'the id of a person', say);
    checkChannel(channel, config, path(index, 'channel'), say);
  }
}

function unique(ids: readonly string[], pathOf: (index: number) => Path, say: Say): void {
  for (const [index, id] of ids.entries()) {
    if (ids.indexOf(id) < index) say(pathOf(index), 'an id that stands here once');
  }
}

function refer(word: string, known: readonly string[], path: Path, what: string, say: Say): void {
  if (known.includes(word)) return;
  const meant = nearest(word, known);
  const list =
    known.length > 0 && known.length <= 20 ? ` (${known.join(', ')})` : known.length === 0 ? ' (there is none)' : '';
  say(path, `${what}${list}`, meant === null ? undefined : `Did you mean ${meant}?`);
}

/** Somebody who is known has to answer for taking hellos. */
function checkHello({ provisioning: { hello }, people, amt }: Linked, say: Say): void {
  for (const [at, name] of hello.accounts.entries())
    refer(
      name,
      Object.keys(amt.credentials),
      ['provisioning', 'hello', 'accounts', at],
      'a name of amt.credentials',
      say,
    );
  const { enabled, acknowledgedBy } = hello;
  if (!enabled && acknowledgedBy === undefined) return;
  if (people.some((person) => person.id === acknowledgedBy)) return;
  say(
    ['provisioning', 'hello', 'acknowledgedBy'],
    'the id of one of the people',
    'Hellos are taken only when somebody answers for the risk: anybody on the network can send one.',
  );
}

/** Without a key anybody could play any PC that waits. */
function checkInBand({ provisioning: { inBand } }: Linked, say: Say): void {
  if (!inBand.enabled || inBand.key !== undefined) return;
  say(
    ['provisioning', 'inBand', 'key'],
    '{ env: NAME }, { file: PATH } or { secret: NAME }',
    'Agents are received only with a key: anybody who reaches the service can send the UUID of a PC.',
  );
}
