import { auditLogsSection } from '../../messages/digest/attention.ts';
import type { DigestSection } from '../digest-section.ts';

/** The firmware calls a log almost full at 85 % (Intel AMT SDK, AMT_AuditLog): told a little before. */
const fromPercent = 75;
const mostRows = 1_000;

/** Audit logs of PCs that fill up, as the last status reads saw them. */
export const auditLogs: DigestSection = {
  name: 'audit-logs',
  heading: 'Audit logs',
  async tell(store, { sites, timeZone }) {
    return auditLogsSection({
      filling: await store.digests.facts.auditLogs(fromPercent, sites, mostRows),
      fromPercent,
      timeZone,
    });
  },
};
