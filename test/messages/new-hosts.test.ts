import { describe, expect, test } from '@jest/globals';
import { newHostsSection } from '../../src/messages/digest/new-hosts.ts';
import { newHostsCard } from '../../src/messages/provisioning/new-hosts-card.ts';
import type { HelloOverview, HelloRecord } from '../../src/ports/hello/hello-store.ts';

const at = new Date('2026-11-23T08:00:00Z');
const record = (over: Partial<HelloRecord> = {}): HelloRecord => ({
  version: 3,
  uuid: '4c4c4544-0042-3510-8054-b4c04f4e4d32',
  credentialsSet: true,
  retries: 2,
  pid: null,
  roots: [{ kind: 'sha256', hex: 'aa' }],
  address: '10.1.0.5',
  firstSeenAt: at,
  lastSeenAt: at,
  seen: 1_234,
  sources: [],
  doubt: null,
  ...over,
});
const nothing: HelloOverview = { records: [], total: 0, known: 0, doubted: [] };
const section = (overview: HelloOverview, since = at) => newHostsSection(overview, { since, until: at }, 'UTC');

describe('new PCs', () => {
  test('none: where to switch it on', () => {
    expect(newHostsCard(nothing, 'UTC', at)).toMatchObject({
      tone: 'neutral',
      text: expect.stringContaining('enabled'),
    });
    expect(section(nothing).headline).toBeNull();
  });

  test('are listed with what they can be set up with, or why they cannot', () => {
    const records = [record(), record({ version: 2, pid: 'A1B2C3D4', roots: [] }), record({ doubt: 'placeholder' })];
    const view = newHostsCard({ ...nothing, records, total: 25, known: 1 }, 'UTC', at);
    expect(view.title).toBe('25 new PCs said hello');
    expect(view.table?.rows.map((row) => row.slice(2))).toEqual([
      ['2026-11-23 08:00 UTC', '1,234', 'certificates, 1 root trusted'],
      ['2026-11-23 08:00 UTC', '1,234', 'a pre-shared key'],
      ['2026-11-23 08:00 UTC', '1,234', 'not usable: a placeholder, no UUID of its own'],
    ]);
    expect(view.context).toBe('and 22 more · 1 PC of the inventory said hello too');
  });

  test('a PC of the inventory whose UUID others send is a warning, and an alarm in the digest', () => {
    const overview: HelloOverview = {
      ...nothing,
      known: 1,
      doubted: [{ uuid: 'u', names: ['host7'], doubt: 'interleaved' }],
    };
    expect(newHostsCard(overview, 'UTC', at)).toMatchObject({
      tone: 'warning',
      facts: [{ label: 'host7', value: 'not usable: several PCs send it in turn' }],
    });
    expect(section(overview)).toMatchObject({ isAlarm: true });
  });

  test('in the digest: news once, then a line', () => {
    const overview = { ...nothing, records: [record()], total: 1 };
    expect(section(overview)).toMatchObject({
      isNews: true,
      headline: '1 new PC said hello (1 since the last digest)',
      rows: [['new PC', '4c4c4544-0042-3510-8054-b4c04f4e4d32', '10.1.0.5', '1234 hellos']],
    });
    expect(section(overview, new Date('2026-11-24T08:00:00Z'))).toMatchObject({
      isNews: false,
      headline: '1 new PC said hello',
    });
  });
});
