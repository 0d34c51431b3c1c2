/**
 * Recorded replies into our types and back, without loss. Needs github.com/device-management-toolkit/go-wsman-messages,
 * pkg/wsman/wsmantesting/responses (Apache-2.0): set OOB_CAPTURES to a folder that holds them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { decodeAuditRecord } from '../../../adapters/amt/classes/audit/decode-record.ts';
import { decodeEvent } from '../../../adapters/amt/classes/events/decode-event.ts';
import type { Kinds } from '../../../adapters/amt/model/kinds.ts';
import { readValues } from '../../../adapters/amt/model/read-values.ts';
import { writeValues } from '../../../adapters/amt/model/write-values.ts';
import { child, childrenNamed, readXml, type XmlNode } from '../../../adapters/amt/wsman/read.ts';
import { fieldElements } from '../../../adapters/amt/wsman/values.ts';
import { allDefinitions } from './all-definitions.ts';

const folder = process.env.OOB_CAPTURES;
const whenThere = folder === undefined ? describe.skip : describe;

const files =
  folder === undefined
    ? []
    : readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.xml'));

/** Recorded things that no type can hold, for they were made up by hand or are no values. */
const knownLosses: Readonly<Record<string, string>> = {
  'addalarm.xml AlarmClock': 'a reference to nothing',
  'getuuid-bad.xml UUID': 'no base64, on purpose',
  'generatepkcs10requestex.xml SignedCertificateRequest': '"test?" is no base64',
};

/** Recorded classes that the client does not talk to. */
const notModelled = [
  'AMT_AssetTableService',
  'AMT_CryptographicCapabilities',
  'AMT_EnvironmentDetectionSettingData',
  'AMT_EventLogEntry',
  'AMT_Hdr8021Filter',
  'AMT_MPSUsernamePassword',
  'AMT_ManagementPresenceRemoteSAP',
  'AMT_RemoteAccessCapabilities',
  'AMT_RemoteAccessPolicyAppliesToMPS',
  'AMT_RemoteAccessPolicyRule',
  'AMT_RemoteAccessService',
  'AMT_TLSProtocolEndpointCollection',
  'AMT_UserInitiatedConnectionService',
  'CIM_BIOSFeature',
  'CIM_Battery',
  'CIM_BootSourceSetting',
  'CIM_ConcreteDependency',
  'CIM_CredentialContext',
  'CIM_EthernetPort',
  'CIM_Fan',
  'CIM_PowerManagementCapabilities',
  'CIM_RedirectionService',
  'CIM_Sensor',
  'CIM_WiFiEndpoint',
  'CIM_WiFiEndpointCapabilities',
  'CIM_WiFiPortCapabilities',
  'IPS_HTTPProxyService',
  'IPS_HostBootReason',
  'IPS_HostIPSettings',
  'IPS_IPv6PortSettings',
  'IPS_KVMRedirectionSettingData',
  'IPS_LANEndpoint',
  'IPS_ProvisioningRecordLog',
  'IPS_ScreenSettingData',
  'IPS_SecIOService',
];

interface Captured {
  readonly file: string;
  readonly className: string;
  /** Null for an instance. */
  readonly method: string | null;
  readonly node: XmlNode;
}

function capturedIn(file: string): Captured[] {
  const envelope = readXml(readFileSync(join(folder ?? '', file)));
  const className = child(child(envelope, 'Header'), 'ResourceURI')?.text.trim().split('/').at(-1) ?? '';
  return (child(envelope, 'Body')?.children ?? []).flatMap((node): Captured[] => {
    if (node.name === 'PullResponse') {
      const items = child(node, 'Items')?.children ?? [];
      return items.map((one) => ({ file, className: one.name, method: null, node: one }));
    }
    if (node.name.endsWith('_OUTPUT'))
      return [{ file, className, method: node.name.slice(0, -'_OUTPUT'.length), node }];
    return /^(AMT|CIM|IPS)_/.test(node.name) ? [{ file, className: node.name, method: null, node }] : [];
  });
}

/** What a value is made of, whatever the order of different names. */
function shapeOf(node: XmlNode): unknown {
  if (node.children.length === 0) return node.text.trim();
  const names = [...new Set(node.children.map((one) => one.name))].sort();
  return names.map((name) => [name, childrenNamed(node, name).map((one) => [one.attributes.Name, shapeOf(one)])]);
}

/** The values as elements again. */
function writtenAgain(kinds: Kinds, node: XmlNode): XmlNode {
  const fields = fieldElements(writeValues(kinds, readValues(kinds, node)), 'h');
  const envelope =
    '<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope" xmlns:a="a" xmlns:w="w" xmlns:h="h">' +
    `<Body><h:X>${fields}</h:X></Body></Envelope>`;
  const written = child(child(readXml(Buffer.from(envelope)), 'Body'), 'X');
  if (written === undefined) throw new Error('nothing was written');
  return written;
}

function kindsOf({ className, method }: Captured): Kinds | undefined {
  const definition = allDefinitions.get(className);
  if (method === null) return definition?.fields;
  const out = definition?.methods[method]?.out;
  return out && { ...out, ReturnValue: 'number' };
}

whenThere('every recorded reply of a class that we have (set OOB_CAPTURES)', () => {
  const all = files.flatMap(capturedIn);

  test('is there', () => expect(all.length).toBeGreaterThan(150));

  test('classes that we do not have are these', () => {
    const missing = new Set(all.filter((one) => !allDefinitions.has(one.className)).map((one) => one.className));
    expect([...missing].sort()).toEqual([...notModelled].sort());
  });

  test('methods of classes that we have are all defined', () => {
    const missing = all.filter((one) => allDefinitions.has(one.className) && kindsOf(one) === undefined);
    expect(missing.map((one) => `${one.className} ${one.method}`)).toEqual([]);
  });

  test('goes into our types and comes out whole', () => {
    const losses: string[] = [];
    const known = new Set<string>();
    for (const one of all) {
      const kinds = kindsOf(one);
      if (kinds === undefined) continue;
      const after = writtenAgain(kinds, one.node);
      for (const name of new Set(one.node.children.map((field) => field.name))) {
        const [before, again] = [one.node, after].map((node) => JSON.stringify(childrenNamed(node, name).map(shapeOf)));
        const what = `${basename(one.file)} ${name}`;
        if (before === again) continue;
        if (Object.hasOwn(knownLosses, what)) known.add(what);
        else losses.push(`${one.file} ${name}: ${before} -> ${again}`);
      }
    }
    expect(losses).toEqual([]);
    expect([...known].sort()).toEqual(Object.keys(knownLosses).sort());
  });

  test('recorded audit records are decoded to the last byte', () => {
    const records = [
      ...readFileSync(join(folder ?? '', 'records/audit-log.base64.txt'), 'utf8')
        .trim()
        .split(/\s+/),
      ...all.flatMap((one) =>
        (one.method === 'ReadRecords' ? childrenNamed(one.node, 'EventRecords') : []).map((field) => field.text),
      ),
    ];
    expect(records.length).toBeGreaterThan(9);
    for (const text of records) {
      const found = decodeAuditRecord(Buffer.from(text, 'base64'), 1);
      const undecoded = found.details.filter(({ label }) => /not decoded|cut off|further data|^data$/.test(label));
      expect([text, undecoded]).toEqual([text, []]);
      expect(`${found.app} ${found.event}`).not.toMatch(/application|event \d/);
      expect(found.at.getUTCFullYear()).toBeLessThan(2026);
    }
  });

  test('recorded event records are decoded in words', () => {
    const records = all.flatMap((one) => (one.method === 'GetRecords' ? childrenNamed(one.node, 'RecordArray') : []));
    expect(records.length).toBeGreaterThan(2);
    for (const { text } of records) expect(decodeEvent(Buffer.from(text, 'base64'))?.event).not.toMatch(/offset/);
  });
});
