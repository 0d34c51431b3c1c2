/** Cuts work off at a call, as a crash there would. */
import type { AmtSession } from '../../../src/ports/amt.ts';
import type { UpkeepDeps } from '../../../src/provisioning/upkeep/upkeep-deps.ts';

class CutError extends Error {}

/** What has the same members, but that the first call of one of this name fails, before or after it was done. */
export function cutting(deps: UpkeepDeps, name: string, after: boolean): UpkeepDeps {
  let isCut = false;
  const wrap = <T>(whole: T, deeper: (key: string) => boolean): T => {
    if (typeof whole !== 'object' || whole === null) return whole;
    return new Proxy(whole, {
      get(target, key) {
        const member: unknown = Reflect.get(target, key);
        if (typeof key !== 'string') return member;
        if (key === name && typeof member === 'function' && !isCut)
          return async (...given: unknown[]) => {
            isCut = true;
            if (after) await Reflect.apply(member, target, given);
            throw new CutError(`cut at ${name}`);
          };
        if (typeof member === 'function') return member.bind(target);
        return deeper(key) ? wrap(member, deeper) : member;
      },
    });
  };
  const all = () => true;
  return {
    ...deps,
    provisionings: wrap(deps.provisionings, all),
    secrets: wrap(deps.secrets, all),
    inventory: wrap(deps.inventory, all),
    authority: deps.authority && { ...deps.authority, certificates: wrap(deps.authority.certificates, () => false) },
    directoryOf: async (fqdn) => {
      const directory = await deps.directoryOf(fqdn);
      return directory && wrap(directory, (key) => key === 'devices');
    },
    gateway: {
      withDevice: (endpoint, work, signal) =>
        deps.gateway.withDevice(
          endpoint,
          (session: AmtSession) => work(wrap(session, (key) => key !== 'amtVersion' && key !== 'tlsVersion')),
          signal,
        ),
    },
  };
}
