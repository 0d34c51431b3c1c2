import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { consentOf } from '../../../lab/classes/access/opt-in.ts';
import { createFleet, type Fleet } from '../../../lab/fleet.ts';
import { asking } from '../asking.ts';
import { openWire, reference, textOf, textsOf } from '../wire.ts';

let fleet: Fleet;
let nowMs = Date.UTC(2026, 10, 23, 9);
const port = 16992;

beforeAll(async () => {
  fleet = await createFleet({
    firstAddress: '127.21.6.121',
    devices: 3,
    powered: 'on',
    ports: { plain: port, tls: undefined },
    now: () => nowMs,
  });
  await fleet.start();
});

afterAll(() => fleet.stop());

const ask = () => asking(fleet);

/** Event ids in the last page of the audit log. */
async function audited(host = 'host1'): Promise<number[]> {
  const total = Number(await ask().get('AMT_AuditLog', 'CurrentNumberOfRecords', host));
  const content = `<r:StartIndex>${Math.max(1, total - 9)}</r:StartIndex>`;
  const { body } = await ask().call('AMT_AuditLog', 'ReadRecords', content, host);
  return textsOf(body, 'EventRecords').map((text) => {
    const bytes = Buffer.from(text, 'base64');
    return bytes.readUInt16BE(0) * 100 + bytes.readUInt16BE(2);
  });
}

describe('general settings', () => {
  test.each([
    ['a host name with a dot', '<h:HostName>a.b</h:HostName>', 12],
    ['a host name with a blank', '<h:HostName>a b</h:HostName>', 12],
    ['a domain with a slash', '<h:DomainName>a/b</h:DomainName>', 28],
    ['no wake timeout', '<h:IdleWakeTimeout>0</h:IdleWakeTimeout>', 36],
    ['DDNS every minute', '<h:DDNSPeriodicUpdateInterval>1</h:DDNSPeriodicUpdateInterval>', 36],
  ])('%s is refused by its status, and nothing is kept', async (_name, content, status) => {
    const { body } = await ask().put(
      'AMT_GeneralSettings',
      `${content}<h:PingResponseEnabled>false</h:PingResponseEnabled>`,
    );
    expect(body).toContain(`AMT-STATUS ${status}<`);
    expect(await ask().get('AMT_GeneralSettings', 'PingResponseEnabled')).toBe('true');
  });

  test('the realm of the passwords can be echoed but not changed', async () => {
    const { realm } = fleet.device('host1');
    expect((await ask().put('AMT_GeneralSettings', `<h:DigestRealm>${realm}</h:DigestRealm>`)).status).toBe(200);
    expect((await ask().put('AMT_GeneralSettings', '<h:DigestRealm>Digest:0</h:DigestRealm>')).status).toBe(400);
  });
});

describe('redirection', () => {
  test('is switched by state or by Put, each change logged', async () => {
    const state = (value: number) =>
      ask().call('AMT_RedirectionService', 'RequestStateChange', `<r:RequestedState>${value}</r:RequestedState>`);
    expect((await state(32_770)).returnValue).toBe(0);
    expect(await ask().get('AMT_RedirectionService', 'EnabledState')).toBe('32770');
    expect((await state(2)).returnValue).toBe(5);
    await ask().put(
      'AMT_RedirectionService',
      '<h:EnabledState>32769</h:EnabledState><h:ListenerEnabled>false</h:ListenerEnabled>',
    );
    expect((await audited()).slice(-3)).toEqual([1803, 1802, 1807]);
    expect(await ask().get('AMT_RedirectionService', 'ListenerEnabled')).toBe('false');
  });

  test('KVM goes off and on', async () => {
    const state = (value: number) =>
      ask().call('CIM_KVMRedirectionSAP', 'RequestStateChange', `<r:RequestedState>${value}</r:RequestedState>`);
    await state(3);
    expect(await ask().get('CIM_KVMRedirectionSAP', 'EnabledState')).toBe('3');
    await state(2);
    expect(await ask().get('CIM_KVMRedirectionSAP', 'EnabledState')).toBe('6');
    expect((await audited()).slice(-2)).toEqual([1811, 1810]);
  });

  test('a VNC password has eight characters and is never shown', async () => {
    const put = (password: string) =>
      ask().put('IPS_KVMRedirectionSettingData', `<h:RFBPassword>${password}</h:RFBPassword>`);
    expect((await put('short')).body).toContain('AMT-STATUS 2054');
    expect((await put('P@ssw0rd')).body).toContain('<g:RFBPassword></g:RFBPassword>');
    expect((await audited()).at(-1)).toBe(2902);
  });
});

describe('user consent', () => {
  const call = (method: string, content = '') => ask().call('IPS_OptInService', method, content, 'host2');
  const code = () => consentOf({ device: fleet.device('host2'), nowMs }).code;
  const boot = () => {
    const pxe = reference('CIM_BootSourceSetting', 'InstanceID', 'Intel(r) AMT: Force PXE Boot');
    return ask().call('CIM_BootConfigSetting', 'ChangeBootOrder', `<r:Source>${pxe}</r:Source>`, 'host2');
  };

  test('asked for everything, the boot order needs the code on the screen', async () => {
    expect((await call('StartOptIn')).returnValue).toBe(2);
    expect((await boot()).returnValue).toBe(0);
    await ask().put('IPS_OptInService', '<h:OptInRequired>4294967295</h:OptInRequired>', {}, 'host2');
    expect((await audited('host2')).at(-1)).toBe(3000);
    expect((await boot()).returnValue).toBe(2081);
    expect((await call('StartOptIn')).returnValue).toBe(0);
    expect(await ask().get('IPS_OptInService', 'OptInState', 'host2')).toBe('2');
    const right = code();
    expect((await call('SendOptInCode', `<r:OptInCode>${(right + 1) % 1_000_000}</r:OptInCode>`)).returnValue).toBe(36);
    expect((await call('SendOptInCode', `<r:OptInCode>${right}</r:OptInCode>`)).returnValue).toBe(0);
    expect((await boot()).returnValue).toBe(0);
    nowMs += 121_000;
    expect((await boot()).returnValue).toBe(2081);
  });

  test('three wrong codes end it', async () => {
    await call('StartOptIn');
    const wrong = (code() + 1) % 1_000_000;
    for (let n = 0; n < 3; n += 1) await call('SendOptInCode', `<r:OptInCode>${wrong}</r:OptInCode>`);
    expect(await ask().get('IPS_OptInService', 'OptInState', 'host2')).toBe('0');
    expect((await audited('host2')).at(-1)).toBe(3001);
    expect((await call('CancelOptIn')).returnValue).toBe(2);
  });

  test('a policy that is none is refused', async () => {
    const { body } = await ask().put('IPS_OptInService', '<h:OptInRequired>7</h:OptInRequired>', {}, 'host2');
    expect(body).toContain('AMT-STATUS 36');
  });
});

describe('Kerberos', () => {
  const put = (content: string) => ask().put('AMT_KerberosSettingData', content);

  test('keeps principals and realm, never shows a key', async () => {
    const key = Buffer.alloc(16, 7).toString('base64');
    const { status, body } = await put(
      `<h:KeyVersion>3</h:KeyVersion><h:KrbEnabled>true</h:KrbEnabled><h:MasterKey>${key}</h:MasterKey>` +
        '<h:MaximumClockTolerance>5</h:MaximumClockTolerance><h:RealmName>LAB.EXAMPLE</h:RealmName>' +
        '<h:ServicePrincipalName>HTTP/host1:16992</h:ServicePrincipalName><h:ServicePrincipalName>HTTP/host1:16993</h:ServicePrincipalName>' +
        '<h:ServicePrincipalProtocol>0</h:ServicePrincipalProtocol><h:ServicePrincipalProtocol>1</h:ServicePrincipalProtocol>',
    );
    expect(status).toBe(200);
    expect(textsOf(body, 'ServicePrincipalName')).toEqual(['HTTP/host1:16992', 'HTTP/host1:16993']);
    expect(body).not.toContain('MasterKey');
    expect((await audited()).slice(-2)).toEqual([1613, 1614]);
  });

  test.each([
    [
      'principals without protocols',
      '<h:KrbEnabled>true</h:KrbEnabled><h:ServicePrincipalName>x</h:ServicePrincipalName>',
    ],
    ['a short key', '<h:KrbEnabled>true</h:KrbEnabled><h:MasterKey>AAAA</h:MasterKey>'],
    ['six minutes', '<h:KrbEnabled>true</h:KrbEnabled><h:MaximumClockTolerance>6</h:MaximumClockTolerance>'],
    ['a passphrase without salt', '<h:KrbEnabled>true</h:KrbEnabled><h:Passphrase>x</h:Passphrase>'],
  ])('%s: status 36', async (_name, content) => {
    expect((await put(content)).body).toContain('AMT-STATUS 36');
  });

  test('what is required must be there', async () => {
    expect((await put('<h:RealmName>X</h:RealmName>')).body).toContain('e:SchemaValidationError');
  });
});

describe('802.1X and wireless', () => {
  const cim = 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/';
  const endpoint = `<r:WiFiEndpoint>${reference('CIM_WiFiEndpoint', 'Name', 'WiFi Endpoint 0')}</r:WiFiEndpoint>`;
  const profile = (name: string, priority: number, more: string, ieee8021x = '') =>
    `${endpoint}<r:WiFiEndpointSettingsInput xmlns:q="${cim}CIM_WiFiEndpointSettings"><q:ElementName>${name}</q:ElementName>` +
    `<q:InstanceID>Intel(r) AMT:WiFi Endpoint Settings ${name}</q:InstanceID><q:Priority>${priority}</q:Priority><q:SSID>${name}</q:SSID>` +
    `${more}</r:WiFiEndpointSettingsInput>${ieee8021x}`;
  const shared =
    '<q:AuthenticationMethod>6</q:AuthenticationMethod><q:EncryptionMethod>4</q:EncryptionMethod><q:PSKPassPhrase>P@ssw0rd</q:PSKPassPhrase>';
  const add = (content: string) => ask().call('AMT_WiFiPortConfigurationService', 'AddWiFiSettings', content);

  test('a wired profile needs a protocol, and keeps its password to itself', async () => {
    const put = (content: string) => ask().put('IPS_IEEE8021xSettings', content);
    expect((await put('<h:Enabled>2</h:Enabled>')).body).toContain('AMT-STATUS 36');
    const { body } = await put(
      '<h:AuthenticationProtocol>2</h:AuthenticationProtocol><h:Enabled>2</h:Enabled><h:Password>secret</h:Password><h:Username>host1</h:Username>',
    );
    expect(textOf(body, 'Username')).toBe('host1');
    expect(body).not.toContain('secret');
  });

  test('a certificate of a profile can not be deleted', async () => {
    const issuer = reference('AMT_PublicKeyCertificate', 'InstanceID', 'Intel(r) AMT Certificate: Handle: 0');
    const missing = reference('AMT_PublicKeyCertificate', 'InstanceID', 'Intel(r) AMT Certificate: Handle: 9');
    const set = (one: string) =>
      ask().call(
        'IPS_IEEE8021xSettings',
        'SetCertificates',
        `<r:ServerCertificateIssuer>${one}</r:ServerCertificateIssuer>`,
      );
    expect((await set(missing)).returnValue).toBe(2068);
    expect((await set(issuer)).returnValue).toBe(0);
    const removed = await ask().send({
      className: 'AMT_PublicKeyCertificate',
      operation: 'Delete',
      selectors: { InstanceID: 'Intel(r) AMT Certificate: Handle: 0' },
    });
    expect(removed.body).toContain('AMT-STATUS 16');
  });

  test('wireless profiles are added, told without their secrets, and deleted', async () => {
    expect((await add(profile('office', 1, shared))).returnValue).toBe(0);
    expect((await add(profile('office', 2, shared))).returnValue).toBe(2058);
    expect((await add(profile('other', 1, shared))).returnValue).toBe(2058);
    const enterprise =
      `<r:IEEE8021xSettingsInput xmlns:q="${cim}CIM_IEEE8021xSettings"><q:ElementName>staff</q:ElementName>` +
      '<q:AuthenticationProtocol>2</q:AuthenticationProtocol><q:Username>host1</q:Username><q:Password>secret</q:Password></r:IEEE8021xSettingsInput>';
    const method7 = '<q:AuthenticationMethod>7</q:AuthenticationMethod><q:EncryptionMethod>4</q:EncryptionMethod>';
    expect((await add(profile('staff', 2, method7, enterprise))).returnValue).toBe(0);
    const selectors = { InstanceID: 'Intel(r) AMT:WiFi Endpoint Settings office' };
    const read = await ask().send({ className: 'CIM_WiFiEndpointSettings', operation: 'Get', selectors });
    expect(textOf(read.body, 'SSID')).toBe('office');
    expect(read.body).not.toContain('PSK');
    expect((await ask().send({ className: 'CIM_WiFiEndpointSettings', operation: 'Delete', selectors })).status).toBe(
      200,
    );
    expect((await audited()).slice(-3)).toEqual([2700, 2700, 2701]);
  });

  test.each([
    ['a shared key that is short', shared.replace('P@ssw0rd', 'short')],
    ['WEP', shared.replace('<q:EncryptionMethod>4<', '<q:EncryptionMethod>2<')],
    [
      '802.1X without its settings',
      '<q:AuthenticationMethod>7</q:AuthenticationMethod><q:EncryptionMethod>4</q:EncryptionMethod>',
    ],
  ])('%s is refused', async (_name, more) => {
    expect((await add(profile('x', 9, more))).returnValue).toBe(36);
  });

  test('an unknown element in a profile violates the schema', async () => {
    expect((await add(profile('x', 9, `${shared}<q:Colour>red</q:Colour>`))).body).toContain('e:SchemaValidationError');
  });
});

describe('set-up', () => {
  const call = (method: string, content = '') =>
    ask().call('AMT_SetupAndConfigurationService', method, content, 'host3');

  test('a password of the BIOS screens has all kinds of characters', async () => {
    expect((await call('SetMEBxPassword', '<r:Password>password</r:Password>')).returnValue).toBe(2054);
    expect((await call('SetMEBxPassword', '<r:Password>P@ssw0rd</r:Password>')).returnValue).toBe(0);
  });

  test('host-based set-up is over', async () => {
    const { body } = await ask().send({ className: 'IPS_HostBasedSetupService', operation: 'Get' }, 'host3');
    expect(textOf(body, 'CurrentControlMode')).toBe('2');
    const setup =
      '<r:NetAdminPassEncryptionType>2</r:NetAdminPassEncryptionType><r:NetworkAdminPassword>00ff</r:NetworkAdminPassword>';
    expect((await ask().call('IPS_HostBasedSetupService', 'Setup', setup, 'host3')).returnValue).toBe(2);
  });

  test('after an unprovisioning nothing can be done any more', async () => {
    expect((await call('Unprovision', '<r:ProvisioningMode>9</r:ProvisioningMode>')).returnValue).toBe(36);
    expect((await call('Unprovision', '<r:ProvisioningMode>1</r:ProvisioningMode>')).returnValue).toBe(0);
    expect(await ask().get('AMT_SetupAndConfigurationService', 'ProvisioningState', 'host3')).toBe('0');
    expect((await ask().send({ className: 'CIM_Chassis', operation: 'Get' }, 'host3')).body).toContain(
      'e:AccessDenied',
    );
  });

  test('up to AMT 11 an auditor can hold it up', async () => {
    const old = await createFleet({
      firstAddress: '127.21.6.131',
      persona: 'amt-11.8',
      ports: { plain: port, tls: undefined },
    });
    await old.start();
    const own = asking(old);
    const auditor =
      `<r:DigestUsername>auditor</r:DigestUsername><r:DigestPassword>${Buffer.alloc(16).toString('base64')}</r:DigestPassword>` +
      '<r:AccessPermission>2</r:AccessPermission><r:Realms>20</r:Realms>';
    await own.call('AMT_AuthorizationService', 'AddUserAclEntryEx', auditor);
    expect((await own.call('AMT_SetupAndConfigurationService', 'Unprovision')).returnValue).toBe(2076);
    const blocking = await own.call('AMT_SetupAndConfigurationService', 'GetUnprovisionBlockingComponents');
    expect(textsOf(blocking.body, 'Component')).toEqual(['1']);
    await old.stop();
  });
});

test('the web pages go away when they are switched off', async () => {
  const status = async () => {
    const wire = await openWire('127.21.6.121', port);
    const reply = await wire.exchange('GET / HTTP/1.1\r\nHost: lab\r\n\r\n');
    wire.close();
    return reply.status;
  };
  expect(await status()).toBe(303);
  await ask().call('AMT_WebUIService', 'RequestStateChange', '<r:RequestedState>3</r:RequestedState>');
  expect(await status()).toBe(404);
});
