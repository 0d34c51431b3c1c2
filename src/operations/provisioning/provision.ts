import { listed, plural } from '../../messages/format.ts';
import { provisionedReport, stoppedReport } from '../../messages/provisioning/provision-report.ts';
import { oneShotWords, stepWords } from '../../messages/provisioning/step-words.ts';
import { type OutcomeCode, outcomeCodeOf } from '../../messages/reasons/reasons.ts';
import type { Fact } from '../../messages/view.ts';
import type { Provisioning } from '../../ports/provisioning/provisioning-store.ts';
import type { InventoryStore, TargetDevice } from '../../ports/store/inventory-store.ts';
import { ProvisioningError } from '../../provisioning/machine/provisioning-error.ts';
import { stepsOf } from '../../provisioning/machine/stages.ts';
import type { ProvisioningMethod } from '../../provisioning/method-of.ts';
import type { Forecast, Provisioner } from '../../provisioning/provisioner.ts';
import { endOf } from '../finding.ts';
import type { DeviceTask, Operation, OperationEnd, OperationTask } from '../operation.ts';

/** What provisioning needs besides the PC. */
export interface ProvisionDeps {
  readonly provisioner: Provisioner;
  readonly inventory: Pick<InventoryStore, 'devices'>;
}

/** More are looked at when it is their turn: a plan of hundreds is not to wait for them. */
const lookedAt = 20;

const unavailable = 'provisioning_unavailable';

/** Takes PCs into management. Null: this service can't. */
export function createProvision(deps: ProvisionDeps | null): Operation {
  async function forecasts(targets: readonly TargetDevice[], parameters: Readonly<Record<string, string>>) {
    if (!deps) return [];
    const devices = await deps.inventory.devices(targets.slice(0, lookedAt).map(({ id }) => id));
    return Promise.all(
      devices.map(async (device) => {
        try {
          return { device, forecast: await deps.provisioner.preflight(device, methodIn(parameters)) };
        } catch (error) {
          if (error instanceof ProvisioningError) return { device, error };
          throw error;
        }
      }),
    );
  }
  const provision = async (task: DeviceTask | OperationTask): Promise<OperationEnd> => {
    if (!deps) return failed(unavailable, []);
    const { device, signal, parameters } = task;
    try {
      const record = await deps.provisioner.provision({
        device,
        method: methodIn(parameters),
        requestId: task.requestId ?? null,
        progressed: task.progressed ?? (() => {}),
        lend: task.lend ?? ((wait) => wait),
        signal,
      });
      return endOfRecord(record, device.name);
    } catch (error) {
      if (error instanceof ProvisioningError) return failed(error.code, error.evidence);
      throw error;
    }
  };
  return {
    name: 'provision',
    exclusive: true,
    perform: provision,
    withoutAmt: (task, error) => (error ? null : provision(task)),
    async refusal(targets, parameters = {}) {
      if (!deps) return { code: unavailable, details: [] };
      const looked = await forecasts(targets, parameters);
      const refused = looked.flatMap(({ device, error }) => (error ? [{ name: device.name, error }] : []));
      const [first] = refused;
      // Where some may be provisioned the others say so when it is their turn.
      if (!first || refused.length < looked.length || looked.length < targets.length) return null;
      const alike = refused.filter(({ error }) => error.code === first.error.code);
      const others = refused.length - alike.length;
      return {
        code: first.error.code,
        details: [
          ...(refused.length > 1 ? [listed(alike.map(({ name }) => name))] : []),
          ...first.error.evidence,
          ...(others > 0 ? [`${plural(others, 'more PC is', 'more PCs are')} refused for other reasons`] : []),
        ],
      };
    },
    async foretell(targets, parameters) {
      const looked = await forecasts(targets, parameters);
      return forecastFacts(
        looked.flatMap(({ forecast }) => (forecast ? [forecast] : [])),
        looked.flatMap(({ device, error }) => (error ? [`${device.name} (${error.code})`] : [])),
      );
    },
  };
}

/** `--mode`; null: what is set for the PC. */
function methodIn({ mode }: Readonly<Record<string, string>>): ProvisioningMethod | null {
  return mode === 'in-band' || mode === 'out-of-band' ? mode : null;
}

const failed = (code: OutcomeCode, evidence: readonly string[]): OperationEnd =>
  endOf(null, 'failed', code, null, evidence);

function endOfRecord(record: Provisioning, name: string): OperationEnd {
  const { amtVersion = null, tlsVersion, power } = record.facts;
  if (record.state !== 'provisioned') {
    const { code, evidence, step } = record.failure ?? { code: 'interrupted', evidence: [], step: null };
    // Last, for lists of many PCs show what was seen last.
    const seen = step === null ? evidence : [...evidence, `stopped at ${stepWords[step]}`];
    const begun = [...record.done, ...(record.failure ? [record.failure.step] : [])];
    const report = stoppedReport(record, stepsOf(record.mode, begun), name);
    return { ...failed(outcomeCodeOf(code), seen), report, amtVersion };
  }
  return {
    status: 'ok',
    code: 'done',
    evidence: [],
    facts: {
      ...(amtVersion === null ? {} : { amt: amtVersion }),
      ...(tlsVersion === undefined ? {} : { tls: tlsVersion }),
    },
    report: provisionedReport(record),
    powerState: power === undefined ? null : Number(power),
    amtVersion,
  };
}

/** What the plan's card says of how, with what, and of what can't be taken back. */
function forecastFacts(forecasts: readonly Forecast[], refused: readonly string[]): readonly Fact[] {
  const facts: Fact[] = [];
  const both = Map.groupBy(forecasts, ({ mode }) => mode);
  const modes = [...both].map(([mode, all]) => `${mode === 'remote' ? 'out of band' : 'in band'} (${all.length})`);
  if (modes.length > 0) facts.push({ label: 'Mode', value: modes.join(', ') });
  const chains = [...new Set(forecasts.flatMap(({ chain }) => chain ?? []))];
  if (chains.length > 0) facts.push({ label: 'Shows the PC', value: `provisioning certificate ${listed(chains)}` });
  if (forecasts.length > 0) facts.push({ label: 'Gives the PC', value: givenWords(forecasts) });
  const cut = forecasts.flatMap(({ directory }) => (directory?.isCut ? [directory.objectName ?? ''] : []));
  if (cut.length > 0) facts.push({ label: 'Names over 15 characters', value: `in the directory: ${listed(cut)}` });
  const resumed = forecasts.filter(({ resumes }) => resumes !== null).length;
  if (resumed > 0) facts.push({ label: 'Goes on with', value: `${plural(resumed, 'PC')} begun before` });
  const oneShot = [...both.keys()].flatMap((mode) => oneShotWords[mode]);
  if (oneShot.length > 0) facts.push({ label: 'Sent once only', value: oneShot.join(', ') });
  if (refused.length > 0) facts.push({ label: 'Will be refused', value: listed(refused, refused.length, 5) });
  return facts;
}

function givenWords(forecasts: readonly Forecast[]): string {
  const domains = [...new Set(forecasts.flatMap(({ directory }) => directory?.domain ?? []))];
  const authority = forecasts.some(({ hasAuthority }) => hasAuthority)
    ? 'a certificate of our authority'
    : 'no certificate (it keeps its own)';
  const objects = domains.length > 0 ? `an object in ${listed(domains)}` : 'no object in Active Directory';
  return `new passwords, ${authority}, ${objects}, ${profileWords(forecasts)}`;
}

function profileWords(forecasts: readonly Forecast[]): string {
  const covered = forecasts.filter(({ hasProfile }) => hasProfile).length;
  if (covered === 0) return 'no settings (no profile covers it)';
  const part = covered === forecasts.length ? '' : ` (${covered} of ${forecasts.length}; no profile covers the others)`;
  return `the settings of its profile${part}`;
}
