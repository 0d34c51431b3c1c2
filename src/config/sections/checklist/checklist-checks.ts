import type { Path, Say } from '../say.ts';

/** The parts of the configuration that checklists refer to. */
interface Linked {
  readonly checklist: {
    readonly owners: readonly { readonly person: string; readonly channel: string; readonly site?: string }[];
  };
  readonly people: readonly { readonly id: string }[];
}

/** Owners are people that there are, in places that there are. `checkChannel` says what is wrong with a place. */
export function checkChecklist(
  { checklist: { owners }, people }: Linked,
  say: Say,
  checkChannel: (word: string, path: Path) => void,
): void {
  const ids = people.map(({ id }) => id);
  for (const [at, { person, channel }] of owners.entries()) {
    const path = ['checklist', 'owners', at];
    if (!ids.includes(person)) say([...path, 'person'], `the id of a person (${ids.join(', ') || 'there is none'})`);
    checkChannel(channel, [...path, 'channel']);
  }
}
