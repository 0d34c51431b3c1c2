import { createHash } from 'node:crypto';
import type { ClassDefinition } from '../class-definition.ts';
import { realm } from '../realms.ts';
import { serviceKeys } from '../references.ts';
import { isProvisioned } from './provisioning.ts';

/** Values of ReturnValue: device-management-toolkit/go-wsman-messages. */
const invalidState = 2;
const certificateChainInvalidState = 3;

/** Control modes: none, client, admin. `[class model]` */
const mode = { none: 0, client: 1, admin: 2 } as const;

/**
 * Setup from the operating system. Properties and order as recorded `[capture]`; its methods serve the local interface
 * and a device that is not provisioned: over the network, provisioned, they answer that they are in no state for it
 * `[guess]`. From AMT 6.2 on `[guide]`.
 */
export const hostBasedSetupService: ClassDefinition = {
  name: 'IPS_HostBasedSetupService',
  keys: serviceKeys,
  hasDatetime: true,
  since: 6.2,
  beforeProvisioning: true,
  realms: { read: [realm.generalInfo] },
  read: ({ device }) => [
    {
      properties: [
        ['AllowedControlModes', [mode.admin, mode.client]],
        ['CertChainStatus', 0],
        ['ConfigurationNonce', createHash('sha1').update(device.realm).digest('base64')],
        ['CreationClassName', 'IPS_HostBasedSetupService'],
        ['CurrentControlMode', isProvisioned(device) ? mode.admin : mode.none],
        ['ElementName', 'Intel(r) AMT Host Based Setup Service'],
        ['Name', 'Intel(r) AMT Host Based Setup Service'],
        ['SystemCreationClassName', 'CIM_ComputerSystem'],
        ['SystemName', 'Intel(r) AMT'],
      ],
    },
  ],
  methods: {
    Setup: {
      input:
        'NetAdminPassEncryptionType:uint16! NetworkAdminPassword:hex! McNonce:base64 Certificate:base64 ' +
        'SigningAlgorithm:uint16 DigitalSignature:base64',
      invoke: () => invalidState,
    },
    AddNextCertInChain: {
      input: 'NextCertificate:base64! IsLeafCertificate:boolean IsRootCertificate:boolean',
      invoke: () => certificateChainInvalidState,
    },
    AdminSetup: {
      input:
        'NetAdminPassEncryptionType:uint16! NetworkAdminPassword:hex! McNonce:base64 SigningAlgorithm:uint16 ' +
        'DigitalSignature:base64',
      invoke: () => invalidState,
    },
    UpgradeClientToAdmin: {
      input: 'McNonce:base64 SigningAlgorithm:uint16 DigitalSignature:base64',
      invoke: () => invalidState,
    },
    DisableClientControlMode: { input: '', invoke: () => invalidState },
  },
};
