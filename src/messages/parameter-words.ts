import type { OperationName } from '../operations/operation.ts';
import type { BootTarget } from '../ports/amt/boot.ts';
import { dateTime, oneLine } from './format.ts';
import { repeatWord } from './reports/alarms.ts';
import type { Fact } from './view.ts';

const bootWords: Readonly<Record<BootTarget, string>> = {
  pxe: 'the network (PXE)',
  disk: 'the disk',
  bios: 'the BIOS set-up',
  cd: 'CD or DVD',
};

/** A boot target in words; the word itself when it is none. */
export function bootWord(target: string): string {
  const known = Object.entries(bootWords).find(([each]) => each === target);
  return known ? known[1] : oneLine(target, 20);
}

/** What was asked for besides the operation and its PCs, so that whoever approves sees it. Pure. */
export function parameterFacts(
  operation: OperationName,
  parameters: Readonly<Record<string, string>>,
  timeZone: string,
): readonly Fact[] {
  return Object.entries(parameters).map(([name, value]) => {
    switch (`${operation} ${name}`) {
      case 'boot from':
        return { label: 'Boot from', value: bootWord(value) };
      case 'power-off first':
        return { label: 'First', value: 'ask the operating system to shut down' };
      case 'set-alarm at':
        return { label: 'Turn on at', value: dateTime(new Date(value), timeZone) };
      case 'set-alarm every':
        return { label: 'Repeat', value: repeatWord(Number(value)) };
      case 'provision mode':
        return { label: 'Asked for', value: value.replaceAll('-', ' ') };
      case 'set-audit-policy groups':
        return { label: 'Log', value: value.split(',').join(', ') };
      default:
        return { label: name[0]?.toUpperCase() + name.slice(1), value: oneLine(value, 200) };
    }
  });
}
