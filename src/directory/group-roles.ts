import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';

/** A person with an account in Active Directory. */
export interface DirectoryPerson {
  /** Id of the person in the configuration. */
  readonly id: string;
  readonly domain: string;
  readonly sid: string;
}

/** Members of a group have a role. */
export interface GroupRole {
  readonly domain: string;
  readonly group: string;
  readonly role: string;
}

/** What it is made of. */
interface GroupRolesParts {
  readonly people: readonly DirectoryPerson[];
  readonly roles: readonly GroupRole[];
  /** Those of the users that are in the group, nested ones too. */
  readonly membersAmong: (domain: string, users: readonly string[], group: string) => Promise<readonly string[]>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** After so long the members are read again. */
  readonly freshMs: number;
  /** After so long without having been read they count for nobody. */
  readonly staleMs: number;
}

/** Roles that people have by their groups. */
export interface GroupRoles {
  /** Reads the members again when that is due. Never rejects: what cannot be read gives no roles once it is stale. */
  refresh(): Promise<void>;
  rolesOf(personId: string): readonly string[];
}

interface Known {
  readonly members: ReadonlySet<string>;
  readonly readAtMs: number;
}

/** Keeps who is in which group: one question per group and period, however many people and commands there are. */
export function createGroupRoles(parts: GroupRolesParts): GroupRoles {
  const { people, roles, clock, logger, freshMs, staleMs } = parts;
  const known = new Map<string, Known>();
  let triedAtMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;
  const keyOf = ({ domain, group }: { domain: string; group: string }) => `${domain} ${group}`;
  const nowMs = () => clock.now().getTime();

  const readAll = async () => {
    triedAtMs = nowMs();
    const groups = new Map(roles.map((role) => [keyOf(role), role]));
    await Promise.all(
      [...groups].map(async ([key, { domain, group }]) => {
        try {
          // As of the start: what changed while it was read may not be in it.
          const readAtMs = nowMs();
          const users = people.filter((person) => person.domain === domain).map((person) => person.sid);
          known.set(key, { members: new Set(await parts.membersAmong(domain, users, group)), readAtMs });
        } catch (error) {
          logger.warn(
            { error, domain, group },
            'the members of a group cannot be read; its role is taken away when stale',
          );
        }
      }),
    );
  };

  return {
    async refresh() {
      if (people.length === 0 || roles.length === 0) return;
      if (reading === null && nowMs() - triedAtMs >= freshMs)
        reading = readAll().finally(() => {
          reading = null;
        });
      await reading;
    },
    rolesOf(personId) {
      const person = people.find(({ id }) => id === personId);
      if (!person) return [];
      return roles
        .filter((role) => {
          const members = role.domain === person.domain ? known.get(keyOf(role)) : undefined;
          return members !== undefined && nowMs() - members.readAtMs <= staleMs && members.members.has(person.sid);
        })
        .map(({ role }) => role);
    },
  };
}
