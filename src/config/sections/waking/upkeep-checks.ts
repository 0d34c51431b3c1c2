import { upkeepSchedules } from '../../../schedule/upkeep-schedules.ts';
import type { Path, Say } from '../say.ts';
import { checkPause } from './schedule-checks.ts';

/** What of the configuration upkeep hangs together with. */
interface LinkedUpkeep {
  readonly provisioning: {
    readonly upkeep: {
      readonly owner?: string | undefined;
      readonly channel?: string | undefined;
      readonly renewCron: string;
      readonly rotateCron: string;
    };
  };
  readonly people: readonly { readonly id: string }[];
  readonly schedules: { readonly leastMinutes: number; readonly entries: readonly { readonly id: string }[] };
}

const path = ['provisioning', 'upkeep'] as const;

/** What upkeep by schedule needs to work while nobody looks. `checkChannel` knows the platforms. */
export function checkUpkeep(
  { provisioning: { upkeep }, people, schedules }: LinkedUpkeep,
  say: Say,
  checkChannel: (word: string, path: Path) => void,
): void {
  const { owner, channel } = upkeep;
  if ((owner === undefined) !== (channel === undefined))
    say([...path, owner === undefined ? 'owner' : 'channel'], 'an owner and a channel', 'Give both, or neither.');
  if (channel !== undefined) checkChannel(channel, [...path, 'channel']);
  if (owner === undefined) return;
  if (!people.some(({ id }) => id === owner)) say([...path, 'owner'], 'the id of a person');
  for (const name of ['renewCron', 'rotateCron'] as const)
    checkPause(upkeep[name], schedules.leastMinutes, [...path, name], say);
  const taken: readonly string[] = Object.values(upkeepSchedules);
  for (const [index, { id }] of schedules.entries.entries())
    if (taken.includes(id))
      say(['schedules', 'entries', index, 'id'], 'another id', 'Upkeep has schedules of that name.');
}
