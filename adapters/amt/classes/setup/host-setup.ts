import type { AmtHostSetup, ControlMode, HostSetupState, SetupProof } from '../../../../src/ports/amt/setup.ts';
import { AmtError } from '../../../../src/ports/amt.ts';
import { refuseInput } from '../../errors.ts';
import { createDigestPassword } from '../accounts/digest-password.ts';
import type { Device } from '../device.ts';
import { hostSetupClass } from './definitions.ts';

const modes = ['none', 'client', 'admin'] as const;
const chainStates = ['none', 'in-progress', 'complete'] as const;
/** The administrator is always called that. */
const administrator = 'admin';
/** NetAdminPassEncryptionType: HTTP digest MD5(A1). */
const digestMd5 = 2;
/** SigningAlgorithm: RSA with SHA-256. */
const rsaSha256 = 2;
const nonceBytes = 20;
const maxChain = 4;
const confirmAttempts = 6;
const confirmPauseMs = 10_000;

function proofArguments({ nonce, signature }: SetupProof) {
  if (nonce.length !== nonceBytes) refuseInput('the proof can not be sent', `the nonce must have ${nonceBytes} bytes`);
  return { McNonce: nonce, SigningAlgorithm: rsaSha256, DigitalSignature: signature };
}

/** Set-up from the PC itself, and the upgrade to admin control mode. */
export function createHostSetup(device: Device): AmtHostSetup {
  const digestOf = createDigestPassword(device);

  async function read(): Promise<HostSetupState> {
    const { values } = await device.get(hostSetupClass);
    return {
      mode: modes[values.CurrentControlMode ?? -1] ?? 'unknown',
      allowed: (values.AllowedControlModes ?? []).map((number) => modes[number]).filter((name) => name !== undefined),
      nonce: values.ConfigurationNonce ?? new Uint8Array(),
      chain: chainStates[values.CertChainStatus ?? -1] ?? 'unknown',
    };
  }

  /** Runs what must not be repeated; a lost answer is made up for by asking which mode the device is in. */
  async function once(work: () => Promise<unknown>, wanted: ControlMode): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof AmtError) || !error.mayHaveActed || error.code === 'cancelled') throw error;
      for (let attempt = 1; attempt <= confirmAttempts; attempt += 1) {
        // When the wait is cut off, what counts is still that it may have been done.
        await device.pause(confirmPauseMs).catch(() => Promise.reject(error));
        const mode = await read().then(
          (state) => state.mode,
          () => null,
        );
        if (mode === wanted) return;
        if (mode !== null) break;
      }
      throw error;
    }
  }

  const passwordArguments = async (password: string) => ({
    NetAdminPassEncryptionType: digestMd5,
    NetworkAdminPassword: await digestOf(administrator, password),
  });

  async function addChain(certificates: readonly Uint8Array[]): Promise<void> {
    if (certificates.length < 2 || certificates.length > maxChain) {
      refuseInput('the chain can not be sent', `it must have 2 to ${maxChain} certificates, leaf first and root last`);
    }
    for (const [index, NextCertificate] of certificates.entries()) {
      const place = { IsLeafCertificate: index === 0, IsRootCertificate: index === certificates.length - 1 };
      await device.call(hostSetupClass, 'AddNextCertInChain', { NextCertificate, ...place });
    }
  }

  return {
    read: () => device.task(read),
    setUpClient: (password) =>
      device.task(async () => {
        const args = await passwordArguments(password);
        await once(() => device.call(hostSetupClass, 'Setup', args), 'client');
      }),
    addChain: (certificates) => device.task(() => addChain(certificates)),
    setUpAdmin: (password, proof) =>
      device.task(async () => {
        const args = { ...(await passwordArguments(password)), ...proofArguments(proof) };
        await once(() => device.call(hostSetupClass, 'AdminSetup', args), 'admin');
      }),
    upgradeToAdmin: (proof) =>
      device.task(() =>
        once(() => device.call(hostSetupClass, 'UpgradeClientToAdmin', proofArguments(proof)), 'admin'),
      ),
  };
}
