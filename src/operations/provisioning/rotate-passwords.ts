import { rotatedReport } from '../../messages/provisioning/upkeep-reports.ts';
import { rotatePasswords } from '../../provisioning/upkeep/rotate.ts';
import type { UpkeepDeps } from '../../provisioning/upkeep/upkeep-deps.ts';
import type { Operation } from '../operation.ts';
import { upkeepOperation } from './upkeep-operation.ts';

/** Gives provisioned PCs new passwords, and with them the key of their Active Directory object. Null: this service can't. */
export const createRotatePasswords = (deps: UpkeepDeps | null): Operation =>
  upkeepOperation('rotate-passwords', deps, ['provisioned'], async (pc, upkeep) => {
    const rotated = await rotatePasswords(pc, upkeep);
    return {
      report: rotatedReport(rotated),
      evidence: rotated.filter(({ how }) => how === 'left').flatMap(({ evidence }) => evidence),
    };
  });
