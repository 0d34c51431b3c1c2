import { afterEach, describe, expect, test } from '@jest/globals';
import type { NetworkIdentity } from '../../../src/ports/amt/network-access.ts';
import type { WifiProfileInput } from '../../../src/ports/amt/wifi.ts';
import { errorOf } from '../conversation.ts';
import { fieldsOf, instance, instances, output, type Reply, type Stub, startStub } from './stub.ts';

const open: Stub[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function stub(replies: Record<string, Reply>, version = '15.0.23'): Promise<Stub> {
  const made = await startStub(replies, { host: '127.22.9.7', version });
  open.push(made);
  return made;
}

const identity: NetworkIdentity = {
  method: 'peap-mschapv2',
  username: 'host42$',
  password: 'S3cret!',
  domain: 'EXAMPLE',
  serverName: { name: 'radius.example.com', match: 'full-name' },
};

describe('wired 802.1X', () => {
  const get = 'Get IPS_IEEE8021xSettings';
  const put = 'Put IPS_IEEE8021xSettings';
  const present = instance('IPS_IEEE8021xSettings', {
    AvailableInS0: false,
    ElementName: 'Intel(r) AMT: 8021X Settings',
    Enabled: 3,
    InstanceID: 'Intel(r) AMT: 8021X Settings',
    PxeTimeout: 120,
  });
  const settings = { identity, activeInS0: true, pxeTimeoutSeconds: 60 };

  test('is read', async () => {
    const { run } = await stub({ [get]: present });
    expect(await run((session) => session.provisioning.wiredAccess.read())).toEqual({
      enabled: false,
      method: null,
      username: null,
      domain: null,
      serverName: null,
      activeInS0: false,
      pxeTimeoutSeconds: 120,
    });
  });

  test('by password', async () => {
    const device = await stub({ [get]: present, [put]: '' });
    await device.run((session) => session.provisioning.wiredAccess.enable(settings));
    expect(device.asked).toEqual([get, put]);
    expect(fieldsOf(device.bodies(put)[0])).toEqual({
      AuthenticationProtocol: '2',
      AvailableInS0: 'true',
      Domain: 'EXAMPLE',
      ElementName: 'Intel(r) AMT: 8021X Settings',
      Enabled: '6',
      InstanceID: 'Intel(r) AMT: 8021X Settings',
      Password: 'S3cret!',
      PxeTimeout: '60',
      ServerCertificateName: 'radius.example.com',
      ServerCertificateNameComparison: '0',
      Username: 'host42$',
    });
  });

  test('by certificate: set after the settings', async () => {
    const certificates = 'SetCertificates IPS_IEEE8021xSettings';
    const device = await stub({ [get]: present, [put]: '', [certificates]: output('SetCertificates') });
    const byCertificate = {
      method: 'tls',
      username: 'host42$',
      clientCertificate: 'Handle: 1',
      serverRoot: 'Handle: 2',
    } as const;
    await device.run((session) => session.provisioning.wiredAccess.enable({ ...settings, identity: byCertificate }));
    expect(device.asked).toEqual([get, put, certificates]);
    expect(fieldsOf(device.bodies(put)[0])).toMatchObject({ Enabled: '2', AuthenticationProtocol: '0' });
    expect(device.texts(certificates)[0]).toMatch(
      /ServerCertificateIssuer>.*Handle: 2<.*ClientCertificate>.*Handle: 1</,
    );
  });

  test('off', async () => {
    const device = await stub({ [get]: present, [put]: '' });
    await device.run((session) => session.provisioning.wiredAccess.disable());
    expect(fieldsOf(device.bodies(put)[0])).toMatchObject({ Enabled: '3', PxeTimeout: '120' });
  });

  test('a time-out beyond a day is not sent', async () => {
    const device = await stub({});
    await errorOf(
      device.run((session) => session.provisioning.wiredAccess.enable({ ...settings, pxeTimeoutSeconds: 86_401 })),
    );
    expect(device.asked).toEqual([]);
  });

  describe('before AMT 8.0', () => {
    const profile = instance('AMT_8021XProfile', {
      ActiveInS0: true,
      AuthenticationProtocol: 6,
      ElementName: 'Intel(r) AMT 802.1x Profile',
      Enabled: true,
      InstanceID: 'Intel(r) AMT 802.1x Profile 0',
      PxeTimeout: 0,
    });
    const replies = { 'Get AMT_8021XProfile': profile, 'Put AMT_8021XProfile': '' };

    test('the old profile is read, by its own numbers', async () => {
      const device = await stub(replies, '6.2.61');
      expect(await device.run((session) => session.provisioning.wiredAccess.read())).toMatchObject({
        enabled: true,
        method: 'fast-tls',
      });
      expect(device.asked).toEqual(['Get AMT_8021XProfile']);
    });

    test('and written, certificates and all in one', async () => {
      const device = await stub(replies, '6.2.61');
      await device.run((session) =>
        session.provisioning.wiredAccess.enable({ ...settings, identity: { ...identity, serverRoot: 'Handle: 2' } }),
      );
      const body = device.bodies('Put AMT_8021XProfile')[0];
      expect(fieldsOf(body)).toMatchObject({
        ActiveInS0: 'true',
        AuthenticationProtocol: '2',
        Enabled: 'true',
        PxeTimeout: '60',
      });
      expect(body?.children.map((one) => one.name)).toEqual([...(body?.children ?? [])].map((one) => one.name).sort());
    });

    test('and switched off', async () => {
      const device = await stub(replies, '6.2.61');
      await device.run((session) => session.provisioning.wiredAccess.disable());
      expect(fieldsOf(device.bodies('Put AMT_8021XProfile')[0])).toMatchObject({ Enabled: 'false' });
    });

    test('a method that it lacks is not sent', async () => {
      const device = await stub(replies, '6.2.61');
      const sim = { ...settings, identity: { method: 'sim' } as const };
      const error = await errorOf(device.run((session) => session.provisioning.wiredAccess.enable(sim)));
      expect(error.evidence.join()).toContain('has no sim');
      expect(device.asked).toEqual([]);
    });
  });
});

describe('Wi-Fi', () => {
  const add = 'AddWiFiSettings AMT_WiFiPortConfigurationService';
  const update = 'UpdateWiFiSettings AMT_WiFiPortConfigurationService';
  const stored = instances(
    'CIM_WiFiEndpointSettings',
    instance('CIM_WiFiEndpointSettings', {
      AuthenticationMethod: 6,
      BSSType: 3,
      ElementName: 'office',
      EncryptionMethod: 4,
      InstanceID: 'Intel(r) AMT:WiFi Endpoint Settings office',
      Priority: 1,
      SSID: 'Office',
    }),
    instance('CIM_WiFiEndpointSettings', {
      AuthenticationMethod: 2,
      ElementName: 'old',
      EncryptionMethod: 2,
      Priority: 2,
      SSID: 'Old',
    }),
  );
  const office: WifiProfileInput = {
    name: 'office',
    ssid: 'Office <5G>',
    security: 'wpa2-psk',
    encryption: 'ccmp',
    priority: 1,
    passphrase: 'correct & horse',
  };

  test('profiles', async () => {
    const { run } = await stub(stored);
    expect(await run((session) => session.provisioning.wifi.profiles())).toEqual([
      { name: 'office', ssid: 'Office', security: 'wpa2-psk', encryption: 'ccmp', priority: 1 },
      { name: 'old', ssid: 'Old', security: null, encryption: 'other', priority: 2 },
    ]);
  });

  test('a profile with a passphrase, in the order that real devices take', async () => {
    const device = await stub({ [add]: output('AddWiFiSettings') });
    await device.run((session) => session.provisioning.wifi.add(office));
    const body = device.bodies(add)[0];
    expect(body?.children.map((one) => one.name)).toEqual(['WiFiEndpoint', 'WiFiEndpointSettingsInput']);
    expect(Object.entries(fieldsOf(body?.children[1]))).toEqual([
      ['ElementName', 'office'],
      ['InstanceID', 'Intel(r) AMT:WiFi Endpoint Settings office'],
      ['AuthenticationMethod', '6'],
      ['EncryptionMethod', '4'],
      ['SSID', 'Office <5G>'],
      ['Priority', '1'],
      ['PSKPassPhrase', 'correct & horse'],
    ]);
    expect(device.texts(add)[0]).toContain('Name="Name">WiFi Endpoint 0<');
  });

  test('a profile with 802.1X', async () => {
    const device = await stub({ [add]: output('AddWiFiSettings') });
    const { passphrase: _none, ...open } = office;
    const enterprise: WifiProfileInput = {
      ...open,
      security: 'wpa2-802.1x',
      identity: { method: 'tls', username: 'host42$', clientCertificate: 'Handle: 1', serverRoot: 'Handle: 2' },
    };
    await device.run((session) => session.provisioning.wifi.add(enterprise));
    const body = device.bodies(add)[0];
    expect(body?.children.map((one) => one.name)).toEqual([
      'WiFiEndpoint',
      'WiFiEndpointSettingsInput',
      'IEEE8021xSettingsInput',
      'ClientCredential',
      'CACredential',
    ]);
    expect(fieldsOf(body?.children[2])).toMatchObject({ AuthenticationProtocol: '0', Username: 'host42$' });
  });

  test('a profile is updated by its key, or told missing', async () => {
    const device = await stub({ ...stored, [update]: output('UpdateWiFiSettings') });
    await device.run((session) => session.provisioning.wifi.update(office));
    expect(device.texts(update)[0]).toContain('Name="InstanceID">Intel(r) AMT:WiFi Endpoint Settings office<');
    const missing = device.run((session) => session.provisioning.wifi.update({ ...office, name: 'home' }));
    expect((await errorOf(missing)).evidence).toEqual(['the device has no Wi-Fi profile "home"']);
  });

  test('a profile is removed, or there was none', async () => {
    const device = await stub({ ...stored, 'Delete CIM_WiFiEndpointSettings': '' });
    await device.run(async ({ provisioning: { wifi } }) => {
      expect(await wifi.remove('office')).toBe(true);
      expect(await wifi.remove('home')).toBe(false);
    });
    expect(device.asked.filter((one) => one.startsWith('Delete'))).toHaveLength(1);
  });

  test.each<[string, Partial<WifiProfileInput>, RegExp]>([
    ['an SSID of 33 bytes', { ssid: `${'é'.repeat(16)}x` }, /32 bytes/],
    ['no name', { name: '' }, /name/],
    ['a short passphrase', { passphrase: 'seven77' }, /8 to 63/],
    ['an identity with a passphrase', { identity }, /no identity/],
    ['802.1X with a passphrase', { security: 'wpa2-802.1x' }, /has no passphrase/],
    ['priority 0', { priority: 0 }, /priority/],
  ])('%s is not sent, and the passphrase not told', async (_name, change, why) => {
    const device = await stub({});
    const error = await errorOf(device.run((session) => session.provisioning.wifi.add({ ...office, ...change })));
    expect(error.evidence.join()).toMatch(why);
    expect(JSON.stringify([error.message, error.evidence])).not.toMatch(/correct|seven77/);
    expect(device.asked).toEqual([]);
  });

  test('when the interface is on', async () => {
    let state = 3;
    const device = await stub({
      'Get CIM_WiFiPort': () => instance('CIM_WiFiPort', { EnabledState: state }),
      'RequestStateChange CIM_WiFiPort': (body) => {
        state = Number(fieldsOf(body).RequestedState);
        return output('RequestStateChange');
      },
    });
    await device.run(async ({ provisioning: { wifi } }) => {
      expect(await wifi.mode()).toBe('off');
      for (const mode of ['s0', 's0-sx-ac', 'off'] as const) {
        await wifi.setMode(mode);
        expect(await wifi.mode()).toBe(mode);
      }
    });
  });

  test('profiles of the operating system', async () => {
    const device = await stub({
      'Get AMT_WiFiPortConfigurationService': instance('AMT_WiFiPortConfigurationService', {
        Name: 'Intel(r) AMT WiFi Port Configuration Service',
        UEFIWiFiProfileShareEnabled: false,
        localProfileSynchronizationEnabled: 0,
      }),
      'Put AMT_WiFiPortConfigurationService': '',
    });
    await device.run((session) => session.provisioning.wifi.setProfileSync('unrestricted'));
    expect(Object.entries(fieldsOf(device.bodies('Put AMT_WiFiPortConfigurationService')[0])).at(-1)).toEqual([
      'localProfileSynchronizationEnabled',
      '3',
    ]);
  });

  test('a PC without Wi-Fi', async () => {
    const { run } = await stub({});
    await expect(errorOf(run((session) => session.provisioning.wifi.mode()))).resolves.toMatchObject({
      code: 'class_missing',
    });
  });
});
