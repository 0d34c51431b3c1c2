import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { capabilities } from '../../adapters/amt/capabilities.ts';
import { child, readXml } from '../../adapters/amt/wsman/read.ts';
import { knownClasses } from '../../lab/classes/registry.ts';
import { amtCoverage } from '../../manifest/amt-coverage.ts';
import { capturedReplies } from '../../manifest/evidence/captured-replies.ts';

const rows = amtCoverage()
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));
const cellsOf = (name: string, operation: string) =>
  rows.find(([, own, what]) => own === name && what === operation)?.slice(3, -1);

describe('the table of what is covered', () => {
  test('has a row for everything that the client sends and the lab does', () => {
    const missing = [
      ...Object.entries(capabilities).flatMap(([name, { operations }]) =>
        [...operations.keys()].map((one) => [name, one] as const),
      ),
      ...knownClasses().flatMap(({ name, operations }) =>
        operations.map((one) => [name, one.split(' ')[0] ?? ''] as const),
      ),
    ].filter(([name, operation]) => cellsOf(name, operation) === undefined);
    expect(missing).toEqual([]);
    expect(new Set(rows.map(([, name, operation]) => `${name} ${operation}`)).size).toBe(rows.length);
  });

  test.each([
    ['AMT_AuditLog', 'ReadRecords', ['from 4.0', 'from 4.0', 'yes', 'wsman-messages, MeshCentral']],
    ['AMT_AuditLog', 'ClearLog', ['from 4.0', 'from 4.0', '', 'MeshCentral']],
    ['CIM_PowerManagementService', 'RequestPowerStateChange', ['yes', 'yes', 'yes', 'wsman-messages, MeshCentral']],
    ['IPS_SecIOService', 'Get', ['', '', 'yes', '']],
  ])('%s %s', (name, operation, cells) => {
    expect(cellsOf(name, operation)).toEqual(cells);
  });

  test('everything that the client sends is done by the lab', () => {
    const property = 'AMT_KerberosSettingData Passphrase';
    const alone = rows.filter(([, , , client, lab]) => client !== '' && client !== 'typed' && lab === '');
    expect(alone.map(([, name, operation]) => `${name} ${operation}`)).toEqual([property]);
  });
});

const folder = process.env.OOB_CAPTURES;
(folder === undefined ? test.skip : test)(
  'the list of recorded replies is that of the files (set OOB_CAPTURES)',
  () => {
    const found = new Map<string, Set<string>>();
    for (const file of readdirSync(folder ?? '', { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.xml')) continue;
      const header = child(readXml(readFileSync(join(folder ?? '', file))), 'Header');
      const [name, action] = ['ResourceURI', 'Action'].map(
        (one) => child(header, one)?.text.trim().split('/').at(-1) ?? '',
      );
      if (name === undefined || action === undefined || name === '') continue;
      const operation = action.replace(/Response$/, '').replace('Pull', 'Enumerate');
      found.set(name, (found.get(name) ?? new Set()).add(operation));
    }
    const listed = [...found].map(([name, operations]) => [name, [...operations].sort().join(' ')] as const);
    expect(Object.fromEntries(listed)).toEqual(capturedReplies);
  },
);
