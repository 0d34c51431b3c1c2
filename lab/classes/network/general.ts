import type { ClassContext } from '../class-definition.ts';
import { refusedByAudit } from '../logs/audit.ts';
import { lengthAnd } from '../logs/audit-record.ts';
import { realm } from '../realms.ts';
import { createWritable, type Values } from '../writable.ts';

/** PT_STATUS of values that can't be; that these are used for them is a `[guess]`. */
const status = { invalidName: 12, invalidDomainName: 28, invalidParameter: 36 } as const;

/** Properties and order as recorded from AMT 15. `[capture]` */
export const generalSettings = createWritable({
  name: 'AMT_GeneralSettings',
  keys: ['InstanceID'],
  beforeProvisioning: true,
  realms: { read: [realm.generalInfo] },
  initial: ({ device }) => [
    {
      AMTNetworkEnabled: 1,
      DDNSPeriodicUpdateInterval: 1440,
      DDNSTTL: 900,
      DDNSUpdateByDHCPServerEnabled: true,
      DDNSUpdateEnabled: false,
      DHCPv6ConfigurationTimeout: 0,
      DigestRealm: device.realm,
      DomainName: device.fqdn.slice(device.name.length + 1),
      ElementName: 'Intel(r) AMT: General Settings',
      HostName: device.name,
      HostOSFQDN: device.fqdn,
      IdleWakeTimeout: 1,
      InstanceID: 'Intel(r) AMT: General Settings',
      NetworkInterfaceEnabled: true,
      PingResponseEnabled: true,
      PowerSource: 0,
      PreferredAddressFamily: 0,
      PresenceNotificationInterval: 0,
      PrivacyLevel: 0,
      RmcpPingResponseEnabled: true,
      SharedFQDN: true,
      // From AMT 15 on. [guess]
      ...(device.persona.generation >= 15 ? { ThunderboltDockEnabled: 0 } : {}),
      WsmanOnlyMode: false,
    },
  ],
  schema:
    'InstanceID:string= ElementName:string= NetworkInterfaceEnabled:boolean DigestRealm:string= ' +
    'IdleWakeTimeout:uint32 HostName:string DomainName:string PingResponseEnabled:boolean WsmanOnlyMode:boolean ' +
    'PreferredAddressFamily:uint32 DHCPv6ConfigurationTimeout:uint16 DDNSUpdateEnabled:boolean ' +
    'DDNSUpdateByDHCPServerEnabled:boolean SharedFQDN:boolean HostOSFQDN:string DDNSTTL:uint32 ' +
    'AMTNetworkEnabled:uint32= RmcpPingResponseEnabled:boolean DDNSPeriodicUpdateInterval:uint32 ' +
    'PresenceNotificationInterval:uint32 PrivacyLevel:uint32= PowerSource:uint32= ThunderboltDockEnabled:uint32 ' +
    'DHCPSyncRequiresHostname:uint32 OemID:uint16=',
  writing,
});

/** Limits as the guide tells them for the host and domain name, the wake timeout and the DDNS interval. `[guide]` */
function writing(context: ClassContext, after: Values, before: Values): number | undefined {
  const host = String(after.get('HostName') ?? '');
  const domain = String(after.get('DomainName') ?? '');
  const idle = Number(after.get('IdleWakeTimeout'));
  const family = Number(after.get('PreferredAddressFamily'));
  const update = Number(after.get('DDNSPeriodicUpdateInterval'));
  if (!/^([A-Za-z0-9-]{1,63})?$/.test(host)) return status.invalidName;
  if (!/^[A-Za-z0-9.-]{0,191}$/.test(domain)) return status.invalidDomainName;
  if (idle < 1 || idle > 65_535 || family > 1 || (update !== 0 && update < 20)) return status.invalidParameter;
  const isNewHost = host !== before.get('HostName');
  const isNewDomain = domain !== before.get('DomainName');
  return (
    (isNewHost ? refusedByAudit(context, 2201, lengthAnd(host)) : undefined) ??
    (isNewDomain ? refusedByAudit(context, 2202, lengthAnd(domain)) : undefined)
  );
}
