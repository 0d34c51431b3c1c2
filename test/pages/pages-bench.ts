import { createTokenLookup } from '../../adapters/console/index.ts';
import { checklistOf } from '../../src/checklist/checklist-of.ts';
import { keepFindings } from '../../src/checklist/verify-checklist.ts';
import type { Principal } from '../../src/identity/people.ts';
import { createPeopleSource } from '../../src/identity/people-source.ts';
import { createSitePages } from '../../src/pages/site-pages.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { Evidence, StepFinding } from '../../src/ports/checklist/checklist-store.ts';
import type { Store } from '../../src/ports/store/store.ts';
import { type ConsoleBench, startConsole } from '../console/console-bench.ts';
import { rawRequest } from '../console/raw-request.ts';
import { deviceInput, newId } from '../contract/store/samples.ts';
import { openStore, temporaryDirectory } from '../store/testing.ts';
import { person, policy as usualPolicy } from '../support/fixtures.ts';

/** The moment at which everything here is looked at. */
export const now = new Date('2026-11-23T09:00:00Z');

/** Text that would be a tag, an attribute or a script if it were not escaped. */
export const hostile = `"><img src=x onerror=alert(1)>'&`;

const tokenOf = (id: string) => `${id}-0123456789abcdef`;

/** Olga may ask everything; Mia about madrid; Flo about a group; Chan in another channel; Norma has no role; Paul may turn PCs on only. */
const people: readonly Principal[] = [
  person('olga', 'operator'),
  person('mia', 'madrid'),
  person('flo', 'floor'),
  person('chan', 'elsewhere'),
  person('norma'),
  person('paul', 'power'),
];
const role = (id: string, targets: string[], channels = ['any'], operation = 'read-status' as const) => ({
  id,
  allow: [{ operations: [operation], targets, channels }],
  approve: [],
});
const policy: Policy = {
  ...usualPolicy,
  roles: [
    ...usualPolicy.roles,
    role('madrid', ['site:madrid']),
    role('floor', ['group:floor3']),
    role('elsewhere', ['all'], ['slack:T1/C1']),
    { id: 'power', allow: [{ operations: ['power-on'], targets: ['all'], channels: ['any'] }], approve: [] },
  ],
};

/** One thing that was looked at. */
export function evidence(check: string, more: Partial<Evidence> = {}): Evidence {
  return {
    ...{ check, status: 'pass', measured: 'pass', values: ['as it should be'], where: 'oob1', at: now },
    ...{ until: new Date(now.getTime() + 86_400_000), mend: null, command: null, isAttestable: false, attested: null },
    ...more,
  };
}

/** A console with the real pages over a real store, and those who sign in to it. */
export interface PagesBench {
  readonly console: ConsoleBench;
  readonly store: Store;
  /** Keeps what was found of a step, as a verification does; `at`: when, default now. */
  find(
    site: string,
    step: string,
    status: StepFinding['status'],
    evidence: readonly Evidence[],
    at?: Date,
  ): Promise<void>;
  /** Imports PCs with these names. */
  add(site: string, names: readonly string[], groups?: readonly string[]): Promise<void>;
  idOf(name: string): Promise<string>;
  /** A page as this person gets it; null: nobody is signed in. */
  get(path: string, as: string | null, headers?: Readonly<Record<string, string>>): ReturnType<typeof rawRequest>;
  stop(): Promise<void>;
}

/** Starts it. */
export async function startPages(): Promise<PagesBench> {
  const directory = await temporaryDirectory();
  const store = await openStore({ dataDirectory: directory.path });
  const clock = { now: () => now };
  const pages = createSitePages({
    store,
    checklist: {
      sites: async () => (await store.inventory.summary()).map(({ site }) => site),
      of: (site) => checklistOf(store, site, now),
    },
    schedule: null,
    people: createPeopleSource(() => people, { all: async () => [] }),
    policy: () => policy,
    clock,
    timeZone: 'UTC',
  });
  const tokens = createTokenLookup(people.map(({ id }) => ({ person: id, token: tokenOf(id) })));
  const console = await startConsole({ mode: { kind: 'token', tokens }, pages });
  return {
    console,
    store,
    find: (site, step, status, found, at = now) => {
      const finding = { site, step, status, evidence: found, measuredAt: at };
      return keepFindings(
        store.checklists,
        [{ ...finding, expiresAt: new Date(now.getTime() + 86_400_000) }],
        () => [],
      );
    },
    add: async (site, names, groups = []) => {
      const rows = names.map((name) => deviceInput(name, { site, groups }));
      await store.inventory.importDevices(rows, () => newId('dev'));
    },
    idOf: async (name) => (await store.inventory.select({ kind: 'name', value: name }))[0]?.id ?? '',
    get: (path, as, headers = {}) =>
      rawRequest(console.adapter.url, 'GET', path, {
        headers: { ...(as === null ? {} : { authorization: `Bearer ${tokenOf(as)}` }), ...headers },
      }),
    stop: async () => {
      await console.adapter.stop();
      await store.close();
      await directory.remove();
    },
  };
}

/** A token by which somebody signs in by hand. */
export { tokenOf };
