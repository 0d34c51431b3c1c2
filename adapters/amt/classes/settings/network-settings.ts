import type { NetworkLink, ReadSettings } from '../../../../src/ports/amt/settings.ts';
import type { Device } from '../device.ts';
import { orWhenLacking } from '../when-missing.ts';
import { ethernetPortClass, generalSettingsClass } from './definitions.ts';
import { linkMoments, linkNumbers } from './link-policy.ts';
import { defined, type SettingGroup } from './setting-group.ts';

/** AMT answers 400 to an enumeration of these on some firmware (AMT 10), so the wired port is read by its key. */
const wiredPort = { InstanceID: 'Intel(r) AMT Ethernet Port Settings 0' };
const wirelessPort = { InstanceID: 'Intel(r) AMT Ethernet Port Settings 1' };
const nothing = /^[0:.-]*$/;

/** Names, pings and sleep (AMT_GeneralSettings). */
export const generalGroup: SettingGroup = {
  names: ['hostName', 'domainName', 'pingResponse', 'rmcpPingResponse', 'idleWakeTimeoutMinutes'],
  async read(device) {
    const settings = await orWhenLacking(device.get(generalSettingsClass), null);
    const values = settings?.values ?? {};
    return defined({
      hostName: values.HostName,
      domainName: values.DomainName,
      pingResponse: values.PingResponseEnabled,
      rmcpPingResponse: values.RmcpPingResponseEnabled,
      idleWakeTimeoutMinutes: values.IdleWakeTimeout,
    });
  },
  async write(device, changes) {
    const settings = await device.get(generalSettingsClass);
    await device.put(generalSettingsClass, settings, {
      HostName: changes.hostName,
      DomainName: changes.domainName,
      PingResponseEnabled: changes.pingResponse,
      RmcpPingResponseEnabled: changes.rmcpPingResponse,
      IdleWakeTimeout: changes.idleWakeTimeoutMinutes,
    });
  },
};

async function readLinkPolicy(device: Device): Promise<ReadSettings> {
  const port = await orWhenLacking(device.get(ethernetPortClass, wiredPort), null);
  // A PC without a wired port shows one without an address.
  if (port === null || nothing.test(port.values.MACAddress ?? '')) return {};
  // An empty list and none look the same on the wire; an empty one is what needs to be told.
  return { linkPolicy: linkMoments(port.values.LinkPolicy ?? []) };
}

const learnedAddresses = {
  DefaultGateway: null,
  IPAddress: null,
  PrimaryDNS: null,
  SecondaryDNS: null,
  SubnetMask: null,
} as const;

/** When the wired link is kept up (AMT_EthernetPortSettings). */
export const linkGroup: SettingGroup = {
  names: ['linkPolicy'],
  read: readLinkPolicy,
  async write(device, { linkPolicy = [] }) {
    const port = await device.get(ethernetPortClass, wiredPort);
    // Firmware shows the addresses that it got by itself, and refuses them in a Put (so MeshCommander leaves them out too).
    const { DHCPEnabled, IpSyncEnabled } = port.values;
    const addresses = DHCPEnabled || IpSyncEnabled ? learnedAddresses : {};
    await device.put(ethernetPortClass, port, { LinkPolicy: linkNumbers(linkPolicy), ...addresses }, wiredPort);
  },
};

/** The network ports that are there: one without a MAC address is none. */
export async function readLinks(device: Device): Promise<readonly NetworkLink[]> {
  const links: NetworkLink[] = [];
  for (const [kind, key] of [
    ['wired', wiredPort],
    ['wireless', wirelessPort],
  ] as const) {
    const port = await orWhenLacking(device.get(ethernetPortClass, key), null);
    const { MACAddress = '', LinkIsUp = null, IPAddress = '' } = port?.values ?? {};
    if (nothing.test(MACAddress)) continue;
    links.push({ kind, isUp: LinkIsUp, address: nothing.test(IPAddress) ? null : IPAddress });
  }
  return links;
}
