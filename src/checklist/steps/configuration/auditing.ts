import { count, listed, plural } from '../../../messages/format.ts';
import { profileFor } from '../../../profiles/profile.ts';
import type { SiteSetup } from '../../site-setup.ts';
import { type ChecklistStep, found } from '../../step.ts';
import { asProfiled } from './as-profiled.ts';

/** Step 9. */
export const auditing: ChecklistStep = {
  id: 'oob.auditcfg',
  title: 'Configure AMT auditing',
  shortTitle: 'auditing',
  optionality: 'recommended',
  appliesTo: 'PCs with AMT 4.0 or later',
  dependsOn: ['oob.settings'],
  actors: 'auditors',
  recheckHours: 24,
  async verify({ setup, fleet, site }) {
    const seen = await fleet();
    const { devices, tallies } = seen;
    if (devices > 0 && tallies.mayAudit.count === 0) return [found.notApplicable('audit policy', noAuditLog)];
    const audited = auditedOf(setup);
    if (audited.length === 0)
      return [
        {
          ...found.warn(
            'audit policy',
            'Name auditGroups in a profile, or attest why nothing is logged.',
            'no profile says what PCs are to log',
          ),
          isAttestable: true,
        },
      ];
    const { auditDrifting, compared } = tallies;
    return [
      found.pass('audit policy', `${count(audited.length)} of ${plural(setup.devices.length, 'PC')} are to log`),
      asProfiled(seen, site, {
        check: 'PCs log as the profile says',
        drifting: auditDrifting,
        differs: `${plural(auditDrifting.count, 'PC')} log otherwise: ${listed(auditDrifting.names, auditDrifting.count)}`,
        compared: `${count(compared.count)} of ${plural(devices, 'PC')} compared`,
      }),
    ];
  },
};

/** Said where the firmware of no PC has an audit log. */
export const noAuditLog = 'no PC has AMT 4.0 or later, which the audit log needs';

/** PCs whose profile says what they are to log. */
export const auditedOf = ({ devices, profiles }: Pick<SiteSetup, 'devices' | 'profiles'>): SiteSetup['devices'] =>
  devices.filter((device) => (profileFor(device, profiles)?.auditGroups.length ?? 0) > 0);
