import type { Config } from '../schema.ts';

/** Network interfaces that magic packets are to leave by and that this machine, with interfaces of these names, does not have. Pure. */
export function missingInterfaces({ wake }: Pick<Config, 'wake'>, present: readonly string[]): readonly string[] {
  const named = [wake, ...Object.values(wake.sites)].flatMap((each) => each.interface ?? []);
  return [...new Set(named)].filter((name) => !present.includes(name));
}
