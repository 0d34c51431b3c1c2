import type { ReadSettings, SettingName } from '../../ports/amt/settings.ts';
import type { OutcomeReport } from '../../ports/runs/run-store.ts';
import { listed, oneLine, plural } from '../format.ts';
import type { Fact } from '../view.ts';
import { csvOf } from './csv.ts';

/** Every setting in the order in which it is shown and written: what can end the conversation comes last. */
export const settingNames = [
  'hostName',
  'domainName',
  'pingResponse',
  'rmcpPingResponse',
  'idleWakeTimeoutMinutes',
  'powerPackage',
  'linkPolicy',
  'serialOverLan',
  'storageRedirection',
  'kvm',
  'webUi',
  'userConsent',
  'plainTextAccepted',
  'tls',
] as const satisfies readonly SettingName[];

/** A setting as people call it. */
export const settingLabels: Readonly<Record<SettingName, string>> = {
  hostName: 'Host name',
  domainName: 'Domain name',
  pingResponse: 'Answers ping',
  rmcpPingResponse: 'Answers RMCP ping',
  idleWakeTimeoutMinutes: 'Idle time-out',
  powerPackage: 'Power package',
  linkPolicy: 'Link kept up',
  serialOverLan: 'Serial over LAN',
  storageRedirection: 'Storage redirection',
  kvm: 'KVM',
  webUi: 'Web UI',
  userConsent: 'User consent',
  tls: 'TLS',
  plainTextAccepted: 'Plain text accepted',
};

const linkWords = {
  's0-ac': 'on, AC',
  'sx-ac': 'asleep or off, AC',
  's0-dc': 'on, battery',
  'sx-dc': 'asleep or off, battery',
} as const;

/** A setting's value in words; empty when the firmware lacks it. */
export function settingWord(settings: ReadSettings, name: SettingName): string {
  const value = settings[name];
  if (value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number') return plural(value, 'minute');
  if (typeof value === 'string') return value === '' ? 'empty' : oneLine(value, 120);
  if (value.length === 0) return 'never';
  return [...value]
    .sort()
    .map((each) => linkWords[each])
    .join('; ');
}

/** What a PC's settings are. Pure. */
export function settingsReport(name: string, settings: ReadSettings): OutcomeReport {
  const facts = settingNames
    .filter((setting) => settings[setting] !== undefined)
    .map((setting): Fact => ({ label: settingLabels[setting], value: settingWord(settings, setting) }));
  return {
    summary: plural(facts.length, 'setting'),
    facts,
    attachment: {
      name: `${name}-settings.csv`,
      mediaType: 'text/csv',
      content: csvOf(
        ['setting', 'value'],
        facts.map(({ label, value }) => [label, value]),
      ),
    },
  };
}

/** One thing that is not as the profile says. */
export interface Drift {
  /** `Host name`, `Audit policy: security-admin`. */
  readonly label: string;
  /** What the PC has; null when its firmware lacks it. */
  readonly has: string | null;
  readonly should: string;
}

const hasWord = ({ has }: Drift) => has ?? 'not in this firmware';

/** How a PC differs from its profiles. Pure. */
export function driftReport(name: string, profiles: readonly string[], drifts: readonly Drift[]): OutcomeReport {
  const rows = drifts.map((drift) => [drift.label, hasWord(drift), drift.should]);
  return {
    summary:
      drifts.length === 0
        ? 'as its profile says'
        : `${plural(drifts.length, 'setting')} ${drifts.length === 1 ? 'differs' : 'differ'}`,
    facts: [{ label: 'Profile', value: listed(profiles) }],
    ...(rows.length > 0 ? { table: { columns: ['Setting', 'Has', 'Should be'], rows } } : {}),
    attachment: {
      name: `${name}-drift.csv`,
      mediaType: 'text/csv',
      content: csvOf(['setting', 'has', 'should_be'], rows),
    },
  };
}

/** A drift and what became of it: mended, or why not. */
export interface Mended extends Drift {
  /** Null when it reads back as it should be. */
  readonly problem: string | null;
}

/** What applying the profiles changed on a PC. Pure. */
export function appliedReport(name: string, profiles: readonly string[], all: readonly Mended[]): OutcomeReport {
  const bad = all.filter(({ problem }) => problem !== null).length;
  const rows = all.map((each) => [each.label, hasWord(each), each.should, each.problem ?? 'changed']);
  return {
    summary:
      all.length === 0
        ? 'as its profile says already'
        : `${plural(all.length - bad, 'setting')} changed${bad > 0 ? `, ${bad} not` : ''}`,
    facts: [{ label: 'Profile', value: listed(profiles) }],
    ...(rows.length > 0 ? { table: { columns: ['Setting', 'Had', 'Should be', 'Now'], rows } } : {}),
    attachment: {
      name: `${name}-applied.csv`,
      mediaType: 'text/csv',
      content: csvOf(['setting', 'had', 'should_be', 'now'], rows),
    },
  };
}
