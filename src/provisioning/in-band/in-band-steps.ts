import { ifThere } from '../../operations/finding.ts';
import type { ControlMode } from '../../ports/amt/setup.ts';
import { AmtError, type AmtErrorCode, type AmtSession } from '../../ports/amt.ts';
import type { Agent } from '../../ports/provisioning/agents.ts';
import type { ProvisioningFacts } from '../../ports/provisioning/provisioning-store.ts';
import { commit, keepSecrets, remoteStep, secretsOf } from '../machine/activation-steps.ts';
import { type Patience, patiently } from '../machine/patiently.ts';
import { ProvisioningError } from '../machine/provisioning-error.ts';
import type { SetupStep, StepWork } from '../machine/setup-step.ts';
import { stepsAfter } from '../machine/steps.ts';
import type { SetupChains } from '../out-of-band/setup-chains.ts';
import { chainForAgent } from './agent-chain.ts';

/** What PCs are to be in: their user must consent to what is done remotely, or the administrator alone decides. */
export type WantedMode = Exclude<ControlMode, 'none'>;

/** What setting a PC up through its agent works with. */
export interface InBandSteps {
  readonly agent: Agent;
  readonly wanted: WantedMode;
  readonly chains: SetupChains;
}

/** AMT may be silent for some seconds after it was set up. device-management-toolkit/rps, src/stateMachines/activation.ts */
const settling = new Set<AmtErrorCode>(['no_answer', 'connection_dropped', 'device_overloaded', 'wrong_credentials']);
const whileSettling: Patience = { passes: ({ code }) => settling.has(code), tries: 5, pauseMs: 3_000 };
/** TLS of older firmware is not safe by today's measure. */
const firstModernTls = 12;

/** All steps of a PC that is set up through its agent, in their order. */
export function inBandSetup(given: InBandSteps): readonly SetupStep[] {
  const setUp = given.wanted === 'admin' ? setUpAdmin(given) : setUpClient(given);
  return stepsAfter([keepSecrets, setUp, setClock, setMebxPassword], ownCommit);
}

function setUpAdmin(given: InBandSteps): SetupStep {
  return {
    name: 'set-up-admin',
    // Firmware hangs when it is sent again: device-management-toolkit/rps issue 2752.
    kind: 'one-shot',
    async perform(work) {
      const { administrator } = await secretsOf(work);
      const found = await work.as('factory', async (session) => {
        const facts = await look(session, work, given);
        const { mode, allowed } = await session.provisioning.hostSetup.read();
        if (mode !== 'admin') {
          if (!allowed.includes('admin'))
            throw new ProvisioningError('control_mode_not_allowed', [`allowed: ${allowed.join(', ')}`]);
          const name = await prove(session, work, given, facts, mode === 'client' ? null : administrator.password);
          if (mode !== 'client') return { chain: name };
        } else if (work.record.facts.upgradedFrom === undefined) {
          throw new ProvisioningError('already_provisioned', ['it is in admin control mode']);
        }
        // It was in client control mode, with a password that is not ours.
        await session.provisioning.setup.setAdministrator(administrator.user, administrator.password);
        return {};
      });
      return settled(work, found);
    },
    wasDone: (work) => isIn(work, given, 'admin'),
  };
}

/** Hands the chain over and proves that its key is ours: sets the PC up, or lifts it out of client control mode. */
async function prove(
  { provisioning: { hostSetup } }: AmtSession,
  { deps, kept }: StepWork,
  { agent, chains }: InBandSteps,
  { dnsSuffix = '' }: ProvisioningFacts,
  password: string | null,
): Promise<string> {
  const chain = await chainForAgent(agent.facts, dnsSuffix, chains, deps.clock.now());
  await hostSetup.addChain(chain.certificates);
  const proof = chain.prove((await hostSetup.read()).nonce);
  if (password !== null) {
    await hostSetup.setUpAdmin(password, proof);
  } else {
    await kept({ upgradedFrom: 'client', chain: chain.name });
    await hostSetup.upgradeToAdmin(proof);
  }
  return chain.name;
}

function setUpClient(given: InBandSteps): SetupStep {
  return {
    name: 'set-up-client',
    kind: 'one-shot',
    async perform(work) {
      const { administrator } = await secretsOf(work);
      await work.as('factory', async (session) => {
        await look(session, work, given);
        const { mode } = await session.provisioning.hostSetup.read();
        if (mode !== 'none') throw new ProvisioningError('already_provisioned', [`it is in ${mode} control mode`]);
        await session.provisioning.hostSetup.setUpClient(administrator.password);
      });
      return settled(work, {});
    },
    wasDone: (work) => isIn(work, given, 'client'),
  };
}

/** Whether it is the PC that was meant, and what it says of itself: kept before anything is sent whose answer may be lost. */
async function look(
  { provisioning: { setup } }: AmtSession,
  { device, kept }: StepWork,
  { agent: { facts }, wanted }: InBandSteps,
): Promise<ProvisioningFacts> {
  // What the local account may read is not published: what it may not, the agent has said.
  const uuid = await ifThere(() => setup.uuid());
  if (uuid !== null && uuid !== device.uuid)
    throw new ProvisioningError('uuid_differs', [`it says ${uuid}`, `inventory: ${device.uuid}`]);
  const state = await ifThere(() => setup.read());
  const dnsSuffix = (state?.trustedDnsSuffix ?? state?.dhcpDnsSuffix ?? facts.dnsSuffix).replace(/^\.+|\.+$/g, '');
  const isOld = Number.parseFloat(facts.amtVersion) < firstModernTls;
  const found = {
    amtVersion: facts.amtVersion,
    controlMode: wanted,
    setupTls: isOld ? 'legacy' : 'pinned',
    ...(dnsSuffix === '' ? {} : { dnsSuffix }),
  };
  await kept(found);
  return found;
}

/** The new administrator is let in: from then on its password is the one in force. */
async function settled(work: StepWork, found: ProvisioningFacts): Promise<ProvisioningFacts> {
  const { deps, device, signal } = work;
  const letIn = () => work.as('administrator', (session) => session.provisioning.hostSetup.read());
  await patiently(letIn, whileSettling, deps.clock, signal);
  await deps.secrets.confirm(device.id, 'administrator', deps.clock.now());
  return found;
}

/** Asked as the administrator that it would have; a PC that lets the local account in has none. */
async function isIn(work: StepWork, { agent }: InBandSteps, mode: WantedMode): Promise<boolean | null> {
  const asked = async (account: 'factory' | 'administrator') => {
    try {
      return (await work.as(account, (session) => session.provisioning.hostSetup.read())).mode;
    } catch (error) {
      if (error instanceof AmtError && error.code === 'wrong_credentials') return null;
      throw error;
    }
  };
  if (agent.localAccount && (await asked('factory')) === 'none') return false;
  const found = await asked('administrator');
  if (found === mode) {
    const { deps, device } = work;
    await deps.secrets.confirm(device.id, 'administrator', deps.clock.now());
    return true;
  }
  // Client control mode with the password from before: it was not lifted out of it yet, or only half.
  if (found === null && !agent.localAccount) return false;
  return found === 'client' && mode === 'admin' ? false : null;
}

const setClock = remoteStep('set-clock', [], 'administrator');

const setMebxPassword: SetupStep = {
  ...remoteStep('set-mebx-password', ['mebx'], 'administrator'),
  notNeeded: ({ record }) => (record.facts.controlMode === 'client' ? 'client control mode leaves MEBx alone' : null),
};

/** A PC that was set up from the inside says so before the commit: it is made again rather than left out. */
const ownCommit: SetupStep = { ...commit, kind: 'repeatable' };
