import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createFleet, type Fleet } from '../../lab/fleet.ts';
import { meshCentralOperations } from '../../manifest/evidence/mesh-central-operations.ts';

/**
 * MeshCentral 1.1.55 (Apache-2.0) manages a lab device: its own code reads the logs, accounts, settings and inventory,
 * sets up what it can set up, and decodes what the lab wrote. What it can't read, the lab got wrong.
 */
const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const peers = process.env.OOB_PEERS ?? join(projectRoot, '.peers');
const amtFolder = join(peers, 'node_modules', 'meshcentral', 'amt');
const present = existsSync(join(amtFolder, 'amt.js'));
const theTest = present ? test : test.skip;
if (!present) process.stderr.write('Skipped: MeshCentral is missing. To get it: node bin/run.js peers\n');

type Content = Record<string, unknown>;

/** MeshCentral's stack: methods named for class and method, the last argument is the callback. */
type MeshStack = Record<string, (...given: unknown[]) => void>;

/** What a callback of the stack got: the body of a reply, or the items of an enumeration. */
interface Answer {
  readonly status: number;
  readonly body: Content;
  readonly items: readonly Content[];
}

const asContent = (value: unknown): Content => (typeof value === 'object' && value !== null ? { ...value } : {});

const port = 16992;
// MeshCentral makes text of the bytes of an audit record, which spoils every byte above 127: the times of this clock,
// and those of the history thirty days before it, have none.
let nowMs = 0x6a4f0510 * 1000;
let fleet: Fleet;
const open: { destroy(): void }[] = [];

beforeAll(async () => {
  fleet = await createFleet({
    firstAddress: '127.21.7.1',
    devices: 8,
    ports: { plain: port, tls: undefined },
    timing: { onMs: [10, 10], offMs: 10, gracefulMs: 10 },
    now: () => nowMs,
  });
  await fleet.start();
});

afterEach(() => {
  for (const comm of open.splice(0)) comm.destroy();
});

afterAll(() => fleet.stop());

/** MeshCentral connected to one device. */
function mesh(host: string, user = 'admin', password = 'Lab-Passw0rd!') {
  const load = createRequire(import.meta.url);
  const createComm = load(join(amtFolder, 'amt-wsman-comm.js'));
  const createWsman = load(join(amtFolder, 'amt-wsman.js'));
  const createStack = load(join(amtFolder, 'amt.js'));
  const comm = createComm(fleet.device(host).address, port, user, password, 0, undefined, null);
  comm.xtlsFingerprint = 0;
  open.push(comm);
  const stack: MeshStack = createStack(createWsman(comm));
  /** Calls a method of the stack that ends with a callback. */
  const ask = (name: string, ...given: unknown[]): Promise<Answer> =>
    new Promise((resolve) => {
      const call = stack[name];
      if (!call) throw new Error(`MeshCentral has no ${name}`);
      call(...given, (_stack: unknown, _name: unknown, response: unknown, status: number) => {
        const items = Array.isArray(response) ? response.map(asContent) : [];
        resolve({ status, body: items[0] ?? asContent(asContent(response).Body), items });
      });
    });
  return { stack, ask };
}

/** The logs have callbacks of their own. */
const auditLog = (stack: MeshStack): Promise<readonly Content[]> =>
  new Promise((resolve) =>
    stack.GetAuditLog?.((_stack: unknown, records: unknown[]) => resolve(records.map(asContent))),
  );

const eventLog = (stack: MeshStack): Promise<readonly Content[]> =>
  new Promise((resolve) =>
    stack.GetMessageLog?.((_stack: unknown, records: unknown[]) => resolve(records.map(asContent))),
  );

theTest('reads what it did in the audit log, over several pages', async () => {
  const { stack, ask } = mesh('host1');
  await ask('RequestPowerStateChange', 2);
  nowMs += 1000;
  await ask('RequestPowerStateChange', 10);
  for (let n = 0; n < 10; n += 1) await ask('AMT_MessageLog_ClearLog');
  const records = await auditLog(stack);
  expect(records).toHaveLength(15);
  expect(records[3]).toMatchObject({
    AuditApp: 'RCO',
    Event: 'Performed Power Up',
    Initiator: 'admin',
    MCLocationType: 0,
    NetAddress: '127.0.0.1',
  });
  expect(records[4]).toMatchObject({ Event: 'Performed Reset' });
  expect(records.slice(5).every(({ Event }) => Event === 'Event Log Cleared')).toBe(true);
  const offsetMs = new Date().getTimezoneOffset() * 60_000;
  expect(Number(records[4]?.Time)).toBe(nowMs + offsetMs);
});

theTest('locks, reads and clears the audit log', async () => {
  const { ask } = mesh('host2');
  const locked = await ask('AMT_AuditLog_SetAuditLock', 60, 0, null);
  expect(locked.body).toMatchObject({ ReturnValue: 0, Handle: 1 });
  expect((await ask('AMT_AuditLog_ClearLog')).body.ReturnValue).toBe(0);
  expect((await ask('AMT_AuditLog_SetAuditLock', null, 2, locked.body.Handle)).body.ReturnValue).toBe(0);
  expect((await ask('Get', 'AMT_AuditLog')).body).toMatchObject({ CurrentNumberOfRecords: 3, AuditState: 16 });
  expect((await ask('AMT_AuditPolicyRule_SetAuditPolicy', true, 17, 0, 1)).body.ReturnValue).toBe(0);
});

theTest('decodes the event log', async () => {
  const { stack, ask } = mesh('host3');
  await ask('RequestPowerStateChange', 2);
  nowMs += 1000;
  const records = await eventLog(stack);
  expect(records.slice(0, 2)).toMatchObject([
    { Desc: 'Starting operating system boot process', EntityStr: 'BIOS' },
    { Desc: 'PCI resource configuration', EntityStr: 'BIOS' },
  ]);
  expect(records).toHaveLength(4);
});

theTest('adds an account, logs in with it, and is held to its realms', async () => {
  const { ask } = mesh('host4');
  const hash = createHash('md5')
    .update(`operator:${fleet.device('host4').realm}:P@ssw0rd1`)
    .digest('base64');
  const added = await ask('AMT_AuthorizationService_AddUserAclEntryEx', 'operator', hash, null, 2, [5, 13]);
  expect(added.body).toMatchObject({ ReturnValue: 0, Handle: 2 });
  const listed = await ask('AMT_AuthorizationService_EnumerateUserAclEntries', 1);
  expect(listed.body).toMatchObject({ TotalCount: 2, Handles: [1, 2] });
  const entry = await ask('AMT_AuthorizationService_GetUserAclEntryEx', 2);
  expect(entry.body).toMatchObject({ DigestUsername: 'operator', AccessPermission: 2, Realms: [5, 13] });

  const operator = mesh('host4', 'operator', 'P@ssw0rd1');
  expect((await operator.ask('RequestPowerStateChange', 2)).body.ReturnValue).toBe(0);
  expect((await operator.ask('AMT_AuthorizationService_EnumerateUserAclEntries', 1)).status).toBe(400);
  // Its decoder throws on the record of an account that was added (splice on a Buffer): only the second one is read.
  const { body } = await ask('AMT_AuditLog_ReadRecords', 5);
  expect(body).toMatchObject({ TotalRecordCount: 5, RecordsReturned: 1 });
  const record = Buffer.from(String(body.EventRecords), 'base64');
  expect(record.subarray(0, 14).toString('latin1')).toBe('\x00\x11\x00\x00\x00\x08operator');
  expect((await ask('AMT_AuthorizationService_RemoveUserAclEntry', 2)).body.ReturnValue).toBe(0);
});

theTest('reads the general settings and puts them back changed', async () => {
  const { stack, ask } = mesh('host5');
  const { body } = await ask('Get', 'AMT_GeneralSettings');
  expect(body).toMatchObject({
    HostName: 'host5',
    DigestRealm: fleet.device('host5').realm,
    PingResponseEnabled: true,
  });
  const put = await new Promise<number>((resolve) => {
    // Everything that came is sent back, read-only properties too.
    const changed = { ...body, HostName: 'renamed' };
    stack.Put?.('AMT_GeneralSettings', changed, (_s: unknown, _n: unknown, _r: unknown, status: number) =>
      resolve(status),
    );
  });
  expect(put).toBe(200);
  expect((await ask('Get', 'AMT_GeneralSettings')).body.HostName).toBe('renamed');
  expect((await auditLog(stack)).at(-1)).toMatchObject({ Event: 'Host Name Set' });
});

theTest('boots from the network once', async () => {
  const { stack, ask } = mesh('host6');
  const { body } = await ask('Get', 'AMT_BootSettingData');
  // As MeshCentral's power menu does it.
  const refused = [
    'WinREBootEnabled',
    'UEFILocalPBABootEnabled',
    'UEFIHTTPSBootEnabled',
    'SecureBootControlEnabled',
    'BootguardStatus',
    'OptionsCleared',
    'BIOSLastStatus',
    'UefiBootParametersArray',
  ];
  const settings = Object.fromEntries(Object.entries(body).filter(([name]) => !refused.includes(name)));
  const put = await new Promise<number>((resolve) => {
    stack.Put?.(
      'AMT_BootSettingData',
      { ...settings, UseSOL: false },
      (_s: unknown, _n: unknown, _r: unknown, status: number) => resolve(status),
    );
  });
  expect(put).toBe(200);
  expect((await ask('SetBootConfigRole', 1)).body.ReturnValue).toBe(0);
  const source =
    '<Address xmlns="http://schemas.xmlsoap.org/ws/2004/08/addressing">http://schemas.xmlsoap.org/ws/2004/08/addressing</Address>' +
    '<ReferenceParameters xmlns="http://schemas.xmlsoap.org/ws/2004/08/addressing"><ResourceURI xmlns="http://schemas.dmtf.org/' +
    'wbem/wsman/1/wsman.xsd">http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_BootSourceSetting</ResourceURI><SelectorSet ' +
    'xmlns="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><Selector Name="InstanceID">Intel(r) AMT: Force PXE Boot</Selector>' +
    '</SelectorSet></ReferenceParameters>';
  expect((await ask('CIM_BootConfigSetting_ChangeBootOrder', source)).body.ReturnValue).toBe(0);
  expect((await ask('RequestPowerStateChange', 2)).body.ReturnValue).toBe(0);
  nowMs += 1000;
  expect((await ask('Get', 'CIM_AssociatedPowerManagementService')).body.PowerState).toBe(2);
  const { power } = fleet.device('host6');
  expect(power.bootLog.at(-1)).toMatchObject({ source: 'Intel(r) AMT: Force PXE Boot' });
  expect(power.next.source).toBeUndefined();
});

theTest('reads the inventory and sets an alarm', async () => {
  const { stack, ask } = mesh('host7');
  const names = [
    'CIM_Chassis',
    'CIM_Card',
    'CIM_BIOSElement',
    'CIM_Processor',
    'CIM_PhysicalMemory',
    'CIM_MediaAccessDevice',
    'CIM_SoftwareIdentity',
    'IPS_AlarmClockOccurrence',
  ];
  const found: Record<string, readonly Content[]> = {};
  for (const name of names) found[name] = (await ask('Enum', name)).items;
  expect(
    Object.entries(found)
      .filter(([, items]) => items.length === 0)
      .map(([name]) => name),
  ).toEqual(['IPS_AlarmClockOccurrence']);
  expect(found.CIM_SoftwareIdentity?.find(({ InstanceID }) => InstanceID === 'AMT')).toMatchObject({
    VersionString: '15.0.23',
  });

  const start = new Date(nowMs + 600_000);
  const alarm = {
    InstanceID: 'nightly',
    ElementName: 'nightly',
    StartTime: { Datetime: `${start.toISOString().slice(0, 16)}:00Z` },
    Interval: { Datetime: 'P1DT0H0M' },
    DeleteOnCompletion: false,
  };
  const status = await new Promise<number>((resolve) => {
    // This one hands the callback the raw reply.
    stack.AMT_AlarmClockService_AddAlarm?.(alarm, (_w: unknown, _u: unknown, _r: unknown, code: number) =>
      resolve(code),
    );
  });
  expect(status).toBe(200);
  expect(fleet.device('host7').power.alarms).toMatchObject([{ id: 'nightly', intervalMs: 86_400_000 }]);
  expect((await ask('Enum', 'IPS_AlarmClockOccurrence')).body).toMatchObject({ InstanceID: 'nightly' });
});

theTest('sets the clock, the power package, redirection, user consent and a wireless profile', async () => {
  await fleet.setFaults('host8', 'clock-drift:500');
  fleet.setPower('host8', 'on');
  const { stack, ask } = mesh('host8');
  const seconds = Math.floor(nowMs / 1000);
  const { body } = await ask('AMT_TimeSynchronizationService_GetLowAccuracyTimeSynch');
  expect(body.Ta0).toBe(seconds + 500);
  expect(
    (await ask('AMT_TimeSynchronizationService_SetHighAccuracyTimeSynch', body.Ta0, seconds, seconds)).body.ReturnValue,
  ).toBe(0);
  expect(fleet.device('host8').power.clockAheadMs).toBe(0);

  const scheme = await new Promise<unknown>((resolve) => {
    stack.AMT_SystemPowerScheme_SetPowerScheme?.(
      (_s: unknown, _n: unknown, response: unknown) => resolve(asContent(asContent(response).Body).ReturnValue),
      'SCHEME 0',
    );
  });
  expect(scheme).toBe(0);
  expect(fleet.device('host8').power.meInSx).toBe(false);

  expect((await ask('AMT_RedirectionService_RequestStateChange', 32_768)).body.ReturnValue).toBe(0);
  expect((await ask('Get', 'AMT_RedirectionService')).body.EnabledState).toBe(32_768);
  expect((await ask('Get', 'IPS_OptInService')).body).toMatchObject({ OptInRequired: 0, OptInState: 0 });

  const cim = 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/';
  const endpoint = { __parameterType: 'reference', __resourceUri: `${cim}CIM_WiFiEndpoint`, Name: 'WiFi Endpoint 0' };
  const settings = {
    __parameterType: 'instance',
    __namespace: `${cim}CIM_WiFiEndpointSettings`,
    ElementName: 'office',
    InstanceID: 'Intel(r) AMT:WiFi Endpoint Settings office',
    AuthenticationMethod: 6,
    EncryptionMethod: 4,
    SSID: 'office',
    Priority: 1,
    PSKPassPhrase: 'P@ssw0rd1',
  };
  expect(
    (await ask('AMT_WiFiPortConfigurationService_AddWiFiSettings', endpoint, settings, null, null, null)).body
      .ReturnValue,
  ).toBe(0);
  expect((await ask('Enum', 'CIM_WiFiEndpointSettings')).body).toMatchObject({ ElementName: 'office', SSID: 'office' });
});

theTest('did with the devices what the table of what is covered says', () => {
  const counted = fleet.devices.flatMap(({ counters }) => [...counters.requests.keys()]);
  const did = Object.entries(meshCentralOperations).flatMap(([name, all]) =>
    all.split(' ').map((one) => `${name}.${one}`),
  );
  expect([...new Set(counted.map((one) => one.replace('.Pull', '.Enumerate')))].sort()).toEqual(did.sort());
});
