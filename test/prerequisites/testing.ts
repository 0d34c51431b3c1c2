import type { Device } from '../../src/ports/store/inventory-store.ts';

/** A PC of the inventory. */
export function deviceOf(own: Partial<Device> & Pick<Device, 'name'>): Device {
  return {
    id: `dev_${own.name}`,
    fqdn: null,
    host: '10.79.0.42',
    port: null,
    mac: null,
    site: 'lab',
    groups: [],
    tls: 'none',
    certificateFingerprint: null,
    credential: 'default',
    powerState: null,
    amtVersion: null,
    seenAt: null,
    ...own,
  };
}
