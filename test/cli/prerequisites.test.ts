import { describe, expect, test } from '@jest/globals';
import { sitesCheck } from '../../src/cli/doctor/config-checks.ts';
import { runPrerequisites } from '../../src/cli/prerequisites/run-prerequisites.ts';
import { parseConfig } from '../../src/config/load.ts';
import { prerequisiteReasons } from '../../src/messages/checks/prerequisites.ts';
import type { PrerequisiteFinding } from '../../src/prerequisites/measure-site.ts';
import type { PrerequisiteStatus } from '../../src/prerequisites/verdict.ts';

const finding = (site: string, status: PrerequisiteStatus): PrerequisiteFinding => ({
  site,
  check: 'clock',
  status,
  reason: status === 'fail' ? 'clock_off' : null,
  evidence: ['this machine is 400.0 s ahead'],
  mend: status === 'fail' ? prerequisiteReasons.clock_off.mend : null,
  where: 'oob-1',
  measuredAt: new Date('2026-11-23T12:00:00Z'),
});

async function run(statuses: Readonly<Record<string, PrerequisiteStatus>>, only: string | null = null, json = false) {
  const said: string[] = [];
  const code = await runPrerequisites({
    sites: Object.keys(statuses),
    only,
    json,
    measure: async (site) => [finding(site, statuses[site] ?? 'unknown')],
    out: (line) => said.push(line),
    err: (line) => said.push(line),
  });
  return { code, said };
}

describe('oob prerequisites', () => {
  test.each<[PrerequisiteStatus, number]>([
    ['pass', 0],
    ['not_applicable', 0],
    ['warn', 1],
    ['unknown', 1],
    ['fail', 2],
  ])('%s ends %i', async (status, code) => {
    expect((await run({ madrid: 'pass', lyon: status })).code).toBe(code);
  });

  test('shows the site, where and when, what was measured and what to do', async () => {
    expect((await run({ madrid: 'fail' })).said).toEqual([
      'madrid, seen from oob-1 at 2026-11-23T12:00:00.000Z',
      `✖ fail  clock\n        this machine is 400.0 s ahead\n        → ${prerequisiteReasons.clock_off.mend}`,
      '0 ok, 0 to look at, 1 failed, 0 not known, 0 not applicable.',
    ]);
  });

  test('one site, in whichever case; one that is not there is answered with those that are', async () => {
    expect((await run({ madrid: 'fail', lyon: 'pass' }, 'LYON')).code).toBe(0);
    expect(await run({ madrid: 'pass', lyon: 'pass' }, 'nice')).toEqual({
      code: 2,
      said: ['There is no site nice. Known: madrid, lyon.'],
    });
    expect((await run({})).code).toBe(2);
  });

  test('as JSON: one object per check and nothing else', async () => {
    const { said } = await run({ madrid: 'pass', lyon: 'fail' }, null, true);
    expect(said.map((line) => JSON.parse(line))).toMatchObject([
      { site: 'madrid', check: 'clock', status: 'pass', where: 'oob-1', measuredAt: '2026-11-23T12:00:00.000Z' },
      { site: 'lyon', status: 'fail', reason: 'clock_off', mend: prerequisiteReasons.clock_off.mend },
    ]);
  });

  test('the doctor points to it', async () => {
    const found = async (yaml: string) => (await sitesCheck(parseConfig(yaml, '/etc/oob.yaml')).run()).found;
    expect(await found('network: { dnsSuffixes: [ corp.example ] }')).toBe(
      'described; oob prerequisites measures them',
    );
    expect(await found('network: { sites: { lyon: { dnsSuffixes: [ corp.example ] } } }')).toMatch(/^described/);
    expect(await found('service: { name: oob }')).toMatch(/^not described/);
  });
});
