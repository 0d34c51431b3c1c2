import { describe, expect, test } from '@jest/globals';
import { commandSpecs } from '../../src/commands/index.ts';
import { acceptHost, startOfUuid } from '../../src/commands/provisioning/new-hosts.ts';
import { parseCommand } from '../../src/router/parse.ts';

const now = new Date('2026-11-24T09:00:00Z');

/** What a whole command means. */
function meaningOf(text: string, timeZone = 'UTC') {
  const parsed = parseCommand(text, commandSpecs);
  if (!parsed.ok) return parsed;
  const { spec, words, options } = parsed.command;
  const command = commandSpecs.find((each) => each.name === spec.name);
  return command?.read(words, options, { now, timeZone });
}
const plan = (
  operation: string,
  targetWords: readonly string[],
  parameters: Readonly<Record<string, string>> = {},
) => ({
  kind: 'operation',
  operation,
  targetWords,
  parameters,
});
const problemOf = (text: string) => {
  const meaning = meaningOf(text);
  return meaning && 'problem' in meaning ? meaning.problem : `no problem: ${JSON.stringify(meaning)}`;
};

describe('hosts', () => {
  test.each(['hosts', 'hosts site:lyon', 'hosts new', 'hosts ACCEPT x --name a --site b', 'hosts forget x'])(
    '%s answers at once',
    (text) => {
      expect(meaningOf(text)).toMatchObject({ kind: 'answer' });
    },
  );
  test('a name and a site are given to a PC that is accepted alone', () => {
    expect(problemOf('hosts new --name a')).toBe('--name goes with hosts accept.');
    expect(problemOf('hosts site:lyon --site madrid')).toBe('--site goes with hosts accept.');
  });
});

describe('the beginning of a UUID', () => {
  const uuid = '4c4c4544-0042-3510-8054-b4c04f4e4d32';
  test.each([
    [uuid, uuid],
    [uuid.toUpperCase(), uuid],
    [uuid.replaceAll('-', ''), uuid],
    ['4c4c4544', '4c4c4544'],
    ['4c4c4544-', '4c4c4544'],
    ['4c4c4544-00', '4c4c4544-00'],
    ['4C4C4544004235', '4c4c4544-0042-35'],
  ])('%s is taken', (word, start) => expect(startOfUuid(word)).toBe(start));
  test.each([
    '4c4c454',
    '4c4c-4544',
    '4c4c45440-042',
    '4c4c454g',
    `${uuid}0`,
    '4c4c4544--',
    '',
    '%%%%%%%%',
    '4c4c4544-0042 ',
  ])('%j is not', (word) => expect(startOfUuid(word)).toBeNull());

  const row = (n: number) => `4c4c4544-0042-3510-8054-b4c04f4e4d3${n}`;
  async function accepts(word: string, known: readonly string[]) {
    const accepted: string[] = [];
    const hellos = {
      beginningWith: async (start: string, limit: number) => {
        const uuids = known.filter((each) => each.startsWith(start));
        return { uuids: uuids.slice(0, limit), total: uuids.length };
      },
      get: async (uuid: string) => ({ uuid, address: '10.1.0.5' }),
      accept: async ({ uuid }: { readonly uuid: string }) => {
        accepted.push(uuid);
        return 'accepted';
      },
    };
    // Only what the command looks at.
    const context = {
      ...{
        words: ['accept', word],
        options: new Map([
          ['name', 'host42'],
          ['site', 'lyon'],
        ]),
        store: { hellos },
      },
      ...{ principal: { id: 'ada', roles: ['chief'] }, policy: { roles: [{ id: 'chief', administrator: true }] } },
      ...{ newId: () => 'dev_1', clock: { now: () => new Date(0) } },
    };
    const answer = await acceptHost(context as unknown as Parameters<typeof acceptHost>[0]);
    return { answer, accepted };
  }

  test('one that only one PC has stands for it, and the answer says the whole', async () => {
    const { answer, accepted } = await accepts('4c4c4544-0042-3510-8054-b4c04f4e4d31', [row(1), row(2)]);
    expect(accepted).toEqual([row(1)]);
    expect(JSON.stringify(answer)).toContain(row(1));
    expect((await accepts('4C4C4544', [row(1), 'ffffffff-0042-3510-8054-b4c04f4e4d31'])).accepted).toEqual([row(1)]);
  });

  test('one that several have is refused, and they are listed', async () => {
    const { answer, accepted } = await accepts('4c4c4544', [1, 2, 3, 4, 5, 6, 7].map(row));
    expect(accepted).toEqual([]);
    expect(answer).toEqual({
      ...{ ok: false, code: 'bad_usage' },
      details: [`7 UUIDs begin with 4c4c4544: ${[1, 2, 3, 4, 5].map(row).join(', ')} and 2 more. Say more of it.`],
    });
  });

  test('one that nobody has, or that is too short, names nobody', async () => {
    expect((await accepts('4c4c4544', [])).answer).toMatchObject({ ok: false, code: 'hello_unknown' });
    expect((await accepts('4c4c454', [row(1)])).answer).toMatchObject({ ok: false, code: 'bad_usage' });
  });
});

describe('commands on devices', () => {
  test.each([
    ['cycle host42', plan('power-cycle', ['host42'])],
    ['poweroff host42', plan('power-off', ['host42'])],
    ['poweroff host42 --graceful', plan('shut-down', ['host42'])],
    ['poweroff host42 --graceful --then-hard', plan('power-off', ['host42'], { first: 'graceful' })],
    ['boot host42 host43 PXE', plan('boot', ['host42', 'host43'], { from: 'pxe' })],
    ['events host42 --last 20', plan('read-events', ['host42'], { last: '20' })],
    ['inventory all', plan('read-inventory', ['all'])],
    ['audit pull host42', plan('pull-audit-log', ['host42'])],
    ['audit EXPORT host42 --format CSV', plan('export-audit-log', ['host42'], { format: 'csv' })],
    ['audit policy host42', plan('read-audit-policy', ['host42'])],
    [
      'audit policy host42 --group KVM,kvm,wireless --critical',
      plan('set-audit-policy', ['host42'], { groups: 'kvm,wireless', critical: 'yes' }),
    ],
    ['audit policy host42 --storage roll-over', plan('set-audit-policy', ['host42'], { storage: 'roll-over' })],
    ['audit clear site:madrid - group:vip', plan('clear-audit-log', ['site:madrid', '-', 'group:vip'])],
    ['settings diff site:madrid', plan('diff-settings', ['site:madrid'])],
    ['accounts apply host42', plan('apply-accounts', ['host42'])],
    ['accounts apply host42 --prune --passwords', plan('prune-accounts', ['host42'], { passwords: 'yes' })],
    ['time sync host42', plan('sync-time', ['host42'])],
    ['alarm clear host42 all', plan('clear-alarm', ['host42'], { name: 'all' })],
    [
      'alarm set host42 "2026-12-01 06:30" --every 1d',
      plan('set-alarm', ['host42'], { name: 'oob 2026-12-01T0630', at: '2026-12-01T06:30:00.000Z', every: '1440' }),
    ],
    [
      'alarm set host42 2026-12-01 06:30 --name patch',
      plan('set-alarm', ['host42'], { name: 'patch', at: '2026-12-01T06:30:00.000Z' }),
    ],
  ])('%s', (text, meaning) => expect(meaningOf(text)).toEqual(meaning));

  test('times are those of the service unless an offset is said', () => {
    const at = (text: string) => meaningOf(`alarm set host42 "${text}" --name x`, 'Europe/Madrid');
    expect(at('2026-12-01 06:30')).toMatchObject({ parameters: { at: '2026-12-01T05:30:00.000Z' } });
    expect(at('2026-12-01 06:30Z')).toMatchObject({ parameters: { at: '2026-12-01T06:30:00.000Z' } });
  });

  test.each([
    ['poweroff host42 --then-hard', /goes with --graceful/],
    ['boot host42 floppy', /pxe, disk, bios, cd/],
    ['boot pxe', /missing after boot/],
    ['events host42 --last 391', /from 1 to 390/],
    ['events host42 --last 0', /from 1 to 390/],
    ['audit', /missing after audit/],
    ['audit pull', /missing after audit pull: TARGETS/],
    ['audit pul host42', /Did you mean audit pull\?/],
    ['audit host42', /It is one of pull, export, enable/],
    ['audit export host42 --format xml', /csv or jsonl/],
    ['audit policy host42 --group kvm,wlan', /security-admin/],
    ['audit policy host42 --group ,', /security-admin/],
    ['audit policy host42 --critical', /goes with --group/],
    ['audit policy host42 --storage more', /no-roll-over or roll-over/],
    ['alarm set host42 tomorrow', /"tomorrow" is no time/],
    ['alarm set "2026-12-01 06:30"', /Say which PCs/],
    ['alarm set host42 "2026-11-24 08:59"', /is over; it is 2026-11-24 09:00 UTC/],
    ['alarm set host42 "2026-12-01 06:30" --every sometimes', /90m, 12h/],
    ['alarm set host42 "2026-12-01 06:30" --every 53w', /90m, 12h/],
    ['alarm set host42 "2026-12-01 06:30" --name "a/b"', /32 letters/],
    ['alarm clear patch', /then the name of the alarm/],
  ])('%s: says what is wrong', (text, problem) => expect(problemOf(text)).toMatch(problem));

  test('each form of a command says what it does, and its risk is one that help can show', () => {
    const forms = commandSpecs
      .filter(({ operations }) => operations.length > 0)
      .flatMap((spec) => (spec.forms ?? []).map((form) => ({ verb: spec.name, ...form })));
    expect(forms.length).toBeGreaterThan(12);
    for (const { verb, name, summary, operations } of forms) {
      expect([verb, name, summary.length]).toEqual([verb, name, expect.any(Number)]);
      expect(summary.length).toBeLessThanOrEqual(80);
      // Those that act on no PC answer at once.
      expect(operations.length > 0 || ['audit review', 'audit accept'].includes(`${verb} ${name}`)).toBe(true);
    }
  });
});

describe('provision', () => {
  test('PCs, and the way that is meant', () => {
    expect(meaningOf('provision pc7')).toEqual(plan('provision', ['pc7']));
    expect(meaningOf('provision site:depot --mode OUT-OF-BAND')).toEqual(
      plan('provision', ['site:depot'], { mode: 'out-of-band' }),
    );
    expect(problemOf('provision pc7 --mode remote')).toBe('--mode is in-band or out-of-band.');
  });
});
