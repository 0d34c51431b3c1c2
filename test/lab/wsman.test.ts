import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SaxesParser } from 'saxes';
import { createFleet, type Fleet } from '../../lab/fleet.ts';
import {
  identify,
  input,
  logOn,
  reference,
  type Session,
  type SoapInput,
  soap,
  textOf,
  textsOf,
  uriOf,
} from './wire.ts';

let fleet: Fleet;
let session: Session;
const port = 16992;

beforeAll(async () => {
  fleet = await createFleet({ devices: 3, firstAddress: '127.21.2.21', ports: { plain: port, tls: undefined } });
  await fleet.start();
});

afterAll(() => fleet.stop());

/** One request on a fresh session, since a fault ends the connection. */
async function send(given: SoapInput, host = 'host1'): Promise<{ status: number; body: string }> {
  session = await logOn(fleet.device(host).address, { port });
  const reply = await session.send(soap(given));
  session.close();
  new SaxesParser({ xmlns: true }).write(reply.body).close();
  return reply;
}

/** Names of the elements directly in the instance, in order, repetitions kept. */
function propertyNames(xml: string, className: string): string[] {
  const names: string[] = [];
  let depth = 0;
  let inside = -1;
  const parser = new SaxesParser({ xmlns: true });
  parser.on('opentag', ({ local }) => {
    depth += 1;
    if (inside >= 0 && depth === inside + 1) names.push(local);
    if (inside < 0 && local === className) inside = depth;
  });
  parser.on('closetag', () => {
    depth -= 1;
    if (depth < inside) inside = 1000;
  });
  parser.write(xml).close();
  return names;
}

test('Identify gives vendor and firmware version', async () => {
  session = await logOn('127.21.2.21', { port });
  const { body } = await session.send(identify);
  session.close();
  expect(textOf(body, 'ProductVendor')).toBe('Intel(r)');
  expect(textOf(body, 'ProductVersion')).toBe('AMT 15.0.23');
  expect(textOf(body, 'ProtocolVersion')).toBe('http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd');
});

describe('properties come in the recorded order', () => {
  const recorded: Readonly<Record<string, string>> = {
    AMT_GeneralSettings:
      'AMTNetworkEnabled DDNSPeriodicUpdateInterval DDNSTTL DDNSUpdateByDHCPServerEnabled DDNSUpdateEnabled ' +
      'DHCPv6ConfigurationTimeout DigestRealm DomainName ElementName HostName HostOSFQDN IdleWakeTimeout InstanceID ' +
      'NetworkInterfaceEnabled PingResponseEnabled PowerSource PreferredAddressFamily PresenceNotificationInterval ' +
      'PrivacyLevel RmcpPingResponseEnabled SharedFQDN ThunderboltDockEnabled WsmanOnlyMode',
    AMT_SetupAndConfigurationService:
      'CreationClassName ElementName EnabledState Name PasswordModel ProvisioningMode ProvisioningServerOTP ' +
      'ProvisioningState RequestedState SystemCreationClassName SystemName ZeroTouchConfigurationEnabled',
    CIM_AssociatedPowerManagementService: 'AvailableRequestedPowerStates PowerState ServiceProvided UserOfService',
    CIM_PowerManagementService:
      'CreationClassName ElementName EnabledState Name RequestedState SystemCreationClassName SystemName',
    CIM_ComputerSystemPackage: 'Antecedent Dependent PlatformGUID',
    AMT_BootCapabilities:
      'BIOSPause BIOSReflash BIOSSecureBoot BIOSSetup ConfigurationDataReset ElementName ForceCDorDVDBoot ' +
      'ForceDiagnosticBoot ForceHardDriveBoot ForceHardDriveSafeModeBoot ForcePXEBoot ForcedProgressEvents IDER ' +
      'InstanceID KeyboardLock PowerButtonLock ResetButtonLock SOL SecureErase SleepButtonLock UserPasswordBypass ' +
      'VerbosityQuiet VerbosityScreenBlank VerbosityVerbose',
    AMT_BootSettingData:
      'BIOSLastStatus BIOSLastStatus BIOSPause BIOSSetup BootMediaIndex BootguardStatus ConfigurationDataReset ' +
      'ElementName EnforceSecureBoot FirmwareVerbosity ForcedProgressEvents IDERBootDevice InstanceID LockKeyboard ' +
      'LockPowerButton LockResetButton LockSleepButton OptionsCleared OwningEntity PlatformErase RPEEnabled ' +
      'RSEPassword ReflashBIOS SecureBootControlEnabled SecureErase UEFIHTTPSBootEnabled UEFILocalPBABootEnabled ' +
      'UefiBootNumberOfParams UseIDER UseSOL UseSafeMode UserPasswordBypass WinREBootEnabled',
    CIM_BootService:
      'CreationClassName ElementName EnabledState Name OperationalStatus RequestedState SystemCreationClassName SystemName',
    CIM_BootConfigSetting: 'ElementName InstanceID',
  };
  for (const [className, names] of Object.entries(recorded)) {
    test(className, async () => {
      const { status, body } = await send({ className, operation: 'Get' });
      expect(status).toBe(200);
      expect(propertyNames(body, className)).toEqual(names.split(' '));
    });
  }

  test('IPS_PowerManagementService has OSPowerSavingState last, and not at all while the PC is off', async () => {
    const className = 'IPS_PowerManagementService';
    const off = await send({ className, operation: 'Get' }, 'host2');
    expect(propertyNames(off.body, className).at(-1)).toBe('SystemName');
    fleet.setPower('host2', 'on');
    const on = await send({ className, operation: 'Get' }, 'host2');
    expect(propertyNames(on.body, className).at(-1)).toBe('OSPowerSavingState');
    expect(textOf(on.body, 'OSPowerSavingState')).toBe('2');
  });
});

describe('instances', () => {
  test('firmware versions as recorded', async () => {
    const { body } = await pullAll('CIM_SoftwareIdentity');
    expect(textsOf(body, 'InstanceID')).toEqual([
      'Flash',
      'Netstack',
      'AMTApps',
      'AMT',
      'Sku',
      'VendorID',
      'Build Number',
      'Recovery Version',
      'Recovery Build Num',
      'Legacy Mode',
      'AMT FW Core Version',
    ]);
  });

  test('a selector picks one', async () => {
    const { body } = await send({
      className: 'CIM_SoftwareIdentity',
      operation: 'Get',
      selectors: { InstanceID: 'AMT' },
    });
    expect(textOf(body, 'VersionString')).toBe('15.0.23');
    expect(body).toContain('xmlns:h="http://schemas.dmtf.org/wbem/wscim/1/common"');
  });

  test.each([
    ['no selector where there are several', 'CIM_SoftwareIdentity', {}],
    ['a value that no instance has', 'CIM_SoftwareIdentity', { InstanceID: 'Nobody' }],
    ['a property that is no key', 'AMT_GeneralSettings', { HostName: 'host1' }],
  ])('%s is InvalidSelectors', async (_name, className, selectors) => {
    const { status, body } = await send({ className, operation: 'Get', selectors });
    expect(status).toBe(400);
    expect(body).toContain('<a:Value>e:InvalidSelectors</a:Value>');
  });

  test('both computer systems, one of them the managed one', async () => {
    const { body } = await pullAll('CIM_ComputerSystem');
    expect(textsOf(body, 'Name')).toEqual(['ManagedSystem', 'Intel(r) AMT']);
  });

  test('UUIDs agree and differ between devices', async () => {
    const guid = async (host: string) =>
      textOf((await send({ className: 'CIM_ComputerSystemPackage', operation: 'Get' }, host)).body, 'PlatformGUID');
    const { body } = await send({
      className: 'AMT_SetupAndConfigurationService',
      operation: 'GetUuid',
      body: input('AMT_SetupAndConfigurationService', 'GetUuid', ''),
    });
    const uuid = Buffer.from(textOf(body, 'UUID') ?? '', 'base64')
      .toString('hex')
      .toUpperCase();
    expect(await guid('host1')).toBe(uuid);
    expect(await guid('host2')).not.toBe(uuid);
  });
});

async function pullAll(className: string): Promise<{ status: number; body: string }> {
  const begun = await send({ className, operation: 'Enumerate', body: enumerateBody });
  expect(textOf(begun.body, 'ResourceURI')).toBe(uriOf(className));
  const context = textOf(begun.body, 'EnumerationContext') ?? '';
  return send({ className, operation: 'Pull', body: pullBody(context, 999) });
}

const enumerateBody = '<Enumerate xmlns="http://schemas.xmlsoap.org/ws/2004/09/enumeration"/>';
const pullBody = (context: string, max?: number): string =>
  `<Pull xmlns="http://schemas.xmlsoap.org/ws/2004/09/enumeration"><EnumerationContext>${context}</EnumerationContext>` +
  `${max === undefined ? '' : `<MaxElements>${max}</MaxElements>`}</Pull>`;

describe('enumeration', () => {
  test('context is a little-endian counter in the recorded form', async () => {
    const { body } = await send({ className: 'CIM_BootSourceSetting', operation: 'Enumerate', body: enumerateBody });
    expect(textOf(body, 'EnumerationContext')).toMatch(/^[0-9A-F]{8}-0000-0000-0000-000000000000$/);
    expect(textOf(body, 'EnumerationContext')).toMatch(/^..0000/);
  });

  test('the association by its base class carries the subclass', async () => {
    const { body } = await pullAll('CIM_ServiceAvailableToElement');
    expect(body).toContain('<g:Items><h:CIM_AssociatedPowerManagementService><h:AvailableRequestedPowerStates>');
    expect(body).toMatch(/<\/g:Items><g:EndOfSequence><\/g:EndOfSequence><\/g:PullResponse>/);
  });

  test('pulls one element when the client does not say how many, until the end', async () => {
    const className = 'CIM_BootSourceSetting';
    const begun = await send({ className, operation: 'Enumerate', body: enumerateBody }, 'host3');
    const context = textOf(begun.body, 'EnumerationContext') ?? '';
    const seen: (string | undefined)[] = [];
    for (let n = 0; n < 3; n += 1) {
      const { body } = await send({ className, operation: 'Pull', body: pullBody(context) }, 'host3');
      seen.push(textOf(body, 'InstanceID'));
      expect(body.includes('EndOfSequence')).toBe(n === 2);
      expect(textOf(body, 'EnumerationContext')).toBe(n === 2 ? undefined : context);
    }
    expect(seen).toEqual([
      'Intel(r) AMT: Force Hard-drive Boot',
      'Intel(r) AMT: Force PXE Boot',
      'Intel(r) AMT: Force CD/DVD Boot',
    ]);
    const { status, body } = await send({ className, operation: 'Pull', body: pullBody(context) }, 'host3');
    expect(status).toBe(500);
    expect(body).toContain('<a:Value>c:InvalidEnumerationContext</a:Value>');
  });

  test('left open too often, the device has no context any more until one is released', async () => {
    const className = 'CIM_BootSourceSetting';
    const contexts = [];
    for (let n = 0; n < 8; n += 1) {
      const { body } = await send({ className, operation: 'Enumerate', body: enumerateBody }, 'host3');
      contexts.push(textOf(body, 'EnumerationContext'));
    }
    const refused = await send({ className, operation: 'Enumerate', body: enumerateBody }, 'host3');
    expect(refused).toMatchObject({ status: 400, body: expect.stringContaining('e:QuotaLimit') });
    const released = await send(
      {
        className,
        operation: 'Release',
        body: `<Release xmlns="http://schemas.xmlsoap.org/ws/2004/09/enumeration"><EnumerationContext>${contexts[0]}</EnumerationContext></Release>`,
      },
      'host3',
    );
    expect(released.status).toBe(200);
    const again = await send({ className, operation: 'Enumerate', body: enumerateBody }, 'host3');
    expect(again.status).toBe(200);
  });
});

describe('methods', () => {
  const className = 'CIM_BootConfigSetting';
  const invoke = (content: string) =>
    send({ className, operation: 'ChangeBootOrder', body: input(className, 'ChangeBootOrder', content) });

  test('output element and action as recorded', async () => {
    const { body } = await invoke('');
    expect(body).toContain('<g:ChangeBootOrder_OUTPUT><g:ReturnValue>0</g:ReturnValue></g:ChangeBootOrder_OUTPUT>');
    expect(textOf(body, 'Action')).toBe(`${uriOf(className)}/ChangeBootOrderResponse`);
  });

  test('an empty Source is refused as AMT 16.1.30 does, a missing one is not', async () => {
    const { status, body } = await invoke('<r:Source></r:Source>');
    expect(status).toBe(400);
    expect(body).toContain('The supplied SOAP violates the corresponding XML schema definition.');
    expect((await invoke('')).status).toBe(200);
  });

  test('a reference is checked', async () => {
    const pxe = reference('CIM_BootSourceSetting', 'InstanceID', 'Intel(r) AMT: Force PXE Boot');
    expect(textOf((await invoke(`<r:Source>${pxe}</r:Source>`)).body, 'ReturnValue')).toBe('0');
    const none = reference('CIM_BootSourceSetting', 'InstanceID', 'Nothing');
    expect(textOf((await invoke(`<r:Source>${none}</r:Source>`)).body, 'ReturnValue')).toBe('5');
  });

  const managed = `<r:ManagedElement>${reference('CIM_ComputerSystem', 'Name', 'ManagedSystem')}</r:ManagedElement>`;
  test.each([
    ['unknown argument', '<r:PowerState>2</r:PowerState><r:Colour>red</r:Colour>'],
    ['wrong order', `${managed}<r:PowerState>2</r:PowerState>`],
    ['argument twice', '<r:PowerState>2</r:PowerState><r:PowerState>2</r:PowerState>'],
    ['no number', '<r:PowerState>on</r:PowerState>'],
    ['another namespace', '<PowerState xmlns="urn:other">2</PowerState>'],
  ])('%s violates the schema', async (_name, content) => {
    const { status, body } = await send({
      className: 'CIM_PowerManagementService',
      operation: 'RequestPowerStateChange',
      body: input('CIM_PowerManagementService', 'RequestPowerStateChange', content),
    });
    expect(status).toBe(400);
    expect(body).toContain('e:SchemaValidationError');
    expect(fleet.device('host1').power.requests).toHaveLength(0);
  });

  test('an unknown one is ActionNotSupported', async () => {
    const { body } = await send({ className, operation: 'Explode', body: input(className, 'Explode', '') });
    expect(body).toContain('b:ActionNotSupported');
  });
});

describe('envelopes', () => {
  test('RelatesTo repeats the MessageID, escaped', async () => {
    const { body } = await send({ className: 'AMT_GeneralSettings', operation: 'Get', messageId: 'a&amp;b&lt;c' });
    expect(textOf(body, 'RelatesTo')).toBe('a&amp;b&lt;c');
  });

  test.each([
    ['no XML', 'hello'],
    ['an element left open', '<Envelope>'],
    ['a document type', '<!DOCTYPE x [<!ENTITY e "e">]><Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"/>'],
    ['no SOAP', '<a/>'],
  ])('%s violates the schema', async (_name, text) => {
    session = await logOn('127.21.2.21', { port });
    const reply = await session.send(text);
    expect(reply.status).toBe(400);
    expect(reply.body).toContain('e:SchemaValidationError');
  });

  test('without an action is refused by the addressing fault', async () => {
    session = await logOn('127.21.2.21', { port });
    const text = soap({ className: 'AMT_GeneralSettings', operation: 'Get' }).replace(/<a:Action>.*<\/a:Action>/, '');
    const reply = await session.send(text);
    expect(reply.body).toContain('b:MessageInformationHeaderRequired');
  });
});
