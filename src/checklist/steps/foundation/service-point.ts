import { duration, plural } from '../../../messages/format.ts';
import { type ChecklistStep, found, type Measured, type StepContext } from '../../step.ts';
import { ofNetwork } from './prerequisites.ts';

/** A job that waits longer has nobody who takes it. */
const warnWaitMs = 60_000;
const failWaitMs = 10 * 60_000;
const hourMs = 60 * 60_000;

/** Step 5: this service is the service point. */
export const servicePoint: ChecklistStep = {
  id: 'oob.sp',
  title: 'Install the out of band service point: this service, its clock, its certificate, its database',
  shortTitle: 'service point',
  optionality: 'required',
  appliesTo: 'every site',
  dependsOn: ['oob.pki'],
  actors: 'those who run this service',
  recheckHours: 24,
  async verify(context) {
    return [
      ...(await work(context)),
      await loaded(context),
      await clock(context),
      await canary(context),
      await backup(context),
    ];
  },
};

async function work({ service }: StepContext): Promise<readonly Measured[]> {
  const { workers, waiting, longestWaitMs } = await service();
  const look = 'Look at the log of the service and at /readyz.';
  const line =
    waiting === 0 ? 'no job waits' : `${plural(waiting, 'job')} due, the oldest for ${duration(longestWaitMs)}`;
  const lag =
    longestWaitMs > failWaitMs
      ? found.fail('queue', look, line)
      : longestWaitMs > warnWaitMs
        ? found.warn('queue', look, line)
        : found.pass('queue', line);
  const alive = `${plural(workers, 'worker')} heard of in the last minute`;
  return [workers > 0 ? found.pass('worker', alive) : found.fail('worker', look, alive), lag];
}

/** Whether it can be opened; what is written in it is step 2. */
async function loaded({ setup, provisioning }: StepContext): Promise<Measured> {
  const check = 'provisioning certificate loaded';
  if (setup.provisioningCertificates.length === 0) return found.notApplicable(check, 'none is configured: see step 2');
  const keys = (await provisioning()).filter(({ name }) => name === 'private key');
  const shut = keys.filter(({ status }) => status !== 'pass');
  if (shut.length === 0) return found.pass(check, `with private key: ${keys.map(({ of }) => of).join(', ')}`);
  // It has one cause and one place to mend it.
  return found.unknown(check, 'Mend step 2 first.', `cannot be opened: ${shut.map(({ of }) => of).join(', ')}`);
}

async function clock({ network }: StepContext): Promise<Measured> {
  const findings = await network();
  const own = findings.find(({ check }) => check === 'clock');
  if (own && own.status !== 'not_applicable') return ofNetwork(own);
  return found.unknown(
    'clock',
    'Name the NTP server of the site as network.timeSource.',
    'no time source is configured to compare the clock of this machine with',
  );
}

async function canary({ setup, fleet, network, reach }: StepContext): Promise<Measured> {
  const check = 'a PC is reached';
  if (setup.canary !== null) {
    const answer = await reach(setup.canary);
    if (answer === 'answers') return found.pass(check, `${setup.canary} answers at its AMT port`);
    if (answer === 'not_in_inventory')
      return found.fail(check, 'Correct checklist.canaries.', `${setup.canary} is not in the inventory`);
    if (answer === 'refuses')
      return found.unknown(check, 'Look at that PC: see step 16.', `${setup.canary} is there, its AMT port is closed`);
  }
  const ports = (await network()).find((each) => each.check === 'management ports');
  const open = /open on [1-9]/.test(ports?.evidence[0] ?? '');
  const line = ports?.evidence[0] ?? 'nothing was looked at';
  if (setup.canary !== null)
    return open
      ? found.fail(
          check,
          'Look at that PC, or name another one in checklist.canaries.',
          `${setup.canary} is silent; others are reached`,
        )
      : found.unknown(check, 'Mend step 1 first.', `${setup.canary} is silent`, line);
  if (open) return found.pass(check, line);
  const { tallies } = await fleet();
  return tallies.provisioned.count === 0
    ? found.notApplicable(check, 'no PC is known to be provisioned yet')
    : found.unknown(check, 'Look at the PCs: see steps 1 and 16.', line);
}

async function backup({ setup, newestBackup, now }: StepContext): Promise<Measured> {
  const check = 'database backed up';
  if (setup.backup === null)
    return {
      ...found.unknown(
        check,
        'Say where its backup lies (checklist.backup), or attest who backs it up.',
        'the configuration does not say where the backup lies',
      ),
      isAttestable: true,
    };
  const { path, hours } = setup.backup;
  const newest = await newestBackup(path);
  const mend = `Look at what makes the backup (pg_dump): it is to be at most ${plural(hours, 'hour')} old.`;
  if (newest === null) return found.fail(check, mend, `${path}: there is no file`);
  const ageMs = now.getTime() - newest.at.getTime();
  const line = `${newest.file}: ${duration(Math.max(0, ageMs))} old`;
  return ageMs > hours * hourMs ? found.fail(check, mend, line) : found.pass(check, line);
}
