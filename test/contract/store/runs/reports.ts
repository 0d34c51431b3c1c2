import { describe, expect, test } from '@jest/globals';
import type { TheStore } from '../../store-contract.ts';
import { fleet, idsOf, newId, outcome, startedRun } from '../samples.ts';

const at = new Date('2026-01-05T10:02:00Z');

/** Reports of outcomes, and how many of their files come with them. */
export function reportContract(theStore: TheStore): void {
  describe('reports', () => {
    const file = (content: string) => ({ name: 'x.csv', mediaType: 'text/csv', content }) as const;

    test('come back whole, their files only as far as is asked for', async () => {
      const devices = await fleet(theStore(), 4);
      const run = await startedRun(theStore(), devices);
      const site = devices[0]?.site ?? '';
      const [a = '', b = '', c = '', d = ''] = idsOf(
        await theStore().runs.claim(run, newId('worker'), [{ site, room: 9 }], true, at),
      );
      const report = (content: string) => ({
        summary: 'with \u0000',
        alerts: ['look'],
        facts: [{ label: 'L', value: 'V' }],
        table: { columns: ['A'], rows: [['1']] },
        attachment: file(content),
      });
      await theStore().runs.record(
        run,
        [
          outcome(a, { report: report('x'.repeat(60)) }),
          outcome(b, { report: report('ü'.repeat(40)) }),
          outcome(c, { report: report('z') }),
          outcome(d),
        ],
        at,
      );
      const reports = async (attachmentChars?: number) =>
        (
          await theStore().runs.outcomes(run, {
            all: true,
            limit: 10,
            ...(attachmentChars === undefined ? {} : { attachmentChars }),
          })
        ).map((each) => each.report);
      const whole = await reports(1_000);
      expect(whole[0]).toEqual({ ...report('x'.repeat(60)), summary: 'with \ufffd' });
      expect(whole[3]).toBeNull();
      const files = (all: Awaited<ReturnType<typeof reports>>) =>
        all.map((each) => each?.attachment?.content.length ?? null);
      expect(files(whole)).toEqual([60, 40, 1, null]);
      expect(files(await reports(100))).toEqual([60, 40, null, null]);
      expect(files(await reports(99))).toEqual([60, null, null, null]);
      const none = await reports();
      expect(files(none)).toEqual([null, null, null, null]);
      expect(none[2]).toMatchObject({ alerts: ['look'], table: { rows: [['1']] } });
    });
  });
}
