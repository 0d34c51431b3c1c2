import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SaxesParser } from 'saxes';
import { createFleet, type Fleet } from '../../../lab/fleet.ts';
import { asking } from '../asking.ts';
import { textOf } from '../wire.ts';

/**
 * The lab's replies against replies recorded from devices: the same elements in the same order with values of the
 * same kind, for every class that the lab has. Needs the recorded replies of device-management-toolkit/
 * go-wsman-messages (Apache-2.0) below the folder that OOB_CAPTURES names.
 */
const folder = join(
  process.env.OOB_CAPTURES ?? '',
  'device-management-toolkit/go-wsman-messages/pkg/wsman/wsmantesting/responses',
);
const present = process.env.OOB_CAPTURES !== undefined && existsSync(folder);
if (!present) process.stderr.write('Skipped: recorded replies are missing. Set OOB_CAPTURES to their folder.\n');

/** One element of a class with what kind of value it has. */
interface Shape {
  readonly name: string;
  readonly kind: string;
}

/** The first instance in a reply: its class and its elements, repetitions once. */
function shapeOf(
  xml: string,
  wanted?: string,
): { readonly className: string; readonly shape: readonly Shape[] } | undefined {
  const open: { name: string; children: number; text: string }[] = [];
  let className: string | undefined;
  let isDone = false;
  const shape: Shape[] = [];
  const parser = new SaxesParser({ xmlns: true });
  // Some of the files were tidied by hand and are no longer well formed.
  parser.on('error', () => {});
  parser.on('opentag', ({ local }) => {
    const parent = open.at(-1);
    if (parent) parent.children += 1;
    open.push({ name: local, children: 0, text: '' });
    const isWanted = wanted === undefined ? /^(AMT|CIM|IPS)_\w+$/.test(local) : local === wanted;
    if (className === undefined && isWanted) className = local;
  });
  parser.on('text', (text) => {
    const element = open.at(-1);
    if (element) element.text += text.trim();
  });
  parser.on('closetag', () => {
    const element = open.pop();
    if (!element || isDone || className === undefined) return;
    if (element.name === className) isDone = true;
    else if (open.at(-1)?.name === className && shape.at(-1)?.name !== element.name) {
      shape.push({ name: element.name, kind: element.children > 0 ? 'structure' : kindOf(element.text) });
    }
  });
  parser.write(xml.trimStart()).close();
  return className === undefined ? undefined : { className, shape };
}

function kindOf(text: string): string {
  if (/^(true|false)$/.test(text)) return 'boolean';
  return /^\d+$/.test(text) ? 'number' : 'text';
}

/** All recorded Get and Pull replies with an instance in them. */
function recorded(): { file: string; className: string; shape: readonly Shape[] }[] {
  if (!present) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\/(get|pull)\.xml$/.test(file))
    .sort()
    .flatMap((file) => {
      const found = shapeOf(readFileSync(join(folder, file), 'utf8'));
      return found ? [{ file, ...found }] : [];
    });
}

/** Where the lab means to differ, and why. */
const deviations: Readonly<Record<string, { readonly lacks?: readonly string[]; readonly has?: readonly string[] }>> = {
  // Written by hand: no device puts its elements in another order than by name, or a time without its wrapper.
  IPS_AlarmClockOccurrence: { lacks: ['*'] },
  // Written by hand: an element of a class that has others, and keys.
  CIM_WiFiEndpoint: { lacks: ['*'] },
  // Empty on a device without profile or password; a value by chance looks like a number.
  AMT_GeneralSettings: { has: ['ThunderboltDockEnabled'], lacks: ['DHCPSyncRequiresHostname'] },
  AMT_EthernetPortSettings: { has: ['IPAddress'], lacks: ['SecondaryDNS'] },
  // Every other method has one.
  'AMT_SetupAndConfigurationService.GetUuid': { has: ['ReturnValue'] },
  // The get was recorded from a newer device than the pull.
  AMT_TLSSettingData: { lacks: ['NonSecureConnectionsSupported', 'TrustedCN'] },
};

const address = '<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>';
const handle = '<r:Handle>1</r:Handle>';
const none = '';

/** Recorded replies of methods, and what to ask the lab for the same. */
const calls = [
  ['amt/auditlog/readrecords.xml', 'AMT_AuditLog', 'ReadRecords', '<r:StartIndex>1</r:StartIndex>'],
  ['amt/messagelog/positiontofirstrecord.xml', 'AMT_MessageLog', 'PositionToFirstRecord', none],
  [
    'amt/messagelog/getrecords.xml',
    'AMT_MessageLog',
    'GetRecords',
    '<r:IterationIdentifier>1</r:IterationIdentifier><r:MaxReadRecords>9</r:MaxReadRecords>',
  ],
  ['amt/authorization/getuseraclentryex.xml', 'AMT_AuthorizationService', 'GetUserAclEntryEx', handle],
  ['amt/authorization/getaclenabledstate.xml', 'AMT_AuthorizationService', 'GetAclEnabledState', handle],
  [
    'amt/authorization/enumerateuseraclentries.xml',
    'AMT_AuthorizationService',
    'EnumerateUserAclEntries',
    '<r:StartIndex>1</r:StartIndex>',
  ],
  [
    'amt/authorization/setaclenabledstate.xml',
    'AMT_AuthorizationService',
    'SetAclEnabledState',
    `${handle}<r:Enabled>true</r:Enabled>`,
  ],
  ['amt/authorization/removeuseraclentry.xml', 'AMT_AuthorizationService', 'RemoveUserAclEntry', handle],
  ['amt/authorization/getadminaclentry.xml', 'AMT_AuthorizationService', 'GetAdminAclEntry', none],
  ['amt/authorization/getadminaclentrystatus.xml', 'AMT_AuthorizationService', 'GetAdminAclEntryStatus', none],
  ['amt/authorization/getadminnetaclentrystatus.xml', 'AMT_AuthorizationService', 'GetAdminNetAclEntryStatus', none],
  ['amt/kerberos/getcredentialcachestate.xml', 'AMT_KerberosSettingData', 'GetCredentialCacheState', none],
  [
    'amt/timesynchronization/getlowaccuracytimesynch.xml',
    'AMT_TimeSynchronizationService',
    'GetLowAccuracyTimeSynch',
    none,
  ],
  ['amt/setupandconfiguration/getuuid.xml', 'AMT_SetupAndConfigurationService', 'GetUuid', none],
  ['amt/setupandconfiguration/commitchanges.xml', 'AMT_SetupAndConfigurationService', 'CommitChanges', none],
  ['amt/redirectionservice/requeststatechange.xml', 'AMT_RedirectionService', 'RequestStateChange', none],
  ['cim/wifi/port/requeststatechange.xml', 'CIM_WiFiPort', 'RequestStateChange', none],
  ['cim/boot/configsetting/changebootorder.xml', 'CIM_BootConfigSetting', 'ChangeBootOrder', none],
  ['ips/optin/startoptin.xml', 'IPS_OptInService', 'StartOptIn', none],
  ['ips/optin/canceloptin.xml', 'IPS_OptInService', 'CancelOptIn', none],
  ['ips/hostbasedsetup/upgradeclienttoadmin.xml', 'IPS_HostBasedSetupService', 'UpgradeClientToAdmin', none],
].map(([file = '', className = '', method = '', content = '']) => ({ file, className, method, content }));

describe('the lab answers as recorded', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await createFleet({
      firstAddress: '127.21.6.91',
      persona: 'amt-15.0',
      powered: 'on',
      ports: { plain: 16992, tls: undefined },
    });
    await fleet.start();
    await prepare(fleet);
  });

  afterAll(() => fleet.stop());

  const cases = recorded();

  (present ? test : test.skip)('there is something to compare', () => {
    expect(cases.length).toBeGreaterThan(100);
  });

  const compared = new Set<string>();
  for (const { file, className, shape } of cases) {
    test(`${file}: ${className}`, async () => {
      const mine = await ownShape(fleet, className, file.includes('/get.xml'));
      // A class that the lab does not have.
      if (mine === 'none') return;
      compared.add(className);
      const { lacks = [], has = [] } = deviations[className] ?? {};
      if (lacks.includes('*')) return;
      const names = (shapes: readonly Shape[]) => shapes.map(({ name }) => name);
      const expected = shape.filter(({ name }) => !lacks.includes(name));
      const own = mine.filter(({ name }) => !has.includes(name) || names(expected).includes(name));
      expect(names(own)).toEqual(names(expected));
      for (const { name, kind } of expected) {
        const found = own.find((one) => one.name === name)?.kind;
        expect({ name, kind: found }).toEqual({ name, kind });
      }
    });
  }

  for (const { file, className, method, content } of calls) {
    (present ? test : test.skip)(`${file}: ${className}.${method}`, async () => {
      const expected = shapeOf(readFileSync(join(folder, file), 'utf8'), `${method}_OUTPUT`);
      const { body } = await asking(fleet).call(className, method, content);
      const { has = [] } = deviations[`${className}.${method}`] ?? {};
      const own = shapeOf(body, `${method}_OUTPUT`)?.shape.filter(({ name }) => !has.includes(name));
      expect(own).toEqual(expected?.shape);
    });
  }

  (present ? test : test.skip)('most of the recorded classes were compared', () => {
    expect([...compared].sort()).toHaveLength(48);
  });
});

/** Makes instances of what a new device has none of. */
async function prepare(fleet: Fleet): Promise<void> {
  const ask = asking(fleet);
  const cim = 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/';
  const added = await ask.call(
    'AMT_WiFiPortConfigurationService',
    'AddWiFiSettings',
    `<r:WiFiEndpoint>${address}<a:ReferenceParameters><w:ResourceURI>${cim}CIM_WiFiEndpoint` +
      '</w:ResourceURI><w:SelectorSet><w:Selector Name="Name">WiFi Endpoint 0</w:Selector></w:SelectorSet>' +
      `</a:ReferenceParameters></r:WiFiEndpoint><r:WiFiEndpointSettingsInput xmlns:q="${cim}CIM_WiFiEndpointSettings">` +
      '<q:ElementName>office</q:ElementName><q:InstanceID>Intel(r) AMT:WiFi Endpoint Settings office</q:InstanceID>' +
      '<q:AuthenticationMethod>7</q:AuthenticationMethod><q:EncryptionMethod>4</q:EncryptionMethod><q:SSID>office</q:SSID>' +
      `<q:Priority>1</q:Priority></r:WiFiEndpointSettingsInput><r:IEEE8021xSettingsInput xmlns:q="${cim}CIM_IEEE8021xSettings">` +
      '<q:ElementName>office</q:ElementName><q:InstanceID>office</q:InstanceID><q:AuthenticationProtocol>2' +
      '</q:AuthenticationProtocol><q:Username>host1</q:Username><q:Password>P@ssw0rd</q:Password></r:IEEE8021xSettingsInput>',
  );
  expect(added.returnValue).toBe(0);
}

/** The first instance of a class as the lab tells it. */
async function ownShape(fleet: Fleet, className: string, isGet: boolean): Promise<readonly Shape[] | 'none'> {
  const ask = asking(fleet);
  if (isGet) {
    const { status, body } = await ask.send({ className, operation: 'Get' });
    if (status === 200) return shapeOf(body)?.shape ?? [];
    if (body.includes('DestinationUnreachable')) return 'none';
  }
  const enumeration = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration';
  const begun = await ask.send({ className, operation: 'Enumerate', body: `<Enumerate xmlns="${enumeration}"/>` });
  if (begun.body.includes('DestinationUnreachable')) return 'none';
  const context = textOf(begun.body, 'EnumerationContext');
  const pulled = await ask.send({
    className,
    operation: 'Pull',
    body: `<Pull xmlns="${enumeration}"><EnumerationContext>${context}</EnumerationContext><MaxElements>999</MaxElements></Pull>`,
  });
  return shapeOf(pulled.body)?.shape ?? [];
}
