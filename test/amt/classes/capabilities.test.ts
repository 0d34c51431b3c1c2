import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { capabilities, compareVersions, neededVersion, whyMissing } from '../../../adapters/amt/capabilities.ts';
import { allDefinitions } from './all-definitions.ts';

const wsManagement = new Set(['Get', 'Put', 'Create', 'Delete', 'Enumerate']);
/** Properties that came later than their class are listed like operations. */
const properties = new Set(['Passphrase']);

describe('the capability table', () => {
  const rows = Object.entries(capabilities).flatMap(([name, { operations }]) =>
    [...operations].map(([operation]) => [name, operation] as const),
  );

  test.each(rows)('%s %s: its class and method are defined, and the code uses it', (name, operation) => {
    const definition = allDefinitions.get(name);
    const source = sources.join('\n');
    // The power state is read without the class layer, for the sake of speed.
    if (definition === undefined) expect(source).toContain(name);
    else if (!wsManagement.has(operation) && !properties.has(operation))
      expect(definition.methods).toHaveProperty(operation);
    if (!wsManagement.has(operation)) expect(source).toContain(`'${operation}'`);
  });

  test('every class that is asked is in it', () => {
    const asked = [
      ...sources.join('\n').matchAll(/device\s*\.(?:get|list|put|create|remove|call)\(\s*(\w+Class)\b/g),
    ].map((one) => one[1]);
    expect(asked.length).toBeGreaterThan(60);
    const names = [...definitionSources.matchAll(/export const (\w+Class) = defineClass\('(\w+)'/g)].map(
      ([, variable = '', name = '']) => [variable, name] as const,
    );
    const classOf = new Map(names);
    const missing = asked.filter((variable) => !Object.hasOwn(capabilities, classOf.get(variable ?? '') ?? ''));
    expect(missing).toEqual([]);
  });

  test('versions are compared part by part, as numbers', () => {
    expect(compareVersions('9.1.42', '10.0')).toBeLessThan(0);
    expect(compareVersions('16.1.30', '16.1')).toBeGreaterThan(0);
    expect(compareVersions('8.0.0', '8.0')).toBe(0);
    expect(['12.0.67', '3.2.1', '6.2', '11.8.92'].sort(compareVersions)).toEqual([
      '3.2.1',
      '6.2',
      '11.8.92',
      '12.0.67',
    ]);
  });

  test.each([
    ['AMT_AlarmClockService', 'Get', '3.2.1', 'AMT 3.2.1 has no alarm clock (since 5.1)'],
    ['AMT_AlarmClockService', 'AddAlarm', '7.1.20', 'AMT 7.1.20 has no AddAlarm of AMT_AlarmClockService (since 8.0)'],
    [
      'AMT_AuditPolicyRule',
      'SetAuditPolicyBulk',
      '6.2.61',
      'AMT 6.2.61 has no SetAuditPolicyBulk of AMT_AuditPolicyRule (since 7.0)',
    ],
    ['CIM_KVMRedirectionSAP', 'Get', '5.2.10', 'AMT 5.2.10 has no KVM redirection (since 6.0)'],
    [
      'IPS_PowerManagementService',
      'Get',
      '9.5.30',
      'AMT 9.5.30 has no power saving of the operating system (since 10.0)',
    ],
  ])('%s %s on %s', (className, operation, version, evidence) => {
    expect(whyMissing(className, operation, version)).toMatchObject({ code: 'class_missing', evidence: [evidence] });
  });

  test.each(['3.2.1', '6.2.61', '9.1.42', '11.8.92', '12.0.67', '15.0.23', '16.1.30', '19.0.5'])(
    'AMT %s has everything that the table says it has',
    (version) => {
      const missing = rows.filter(([name, operation]) => whyMissing(name, operation, version) !== null);
      for (const [name, operation] of missing) {
        expect(compareVersions(version, neededVersion(name, operation) ?? '0')).toBeLessThan(0);
      }
      if (compareVersions(version, '10.0') >= 0) expect(missing).toEqual([]);
    },
  );

  test('a firmware of unknown version is asked', () => {
    expect(whyMissing('AMT_AuditLog', 'Get', null)).toBeNull();
  });

  test('what is not in the table can not be sent', () => {
    expect(() => neededVersion('AMT_AuditLog', 'Explode')).toThrow('not in the capability table');
    expect(() => neededVersion('AMT_Nothing', 'Get')).toThrow('not in the capability table');
  });
});

const folder = join(import.meta.dirname, '../../../adapters/amt/classes');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const sources = files
  .filter((name) => !name.endsWith('definitions.ts'))
  .map((name) => readFileSync(join(folder, name), 'utf8'));
const definitionSources = files
  .filter((name) => name.endsWith('definitions.ts'))
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n');
