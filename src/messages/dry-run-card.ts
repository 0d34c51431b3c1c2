import type { OperationName } from '../operations/operation.ts';
import type { TargetDevice } from '../ports/inventory-store.ts';
import { listed, plural, powerWord } from './format.ts';
import { operationWords } from './operation-words.ts';
import { parameterFacts } from './parameter-words.ts';
import type { View } from './view.ts';

/** A plan that is only shown: what would be done, to which PCs, and who would have to agree. */
export function dryRunCard(plan: {
  readonly operation: OperationName;
  readonly parameters: Readonly<Record<string, string>>;
  readonly timeZone: string;
  readonly devices: readonly TargetDevice[];
  readonly approvers: readonly string[];
  readonly hash: string;
}): View {
  const { operation, parameters, timeZone, devices, approvers, hash } = plan;
  const bySite = countBy(devices, (device) => device.site);
  const byPower = countBy(devices, (device) => powerWord(device.powerState));
  return {
    tone: 'neutral',
    outcome: 'done',
    title: `Would ask for: ${operationWords[operation].verb} of ${devices.length === 1 ? (devices[0]?.name ?? '') : plural(devices.length, 'PC')}. Nothing was done`,
    facts: [
      {
        label: 'PCs',
        value: listed(
          devices.map((device) => device.name),
          devices.length,
          10,
        ),
      },
      ...parameterFacts(operation, parameters, timeZone),
      { label: 'By site', value: bySite },
      { label: 'Last seen', value: byPower },
      {
        label: 'Approval',
        value: approvers.length > 0 ? `one of ${listed(approvers, approvers.length, 5)}` : 'none needed',
      },
    ],
    context: `plan ${hash.slice(0, 12)}`,
  };
}

function countBy(devices: readonly TargetDevice[], keyOf: (device: TargetDevice) => string): string {
  const groups = Map.groupBy(devices, keyOf);
  return [...groups].map(([key, members]) => `${key} ${members.length}`).join(', ');
}
