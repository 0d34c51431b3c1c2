import { describe, expect, test } from '@jest/globals';
import { endedOne } from '../../src/messages/runs/run-end-card.ts';
import type { NamedOutcome, OutcomeReport } from '../../src/ports/runs/run-store.ts';

const report: OutcomeReport = {
  summary: '2 settings differ',
  facts: [{ label: 'Profile', value: 'madrid' }],
  table: { columns: ['Setting', 'Has', 'Should be'], rows: [['KVM', 'off', 'on']] },
  attachment: { name: 'host42-drift.csv', mediaType: 'text/csv', content: 'a\r\n' },
};
const outcome = (over: Partial<NamedOutcome>): NamedOutcome => ({
  deviceId: 'dev_host42',
  name: 'host42',
  site: 'madrid',
  status: 'ok',
  code: 'done',
  evidence: [],
  facts: { amt: '15.0.23', tls: 'TLS 1.2' },
  report: null,
  powerState: null,
  amtVersion: null,
  tookMs: 2_100,
  endedAt: new Date('2026-11-23T08:00:00Z'),
  ...over,
});

describe('how it ended for one PC', () => {
  test('what was found out: summary, facts, rows and the file', () => {
    expect(endedOne('diff-settings', outcome({ report, code: 'drifted' }))).toEqual({
      tone: 'warning',
      title: 'host42: 2 settings differ',
      facts: [
        { label: 'Place', value: 'madrid' },
        { label: 'Profile', value: 'madrid' },
      ],
      table: report.table,
      attachment: report.attachment,
    });
  });
  test('what somebody should act on comes before the facts, and not as a success', () => {
    const view = endedOne('pull-audit-log', outcome({ report: { ...report, alerts: ['The log is full. Use `x`.'] } }));
    expect(view).toMatchObject({ tone: 'warning', text: ['The log is full. Use ', { code: 'x' }, '.'] });
  });
  test('the status is told as a sentence', () => {
    const { title, tone } = endedOne('read-status', outcome({ report: { summary: 'off' } }));
    expect([title, tone]).toEqual(['host42 is off', 'good']);
  });
  test('a failure says why and what to do, and still shows what was found out', () => {
    const view = endedOne('apply-settings', outcome({ status: 'failed', code: 'settings_differ', report }));
    expect(view).toMatchObject({
      tone: 'bad',
      title: 'host42 did not take the settings',
      context: 'settings_differ',
      table: report.table,
      attachment: report.attachment,
    });
    expect(view.facts).toContainEqual({ label: 'Result', value: '2 settings differ' });
  });
  test('a boot tells from what; that it was accepted is not called more', () => {
    const facts = { before: 'off', boot: 'the network (PXE)', amt: '15.0.23' };
    expect(endedOne('boot', outcome({ code: 'accepted', facts })).title).toBe(
      'host42: AMT accepted the boot, the PC is on (was off; from the network (PXE); AMT 15.0.23)',
    );
  });
  test('a log that was not exported: the reason has its command', () => {
    const view = endedOne('clear-audit-log', outcome({ status: 'failed', code: 'export_first' }));
    expect(view.title).toBe('host42 did not clear the audit log');
    expect(view.text).toContainEqual({ code: '/oob audit export' });
  });
});
