import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/load.ts';
import { createCredentialAges } from '../../src/config/secrets/credential-ages.ts';
import { passwordsSection } from '../../src/messages/digest/passwords.ts';
import type { PasswordAges } from '../../src/ports/passwords.ts';

const now = new Date('2026-11-23T08:00:00Z');
const dayMs = 24 * 60 * 60_000;
const daysAgo = (days: number) => new Date(now.getTime() - days * dayMs);
const section = (...ages: readonly PasswordAges[]) => passwordsSection({ ages, afterDays: 28, now });
const none = { items: [], total: 0 };

/** What the configured credentials give for a digest of now. */
function credentialAges(yaml: string, times: Readonly<Record<string, Date>>): Promise<PasswordAges> {
  const config = parseConfig(`console: { enabled: false }\namt: { credentials: { ${yaml} } }`, '/etc/oob.yaml');
  const setAt = async (ref: object) => times[String(Object.values(ref)[0])] ?? null;
  return createCredentialAges(config, { setAt })(daysAgo(28), null, 100);
}

describe('passwords due', () => {
  test('of the configured credentials: due from the day on, the oldest first', async () => {
    const ages = await credentialAges(
      'default: { password: { secret: amt } }, lyon: { password: { file: /run/lyon } }, young: { password: { secret: new } }',
      { amt: daysAgo(29), '/run/lyon': daysAgo(53), new: daysAgo(28) },
    );
    const told = section(ages);
    expect(told).toMatchObject({
      headline: '2 of 3 older than 28 days, the oldest set 53 days ago (lyon)',
      isNews: true,
      isAlarm: true,
    });
    expect(told.details?.table?.rows).toEqual([
      ['lyon', 'file /run/lyon', '2026-10-01', '53 days ago'],
      ['default', 'secret amt', '2026-10-25', '29 days ago'],
    ]);
    expect(told.rows[0]).toEqual(['password due', 'lyon', '2026-10-01', 'file /run/lyon']);
  });

  test('the age of one from the environment is not known, nor of one stored before ages were kept: said once, no alarm', async () => {
    const ages = await credentialAges(
      'a: { password: { env: A } }, b: { password: { env: B } }, old: { password: { secret: old } }, c: { password: { secret: c } }',
      { c: daysAgo(1) },
    );
    expect(section(ages)).toMatchObject({
      headline:
        'none older than 28 days; age of a, b not known (it comes from an environment variable); age of old not known (it was stored before that was noted)',
      isNews: false,
      isAlarm: false,
      // Not among what is quiet: somebody may want to know.
      details: { title: 'Passwords: age of 3 of 4 not known' },
    });
    expect(section({ ...ages, total: 3 }).headline).not.toContain('none older');
  });

  test('of several places they are told together; where there is none there is nothing to say', () => {
    const pc = { of: 'host9', where: 'madrid', setAt: daysAgo(90) };
    const credential = { of: 'default', where: 'secret amt', setAt: daysAgo(40) };
    const told = section(
      { total: 1, due: { items: [credential], total: 1 }, unknown: [] },
      { total: 2_000, due: { items: [pc], total: 1_200 }, unknown: [] },
    );
    expect(told.headline).toBe('1,201 of 2,001 older than 28 days, the oldest set 90 days ago (host9)');
    expect(section({ total: 0, due: none, unknown: [] }).headline).toBeNull();
    expect(section().headline).toBeNull();
  });
});
