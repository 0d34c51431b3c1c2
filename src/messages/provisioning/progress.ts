import type { Provisioning } from '../../ports/provisioning/provisioning-store.ts';
import { type ProvisioningStage, provisioningStages, stageNow, stepsOf } from '../../provisioning/machine/stages.ts';
import { count, plural } from '../format.ts';
import type { Table, View } from '../view.ts';
import { stepWords } from './step-words.ts';

/** A PC of a run, and how far its provisioning is; null: its preflight, which leaves no record. */
export interface ProvisioningNow {
  readonly name: string;
  readonly record: Provisioning | null;
}

/** PCs whose stages a card shows one by one; of more it shows how many are in which stage. */
export const stagedOnCard = 10;

const first = 'preflight';

/** The stages of running provisionings, as lines or a table of their card. Pure. */
export function provisioningProgress(
  pcs: readonly ProvisioningNow[],
): Pick<View, 'table'> & { readonly lines: readonly string[] } {
  const [only, ...others] = pcs;
  if (!only) return { lines: [] };
  if (others.length === 0) return { lines: [stagesLine(only.record)] };
  if (pcs.length <= stagedOnCard) return { lines: [], table: stagesTable(pcs) };
  return { lines: [countsLine(pcs)] };
}

/** `✔ preflight · ✔ activate · ▶ secure (its certificate) · configure · verify · record`. */
function stagesLine(record: Provisioning | null): string {
  const now = stageOf(record);
  const stages = [first, ...provisioningStages] as const;
  const at = now === null ? stages.length : stages.indexOf(now);
  const words = stages.map((stage, index) => {
    if (index < at) return `✔ ${stage}`;
    return index === at ? `▶ ${stage}${stepOf(record)}` : stage;
  });
  return words.join(' · ');
}

function stageOf(record: Provisioning | null): ProvisioningStage | typeof first | null {
  return record === null ? first : stageNow(record);
}

function stepOf(record: Provisioning | null): string {
  if (record?.state === 'awaiting-agent') return ' (waits for the agent on the PC)';
  const step = record?.failure?.step ?? record?.attempt?.step;
  return step ? ` (${record?.failure ? 'stopped at ' : ''}${stepWords[step]})` : '';
}

function stagesTable(pcs: readonly ProvisioningNow[]): Table {
  return {
    columns: ['PC', 'Stage', 'Steps'],
    rows: pcs.map(({ name, record }) => [
      name,
      `${stageOf(record) ?? 'provisioned'}${stepOf(record)}`,
      record === null ? '' : `${record.done.length} of ${Math.max(record.done.length, stepsOf(record.mode).length)}`,
    ]),
  };
}

function countsLine(pcs: readonly ProvisioningNow[]): string {
  const stages = [first, ...provisioningStages, null] as const;
  const words = stages.flatMap((stage) => {
    const there = pcs.filter(({ record }) => stageOf(record) === stage).length;
    return there > 0 ? [`${stage ?? 'provisioned'} ${count(there)}`] : [];
  });
  return `${plural(pcs.length, 'PC')} by stage: ${words.join(', ')}.`;
}
