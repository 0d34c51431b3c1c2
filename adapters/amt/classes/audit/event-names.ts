/** One auditable application of the firmware: its name and its events by number. */
interface AuditApp {
  readonly name: string;
  readonly events: readonly (string | null)[];
}

// Intel AMT Implementation and Reference Guide, "Access Monitor Auditable Events", and intel/lms AuditLogWSManClientConsts.h.
const apps: Readonly<Record<number, AuditApp>> = {
  16: {
    name: 'Security administration',
    events: [
      'Provisioning started',
      'Provisioning completed',
      'Access control entry added',
      'Access control entry changed',
      'Access control entry removed',
      'Access with invalid credentials',
      'Access control entry switched',
      'TLS state changed',
      'TLS server certificate set',
      'TLS server certificate removed',
      'Trusted root certificate added',
      'Trusted root certificate removed',
      'TLS pre-shared key set',
      'Kerberos settings changed',
      'Kerberos master key or passphrase changed',
      'Flash wear-out counters reset',
      'Power package changed',
      'Authentication mode of a realm changed',
      'Upgraded from client to admin control mode',
      'Unprovisioning started',
    ],
  },
  17: {
    name: 'Remote control',
    events: [
      'Performed power up',
      'Performed power down',
      'Performed power cycle',
      'Performed reset',
      'Set boot options',
      'Performed graceful power down',
      'Performed graceful reset',
      'Performed standby',
      'Performed hibernate',
      'Performed diagnostic interrupt',
    ],
  },
  18: {
    name: 'Redirection manager',
    events: [
      'Storage redirection session opened',
      'Storage redirection session closed',
      'Storage redirection enabled',
      'Storage redirection disabled',
      'Serial-over-LAN session opened',
      'Serial-over-LAN session closed',
      'Serial-over-LAN enabled',
      'Serial-over-LAN disabled',
      'KVM session started',
      'KVM session ended',
      'KVM enabled',
      'KVM disabled',
      'VNC password failed three times',
    ],
  },
  19: { name: 'Firmware update manager', events: ['Firmware updated', 'Firmware update failed'] },
  20: {
    name: 'Security audit log',
    events: [
      'Audit log cleared',
      'Audit policy changed',
      'Audit log disabled',
      'Audit log enabled',
      'Audit log exported',
      'Audit log recovered',
    ],
  },
  21: {
    name: 'Network time',
    events: ['Time set', 'Local time synchronisation enabled', 'Local time synchronisation disabled'],
  },
  22: {
    name: 'Network administration',
    events: [
      'TCP/IP settings changed',
      'Host name changed',
      'Domain name changed',
      'VLAN settings changed',
      'Link policy changed',
      'IPv6 settings changed',
    ],
  },
  23: {
    name: 'Storage administration',
    events: [
      'Global storage attributes set',
      'Storage access list changed',
      'Storage factory partner list changed',
      'Storage written',
    ],
  },
  24: {
    name: 'Event manager',
    events: ['Alert subscribed', 'Alert unsubscribed', 'Event log cleared', 'Event log frozen'],
  },
  25: {
    name: 'System defense manager',
    events: [
      'Filter added',
      'Filter removed',
      'Policy added',
      'Policy removed',
      'Default policy set',
      'Heuristics option set',
      'Heuristics state cleared',
    ],
  },
  26: { name: 'Agent presence manager', events: ['Agent added', 'Agent removed', 'Agent action set'] },
  27: {
    name: 'Wireless configuration',
    events: [
      'Wireless profile added',
      'Wireless profile removed',
      'Wireless profile updated',
      'Wireless profile synchronisation changed',
      'Wireless link preference changed',
      'Wireless profile sharing with UEFI changed',
    ],
  },
  28: {
    name: 'Endpoint access control',
    events: [
      'Posture signer set',
      'Endpoint access control enabled',
      'Endpoint access control disabled',
      'Posture state changed',
      'Endpoint access control options set',
    ],
  },
  29: {
    name: 'KVM opt-in',
    events: [
      'KVM opt-in enabled',
      'KVM opt-in disabled',
      'KVM password changed',
      'KVM consent given',
      'KVM consent failed',
    ],
  },
  30: {
    name: 'User opt-in',
    events: ['User consent policy changed', 'User consent code sent', 'User consent start blocked'],
  },
  31: { name: 'BIOS management', events: [] },
  32: { name: 'Screen blanking', events: ['Screen blanking started', 'Screen blanking ended'] },
  // The enum in intel/lms counts from 1, the tables of other programs from 0.
  33: { name: 'Watchdog', events: [null, 'Watchdog reset options changed', 'Watchdog pairing changed'] },
};

/** Name of an application; `application 77` for an unknown one. */
export const auditAppName = (appId: number): string => apps[appId]?.name ?? `application ${appId}`;

/** Name of an event; `event 12` for an unknown one. */
export const auditEventName = (appId: number, eventId: number): string =>
  apps[appId]?.events[eventId] ?? `event ${eventId}`;
