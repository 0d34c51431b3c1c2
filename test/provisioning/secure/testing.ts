/** PCs of the lab, our authority and a store, for what a PC is secured with. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach } from '@jest/globals';
import { deviceRequests } from '../../../adapters/pki/index.ts';
import { createFleet, defaultPassword, type Fleet, type FleetOptions } from '../../../lab/fleet.ts';
import { type CertificateOffice, openOffice } from '../../../src/pki/office.ts';
import type { AmtEndpoint, AmtSession } from '../../../src/ports/amt.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Store } from '../../../src/ports/store/store.ts';
import type { DeviceCertificateDeps } from '../../../src/provisioning/secure/device-certificate.ts';
import { endpointAt, openGateway, type TestGateway } from '../../amt/conversation.ts';
import { openWorkshop, type Workshop } from '../../pki/openssl.ts';
import { makeAuthority, openAuthority } from '../../pki/testing.ts';
import { openStore, temporaryDirectory } from '../../store/testing.ts';
import { undoAt } from '../../support/undo.ts';

/** Waits are short: the lab makes a key in a tenth of a second, and some more on a busy machine. */
export const quickClock: Clock = {
  now: () => new Date(),
  sleep: async (ms, signal) => {
    await delay(Math.min(ms / 20, 300), undefined, signal ? { signal } : {});
  },
};

/** An authority with its records, in a store and an OpenSSL workshop of their own. */
export interface Office {
  readonly workshop: Workshop;
  readonly store: Store;
  readonly office: CertificateOffice;
  readonly deps: DeviceCertificateDeps;
  close(): Promise<void>;
}

export async function openTestOffice(): Promise<Office> {
  const workshop = await openWorkshop();
  const directory = await temporaryDirectory();
  const [store] = await Promise.all([openStore({ dataDirectory: directory.path }), makeAuthority(workshop)]);
  let ids = 0;
  const office = openOffice({
    authority: await openAuthority(workshop),
    store: store.certificates,
    list: { validDays: 7 },
    now: () => new Date(),
    newId: () => {
      ids += 1;
      return `crt_${ids}`;
    },
  });
  return {
    workshop,
    store,
    office,
    deps: { certificates: office.certificates, requests: deviceRequests },
    async close() {
      await store.close();
      await directory.remove();
      await workshop.remove();
    },
  };
}

/** A PC of the lab, and conversations with its administrator. */
export interface LabPc {
  readonly fleet: Fleet;
  readonly gateway: TestGateway;
  /** As it is reached from the start. */
  readonly endpoint: AmtEndpoint;
  run<T>(work: (session: AmtSession) => Promise<T>, endpoint?: AmtEndpoint): Promise<T>;
  stop(): Promise<void>;
}

/** Opens PCs of the lab, which are stopped after each test. */
export function labPcs(): (address: string, persona?: string) => Promise<LabPc> {
  const undo = undoAt(afterEach);
  return async (address, persona = 'amt-15.0') => {
    const pc = await openLabPc(address, { persona });
    undo.push(() => pc.stop());
    return pc;
  };
}

export async function openLabPc(address: string, more: FleetOptions = {}): Promise<LabPc> {
  const fleet = await createFleet({ firstAddress: address, ...more });
  await fleet.start();
  const gateway = openGateway({
    clock: quickClock,
    ca: fleet.keys.authorityPem,
    credentials: async () => ({ user: 'admin', password: defaultPassword }),
  });
  const device = fleet.device('host1');
  const endpoint = device.persona.plainPort
    ? endpointAt(address, { deviceId: 'pc1' })
    : endpointAt(address, { deviceId: 'pc1', tls: 'ca', fqdn: device.fqdn });
  return {
    fleet,
    gateway,
    endpoint,
    run: (work, by = endpoint) => gateway.run(by, work),
    async stop() {
      await gateway.gateway.close();
      await fleet.stop();
    },
  };
}
