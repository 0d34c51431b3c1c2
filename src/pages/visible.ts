import type { Principal } from '../identity/people.ts';
import { coversDevice } from '../inventory/match-device.ts';
import { grantsFor, isHere } from '../policy/grants.ts';
import type { Policy } from '../policy/policy.ts';
import type { PageReader } from '../ports/site-pages.ts';
import type { TargetDevice } from '../ports/store/inventory-store.ts';

/** What a person may look at: what they may ask for with `status`, in one of the channels that they could ask in. */
export interface Sight {
  /** False: nothing at all. */
  readonly any: boolean;
  /** The whole site, whatever PCs it has. */
  site(name: string): boolean;
  device(device: Pick<TargetDevice, 'name' | 'site' | 'groups'>): boolean;
}

/** What the policy lets the person see. Pure. Nothing that no role grants. */
export function sightOf(person: Principal, { account, channels }: PageReader, policy: Policy): Sight {
  const { platform, tenant } = account;
  const places = channels.map((channel) => ({ platform, tenant, channel, direct: false, reference: {} }));
  const grants = grantsFor(person, 'read-status', policy).filter((grant) =>
    places.some((place) => isHere(place)(grant)),
  );
  const words = grants.flatMap((grant) => grant.targets);
  return {
    any: words.length > 0,
    // As one PC of it that no name and no group covers.
    site: (name) => coversDevice(words, { name: '', site: name, groups: [] }),
    device: (device) => coversDevice(words, device),
  };
}
