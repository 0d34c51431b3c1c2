import { renewedReport } from '../../messages/provisioning/upkeep-reports.ts';
import { renewCertificates } from '../../provisioning/upkeep/renew.ts';
import type { UpkeepDeps } from '../../provisioning/upkeep/upkeep-deps.ts';
import type { Operation } from '../operation.ts';
import { upkeepOperation } from './upkeep-operation.ts';

/** Renews the certificates of provisioned PCs, TLS and 802.1X. Null: this service can't. */
export const createRenewCertificates = (deps: UpkeepDeps | null): Operation =>
  upkeepOperation('renew-certificates', deps, ['provisioned'], async (pc, upkeep) => ({
    report: renewedReport(await renewCertificates(pc, upkeep)),
  }));
