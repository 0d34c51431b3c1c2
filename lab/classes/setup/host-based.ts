import { randomBytes, verify, X509Certificate } from 'node:crypto';
import { judgeClientChain } from '../../bare/client-chain.ts';
import { noteRefusal } from '../../bare/factory.ts';
import type { Arguments, ClassContext, ClassDefinition } from '../class-definition.ts';
import { booleanArgument, bytesArgument, numberArgument, textArgument } from '../class-definition.ts';
import { perDevice } from '../per-device.ts';
import { realm } from '../realms.ts';
import { serviceKeys } from '../references.ts';
import { controlModeOf, isProvisioned, provisioningOf } from './provisioning.ts';

/** Values of ReturnValue: device-management-toolkit/go-wsman-messages. */
const status = { success: 0, invalidState: 2, invalidParameter: 3, authenticationFailed: 5 } as const;
const chainStatus = { success: 0, invalidParameter: 1, invalidState: 3, verifyFailed: 4, exceeded: 5 } as const;

/** Control modes: none, client, admin. `[class model]` */
const mode = { none: 0, client: 1, admin: 2 } as const;
/** NetAdminPassEncryptionType: HTTP digest MD5(A1); SigningAlgorithm: RSA with SHA-256. `[class model]` */
const digestMd5 = 2;
const rsaSha256 = 2;
const nonceBytes = 20;
/** device-management-toolkit/rps sends no more. `[code]` */
const mostCertificates = 4;

/** What a set-up from the operating system has come to. */
const hostSetup = perDevice(() => ({
  nonce: randomBytes(nonceBytes),
  chain: [] as X509Certificate[],
  isComplete: false,
}));

/**
 * Setup from the operating system. Properties and order as recorded `[capture]`; the methods, their arguments and the order of the
 * steps: intel/lms `[class model]`, device-management-toolkit/rps `[code]`. Over the network, and once it is set up, they answer
 * that they are in no state for it `[guess]`. From AMT 6.2 on `[guide]`.
 */
export const hostBasedSetupService: ClassDefinition = {
  name: 'IPS_HostBasedSetupService',
  keys: serviceKeys,
  hasDatetime: true,
  since: 6.2,
  beforeProvisioning: true,
  realms: { read: [realm.generalInfo], write: [realm.localSystem] },
  read: ({ device }) => [
    {
      properties: [
        ['AllowedControlModes', [mode.admin, mode.client]],
        ['CertChainStatus', hostSetup(device).isComplete ? 2 : Math.min(1, hostSetup(device).chain.length)],
        ['ConfigurationNonce', hostSetup(device).nonce.toString('base64')],
        ['CreationClassName', 'IPS_HostBasedSetupService'],
        ['CurrentControlMode', controlModeOf(device)],
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
      writes: true,
      invoke(context, given) {
        if (!mayBeSetUp(context)) return status.invalidState;
        return end(context, given, mode.client);
      },
    },
    AddNextCertInChain: {
      input: 'NextCertificate:base64! IsLeafCertificate:boolean IsRootCertificate:boolean',
      invoke: addCertificate,
    },
    AdminSetup: {
      input:
        'NetAdminPassEncryptionType:uint16! NetworkAdminPassword:hex! McNonce:base64 SigningAlgorithm:uint16 ' +
        'DigitalSignature:base64',
      writes: true,
      invoke(context, given) {
        if (!mayBeSetUp(context)) return status.invalidState;
        const verdict = judgeProof(context, given);
        return verdict === status.success ? end(context, given, mode.admin) : verdict;
      },
    },
    UpgradeClientToAdmin: {
      input: 'McNonce:base64 SigningAlgorithm:uint16 DigitalSignature:base64',
      writes: true,
      invoke(context, given) {
        const { device } = context;
        if (controlModeOf(device) !== mode.client) return status.invalidState;
        const verdict = judgeProof(context, given);
        if (verdict === status.success) provisioningOf(device).controlMode = mode.admin;
        return verdict;
      },
    },
    DisableClientControlMode: {
      input: '',
      invoke({ device }) {
        if (controlModeOf(device) !== mode.client) return status.invalidState;
        provisioningOf(device).state = 0;
        return status.success;
      },
    },
  },
};

/** From the factory, and asked from inside. */
const mayBeSetUp = ({ device, caller }: ClassContext): boolean =>
  device.factory !== null && !isProvisioned(device) && caller.realms.includes(realm.localSystem);

/** The leaf begins a chain anew; with the root all of it is judged. That it is judged no sooner is a `[guess]`. */
function addCertificate(context: ClassContext, given: Arguments): number {
  const { device, nowMs } = context;
  const { factory } = device;
  if (!factory || !(mayBeSetUp(context) || controlModeOf(device) === mode.client)) return chainStatus.invalidState;
  const setup = hostSetup(device);
  const isLeaf = booleanArgument(given, 'IsLeafCertificate') ?? false;
  const isRoot = booleanArgument(given, 'IsRootCertificate') ?? false;
  if (isLeaf) setup.chain = [];
  setup.isComplete = false;
  if (!isLeaf && setup.chain.length === 0) return chainStatus.verifyFailed;
  if (setup.chain.length >= mostCertificates) return chainStatus.exceeded;
  try {
    setup.chain.push(new X509Certificate(bytesArgument(given, 'NextCertificate') ?? Buffer.alloc(0)));
  } catch {
    return chainStatus.invalidParameter;
  }
  if (!isRoot) return chainStatus.success;
  const fault = judgeClientChain(setup.chain, factory, nowMs + device.power.clockAheadMs);
  if (fault) {
    noteRefusal(factory, fault);
    setup.chain = [];
    return chainStatus.verifyFailed;
  }
  setup.isComplete = true;
  return chainStatus.success;
}

/** The signature of the chain's leaf over both nonces. A nonce is good for one attempt `[guess]`. */
function judgeProof({ device }: ClassContext, given: Arguments): number {
  const setup = hostSetup(device);
  const [leaf] = setup.chain;
  if (!leaf || !setup.isComplete) return status.invalidState;
  const theirs = bytesArgument(given, 'McNonce') ?? Buffer.alloc(0);
  const signature = bytesArgument(given, 'DigitalSignature') ?? Buffer.alloc(0);
  if (numberArgument(given, 'SigningAlgorithm') !== rsaSha256 || theirs.length !== nonceBytes)
    return status.invalidParameter;
  const isProved = verify('sha256', Buffer.concat([setup.nonce, theirs]), leaf.publicKey, signature);
  setup.nonce = randomBytes(nonceBytes);
  if (isProved) return status.success;
  if (device.factory) noteRefusal(device.factory, 'wrong-signature');
  return status.authenticationFailed;
}

/** The administrator has the new password, and the network ports open: which of them is a `[guess]`. */
function end({ device }: ClassContext, given: Arguments, to: 1 | 2): number {
  const password = textArgument(given, 'NetworkAdminPassword')?.toLowerCase() ?? '';
  const isDigest = numberArgument(given, 'NetAdminPassEncryptionType') === digestMd5 && /^[0-9a-f]{32}$/.test(password);
  if (!isDigest) return status.invalidParameter;
  device.adminHash = password;
  Object.assign(provisioningOf(device), { state: 2, controlMode: to });
  device.exposed = { plain: true, tls: true };
  device.portsChanged = true;
  return status.success;
}
