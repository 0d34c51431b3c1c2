import type { ChecklistSettings } from '../../checklist/settings.ts';
import type { SiteSetup } from '../../checklist/site-setup.ts';
import { profilesOf } from '../../profiles/profiles-of.ts';
import { cronOf } from '../../schedule/calendar/cron.ts';
import { nextDue } from '../../schedule/calendar/due-times.ts';
import type { Config } from '../schema.ts';
import { conversationOf } from './conversation-of.ts';
import { transmissionOf } from './transmission-of.ts';
import { ownOfSite, wakeOf } from './wake-of.ts';

/** How checklists are verified again, and who answers for them. */
export function checklistSettingsOf({ checklist, service }: Config): ChecklistSettings {
  const { cron: cronText, timezone, owners } = checklist;
  return {
    schedule:
      cronText === 'never' ? null : { cron: cronOf(cronText), cronText, timeZone: timezone ?? service.timezone },
    owners: owners.map(({ site, person, channel }) => ({
      site: site ?? null,
      person,
      conversation: conversationOf(channel),
    })),
  };
}

/** What the configuration says of a site, as far as the checklist asks. */
export function siteSetupOf(
  config: Config,
  site: string,
  now: Date,
): Omit<SiteSetup, 'devices' | 'wakeSchedules' | 'upkeep'> {
  const { directory, pki, amt, provisioning, discovery, checklist } = config;
  const { hello } = provisioning;
  const { schedule } = checklistSettingsOf(config);
  return {
    domains: Object.entries(directory.domains).map(([name, { unit }]) => ({ name, unit })),
    provisioningCertificates: Object.keys(pki.provisioning),
    issuer: pki.authority ? 'own' : amt.certificateAuthorityFile === undefined ? null : 'file',
    methods: provisioning.methods,
    passwordDays: amt.passwordDays,
    hello: { enabled: hello.enabled, acknowledgedBy: hello.acknowledgedBy ?? null },
    transmission: transmissionOf(config, 'power-on', site),
    wakeMethod: wakeOf(config, site).method,
    profiles: profilesOf(config),
    accounts: discovery.accounts,
    freshDays: checklist.freshDays,
    canary: ownOfSite(checklist.canaries, site) ?? null,
    backup: checklist.backup ? { path: checklist.backup.path, hours: checklist.backup.maxAgeHours } : null,
    nextDue: schedule ? (nextDue(schedule.cron, schedule.timeZone, now, 1)[0] ?? null) : null,
  };
}
