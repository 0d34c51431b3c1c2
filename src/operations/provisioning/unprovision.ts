import { removedReport } from '../../messages/provisioning/upkeep-reports.ts';
import { AmtError } from '../../ports/amt.ts';
import { isUnreached, notReached, type RemovalKind, removePc } from '../../provisioning/upkeep/remove.ts';
import type { UpkeepDeps } from '../../provisioning/upkeep/upkeep-deps.ts';
import type { Operation } from '../operation.ts';
import { upkeepOperation } from './upkeep-operation.ts';

const names = { partial: 'unprovision', full: 'unprovision-fully' } as const satisfies Record<RemovalKind, string>;

/** Takes PCs back out of management. Null: this service can't. */
export const createUnprovision = (kind: RemovalKind, deps: UpkeepDeps | null): Operation =>
  upkeepOperation(names[kind], deps, ['provisioned', 'removing', 'stopped', 'under-way'], async (pc, upkeep) => {
    try {
      return { report: removedReport(await removePc(pc, kind, upkeep)) };
    } catch (error) {
      if (!isUnreached(error) || !(error instanceof AmtError)) throw error;
      const record = await upkeep.provisionings.get(pc.device.id);
      const isBegun = record?.state === 'removing';
      throw new AmtError(error.code, [...error.evidence, isBegun ? begun : notReached], {
        cause: error,
        mayHaveActed: isBegun,
      });
    }
  });

const begun =
  'it was told to unprovision itself, and whether it did is not known: its certificate, its object and its passwords are kept until it answers';
