/**
 * Our requests beside those of npm @device-management-toolkit/wsman-messages, which real AMT devices are driven with. To
 * run it: `node bin/run.js peers`
 * in the project's folder (both at once: npm removes what the command does not name). OOB_PEERS names another folder.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { SaxesParser } from 'saxes';
import { managedSystem } from '../../adapters/amt/classes/power/power.ts';
import {
  deleteRequest,
  enumerateRequest,
  getRequest,
  invokeRequest,
  messageText,
  type PreparedRequest,
  pullRequest,
} from '../../adapters/amt/wsman/requests.ts';

const peers = resolve(process.env.OOB_PEERS ?? join(import.meta.dirname, '../../.peers'));
const home = join(peers, 'node_modules/@device-management-toolkit/wsman-messages');
const here = existsSync(home);

/** The infoset that a receiver sees: names by namespace, attributes sorted, declarations and prefixes gone. */
function canonical(text: string): string[] {
  const lines: string[] = [];
  let depth = 0;
  const parser = new SaxesParser({ xmlns: true, position: false });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    const attributes = Object.values(tag.attributes)
      .filter((one) => one.uri !== 'http://www.w3.org/2000/xmlns/')
      .map((one) => `{${one.uri}}${one.local}=${one.value}`)
      .sort();
    lines.push(`${' '.repeat(depth)}{${tag.uri}}${tag.local} ${attributes.join(' ')}`.trimEnd());
    depth += 1;
  });
  parser.on('text', (value) => lines.push(`${' '.repeat(depth)}${value}`));
  parser.on('closetag', () => {
    depth -= 1;
  });
  parser.write(text).close();
  return lines;
}

const addressing = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';
// The oracle puts the bare namespace into a reference's Address. Devices themselves answer with the anonymous role
// (recorded replies of CIM_AssociatedPowerManagementService), and so do we.
const sameAddress = (lines: string[]) =>
  lines.map((line) => (line.trim() === addressing ? `${line}/role/anonymous` : line));
const sameId = (text: string) => text.replace(/(MessageID>)\d+(<)/, '$10$2');

type Oracle = (...args: unknown[]) => string;

function oracle(family: string, className: string, method: string): Oracle {
  const library = Object(createRequire(join(home, 'x.js'))(home));
  const messages = Object(Reflect.construct(Object(library[family]).Messages, []));
  const ofClass = Object(messages[className]);
  return (...args) => String(Reflect.apply(ofClass[method], ofClass, args));
}

const cases: ReadonlyArray<readonly [string, string, string, readonly unknown[], PreparedRequest]> = [
  ...([2, 5, 8, 10, 12] as const).map(
    (state) =>
      [
        'CIM',
        'PowerManagementService',
        'RequestPowerStateChange',
        [state],
        invokeRequest('CIM_PowerManagementService', 'RequestPowerStateChange', {
          PowerState: state,
          ManagedElement: { reference: managedSystem },
        }),
      ] as const,
  ),
  [
    'IPS',
    'PowerManagementService',
    'RequestOSPowerSavingStateChange',
    [2],
    invokeRequest('IPS_PowerManagementService', 'RequestOSPowerSavingStateChange', {
      OSPowerSavingState: 2,
      ManagedElement: { reference: managedSystem },
    }),
  ],
  ['CIM', 'ServiceAvailableToElement', 'Enumerate', [], enumerateRequest('CIM_ServiceAvailableToElement')],
  ['CIM', 'ServiceAvailableToElement', 'Pull', ['5E1A-0'], pullRequest('CIM_ServiceAvailableToElement', '5E1A-0')],
  ['IPS', 'PowerManagementService', 'Get', [], getRequest('IPS_PowerManagementService')],
  ['IPS', 'HostBasedSetupService', 'Get', [], getRequest('IPS_HostBasedSetupService')],
  ['AMT', 'SetupAndConfigurationService', 'Get', [], getRequest('AMT_SetupAndConfigurationService')],
  ['AMT', 'GeneralSettings', 'Get', [], getRequest('AMT_GeneralSettings')],
  [
    'AMT',
    'TLSCredentialContext',
    'Delete',
    [{ name: 'InstanceID', value: 'Intel(r) AMT Key: Handle: 0' }],
    deleteRequest('AMT_TLSCredentialContext', { InstanceID: 'Intel(r) AMT Key: Handle: 0' }),
  ],
];

(here ? describe : describe.skip)('the same messages as wsman-messages 5.14.1 (see the head of this file)', () => {
  test.each(cases)('%s_%s %s %j', (family, className, method, args, ours) => {
    const theirs = oracle(family, className, method)(...args);
    expect(canonical(messageText(ours, 0))).toEqual(sameAddress(canonical(sameId(theirs))));
  });
});
