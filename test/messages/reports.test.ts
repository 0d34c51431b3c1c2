import { describe, expect, test } from '@jest/globals';
import { parameterFacts } from '../../src/messages/parameter-words.ts';
import { accountsReport } from '../../src/messages/reports/accounts.ts';
import { repeatWord } from '../../src/messages/reports/alarms.ts';
import { assetsReport } from '../../src/messages/reports/assets.ts';
import { driftWord } from '../../src/messages/reports/clock.ts';
import { csvOf } from '../../src/messages/reports/csv.ts';
import { auditLogReport, auditWord } from '../../src/messages/reports/logs/audit-log.ts';
import { mergedAlerts, mergedAttachment, mergedTable, withoutFile } from '../../src/messages/reports/merge.ts';
import { settingLabels, settingNames, settingWord } from '../../src/messages/reports/settings.ts';
import type { AuditLogStatus } from '../../src/ports/amt/audit-log.ts';
import type { NamedOutcome, OutcomeReport } from '../../src/ports/runs/run-store.ts';

/** What somebody at a device may have typed to turn a card or a spreadsheet against its reader. */
const nasty = '=cmd|calc\u202e\u0007 \nnext line, "quoted"';

const status: AuditLogStatus = {
  enabled: true,
  locked: false,
  almostFull: false,
  full: false,
  storagePolicy: 'no-roll-over',
  minDaysToKeep: null,
  percentageFree: 88,
  records: 1,
  lastRecordAt: null,
};

describe('text from devices', () => {
  test('of an audit log is one line, cut and inert; the raw record stays whole', () => {
    const report = auditLogReport({
      name: 'host1',
      status,
      records: [
        {
          index: 1,
          at: new Date('2026-11-23T08:00:00Z'),
          appId: 77,
          eventId: 12,
          app: 'application 77',
          event: 'event 12',
          initiator: { kind: 'digest', user: nasty },
          address: nasty,
          details: [{ label: 'name', value: nasty.repeat(100) }],
          raw: 'ABUAAAAJ',
        },
      ],
      added: 1,
      format: 'csv',
      timeZone: 'UTC',
    });
    const [row = []] = report.table?.rows ?? [];
    for (const cell of row) {
      expect(cell).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(cell.length).toBeLessThanOrEqual(130);
    }
    const [, line = '', ...rest] = report.attachment?.content.split('\r\n') ?? [];
    expect(rest).toEqual(['']);
    expect(line).toContain(`"'=cmd|calc`);
    expect(line).toMatch(/,ABUAAAAJ$/);
  });
  test('of hardware and accounts too', () => {
    const assets = {
      model: nasty,
      processors: [{ name: nasty, maxMegahertz: null }],
      memory: [],
      disks: [],
      firmware: {},
    };
    const who = { kind: 'digest', user: nasty } as const;
    const account = { handle: 1, who, access: 'any', realms: [nasty], enabled: true } as const;
    for (const report of [assetsReport('host1', assets), accountsReport('host1', [account])]) {
      const shown = JSON.stringify([report.summary, report.facts ?? [], report.table ?? []]);
      expect(shown).not.toMatch(/\\u0007|\u202e|\\n/);
      expect(report.attachment?.content.trimEnd().split('\r\n')).toHaveLength(2);
    }
  });
  test('CSV: formulas are made inert, line breaks are blanks, quotes are doubled', () => {
    expect(
      csvOf(
        ['a', 'b'],
        [
          ['-1', 'x\r\ny'],
          ['@x', 'say "hi", you'],
        ],
      ),
    ).toBe(`a,b\r\n'-1,x y\r\n'@x,"say ""hi"", you"\r\n`);
  });
});

describe('words', () => {
  test.each([
    [{}, 'on, 12 % full'],
    [{ enabled: false }, 'off, 12 % full'],
    [{ percentageFree: null }, 'on'],
    [{ almostFull: true, percentageFree: 10 }, 'on, almost full, 90 %'],
    [{ full: true, almostFull: true }, 'on, full'],
    [{ locked: true, percentageFree: 140 }, 'on, 0 % full, locked'],
  ])('audit log %j: %s', (over, word) => expect(auditWord({ ...status, ...over })).toBe(word));

  test.each([
    [0, 'right'],
    [-1, 'right'],
    [1.5, '1.5 s ahead'],
    [-134, '2 min 14 s behind'],
  ])('a clock off by %d s is %s', (seconds, word) => expect(driftWord(seconds)).toBe(word));

  test.each([
    [null, 'once'],
    [1_440, 'every day'],
    [90, 'every 90 minutes'],
    [120, 'every 2 hours'],
    [20_160, 'every 2 weeks'],
  ])('an alarm every %p minutes repeats %s', (minutes, word) => expect(repeatWord(minutes)).toBe(word));

  test('every setting has its place, a label, and words for its values', () => {
    expect([...settingNames].sort()).toEqual(Object.keys(settingLabels).sort());
    expect(settingNames.at(-1)).toBe('tls');
    expect(settingWord({ linkPolicy: [] }, 'linkPolicy')).toBe('never');
    expect(settingWord({ webUi: false }, 'webUi')).toBe('off');
    expect(settingWord({}, 'kvm')).toBe('');
  });

  test('an approver sees what is asked for besides the operation', () => {
    expect(parameterFacts('boot', { from: 'pxe' }, 'UTC')).toEqual([
      { label: 'Boot from', value: 'the network (PXE)' },
    ]);
    expect(
      parameterFacts('set-alarm', { name: 'patch', at: '2026-12-01T06:30:00Z', every: '1440' }, 'Europe/Madrid'),
    ).toEqual([
      { label: 'Name', value: 'patch' },
      { label: 'Turn on at', value: expect.stringMatching(/^2026-12-01 07:30 /) },
      { label: 'Repeat', value: 'every day' },
    ]);
    expect(parameterFacts('power-on', {}, 'UTC')).toEqual([]);
  });
});

describe('the reports of many PCs', () => {
  const outcome = (name: string, report: OutcomeReport | null, over: Partial<NamedOutcome> = {}): NamedOutcome => ({
    deviceId: `dev_${name}`,
    name,
    site: 'madrid',
    status: 'ok',
    code: 'done',
    evidence: [],
    facts: {},
    report,
    powerState: null,
    amtVersion: null,
    tookMs: 1,
    endedAt: new Date('2026-11-23T08:00:00Z'),
    ...over,
  });
  const drift = (...rows: readonly string[][]): OutcomeReport => ({
    summary: `${rows.length} differ`,
    ...(rows.length > 0 ? { table: { columns: ['Setting', 'Has'], rows } } : {}),
    attachment: { name: 'x.csv', mediaType: 'text/csv', content: csvOf(['setting', 'has'], rows) },
  });
  const failed = outcome('host9', null, { status: 'failed', code: 'unreachable' });

  test('rows have their PC in front; those with nothing to tell are only counted, those that failed are named', () => {
    const all = [outcome('host1', drift(['KVM', 'off'], ['Ping', 'on'])), outcome('host2', drift()), failed];
    expect(mergedTable(all, 2)).toEqual({
      table: {
        columns: ['PC', 'Setting', 'Has'],
        rows: [
          ['host1', 'KVM', 'off'],
          ['host1', 'Ping', 'on'],
        ],
      },
      more: 1,
    });
    expect(mergedTable(all, 9)?.table.rows.at(-1)).toEqual(['host9', 'unreachable']);
  });
  test('reports without rows are shown by their summary', () => {
    const all = [outcome('host1', { summary: 'Dell, 16 GB' }), failed];
    expect(mergedTable(all, 9)?.table).toEqual({
      columns: ['PC', 'Result'],
      rows: [
        ['host1', 'Dell, 16 GB'],
        ['host9', 'unreachable'],
      ],
    });
    expect(mergedTable([], 9)).toBeNull();
  });
  test('their files are one, with a line for each PC at least', () => {
    const all = [outcome('host1', drift(['KVM', 'a, b'])), outcome('host2', drift()), failed];
    expect(mergedAttachment(all, 'req_1')).toEqual({
      name: 'req_1.csv',
      mediaType: 'text/csv',
      content: [
        'pc,site,status,code,setting,has',
        'host1,madrid,ok,done,KVM,"a, b"',
        'host2,madrid,ok,done',
        'host9,madrid,failed,unreachable',
        '',
      ].join('\r\n'),
    });
    expect(mergedAttachment([failed], 'req_1')).toBeNull();
  });
  test('JSON lines stay JSON lines', () => {
    const lines = (pc: string) => `${JSON.stringify({ pc, index: 1 })}\n`;
    const report = (pc: string): OutcomeReport => ({
      summary: '1 record',
      attachment: { name: 'x.jsonl', mediaType: 'application/jsonl', content: lines(pc) },
    });
    const merged = mergedAttachment(
      [outcome('host1', report('host1')), failed, outcome('host2', report('host2'))],
      'r',
    );
    expect(merged?.name).toBe('r.jsonl');
    expect(
      merged?.content
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toEqual([
      { pc: 'host1', index: 1 },
      { pc: 'host9', site: 'madrid', status: 'failed', code: 'unreachable' },
      { pc: 'host2', index: 1 },
    ]);
  });
  test('what did not fit into the file is counted, and warnings are, by how many PCs they are about', () => {
    const { attachment: _, ...bare } = drift(['KVM', 'off']);
    expect(withoutFile([outcome('host1', drift()), outcome('host2', bare), failed])).toBe(1);
    expect(withoutFile([outcome('host2', bare)])).toBe(0);
    const warn = (...alerts: string[]) => outcome('host1', { summary: '', alerts });
    expect(mergedAlerts([warn('a'), warn('b', 'a'), failed])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });
});
