import type { OutcomeCode } from '../../messages/reasons/reasons.ts';
import { codeWords } from '../../messages/runs/causes.ts';
import { AmtError, type AmtErrorCode } from '../../ports/amt.ts';
import type { Presence, PresenceProbe } from '../../ports/network/presence.ts';
import { WakeError, type WakeOnLan } from '../../ports/network/wake-on-lan.ts';
import { wakeAddresses } from '../../wake/subnets.ts';
import type { WakeSettings } from '../../wake/wake-settings.ts';
import type { DeviceTask, Operation, OperationEnd } from '../operation.ts';
import { powerOn } from './power-on.ts';

/** What turning on needs besides AMT. */
export interface WakeDeps {
  readonly settingsOf: (site: string) => WakeSettings;
  /** SecureOn password of a site's PCs; null: they have none. */
  readonly secureOnOf: (site: string) => Promise<Uint8Array | null>;
  readonly sender: WakeOnLan;
  readonly presence: PresenceProbe;
}

/** CIM power state 2: on. */
const on = 2;
const firstPauseMs = 1_000;
const longestPauseMs = 5_000;

/**
 * Failures that say that AMT is not there, or sleeps. Packets would help with a wrong password or certificate as well, and so hide
 * what somebody has to mend.
 */
const packetsHelp: ReadonlySet<AmtErrorCode> = new Set([
  'unreachable',
  'connection_refused',
  'no_answer',
  'connection_dropped',
  'device_overloaded',
  'name_not_found',
  'not_provisioned',
  'credential_missing',
] as const);

/** Turning on, by the method of the PC's site: AMT as ever, and magic packets in its place or after it. */
export function createPowerOn(wake: WakeDeps): Operation {
  return {
    ...powerOn,
    withoutAmt(task, failed) {
      const settings = wake.settingsOf(task.device.site);
      const isTurn = failed
        ? settings.method === 'amt-then-wol' && packetsHelp.has(failed.code)
        : settings.method === 'wol-only';
      return isTurn ? wakeByPackets(task, failed, settings, wake) : null;
    },
  };
}

async function wakeByPackets(
  task: DeviceTask,
  failed: AmtError | null,
  settings: WakeSettings,
  { sender, presence, secureOnOf }: WakeDeps,
): Promise<OperationEnd> {
  const { device, signal } = task;
  const evidence = failed
    ? [`AMT: ${codeWords(failed.code)}${failed.evidence.at(-1) ? `, ${failed.evidence.at(-1)}` : ''}`]
    : [];
  const question = {
    host: device.host,
    tcpPorts: settings.tcpPorts,
    refusedCounts: settings.refusedCounts,
    ping: settings.ping,
    timeoutMs: settings.lookMs,
  };
  const look = () => presence.look(question, signal);
  const before = await look();
  if (before.isUp) return endOf(task.interrupted ? 'done' : 'already_so', evidence, before);
  if (device.mac === null) return endOf('mac_missing', evidence);
  const addresses = wakeAddresses(device.host, settings);
  try {
    const packets = {
      mac: device.mac,
      secureOn: await secureOnOf(device.site),
      addresses,
      ports: settings.udpPorts,
      count: settings.packetCount,
      gapMs: settings.packetGapMs,
      interface: settings.interface,
    };
    const sent = await sender.send(packets, signal);
    evidence.push(`${sent} magic packets to ${addresses.join(', ')}, UDP ${settings.udpPorts.join(' and ')}`);
  } catch (error) {
    if (!(error instanceof WakeError)) throw error;
    return endOf('packets_not_sent', [...evidence, ...error.evidence]);
  }
  const seen = await confirm(task, look, failed !== null);
  if (seen.isUp) return endOf('done', evidence, seen, { method: 'WoL' });
  return endOf('packets_unanswered', [...evidence, ...seen.evidence]);
}

/**
 * Looks again and again until there is a sign of life or the time is up. With `askAmt` the power state counts as one too: a
 * management engine that slept may have woken.
 */
async function confirm(task: DeviceTask, look: () => Promise<Presence>, askAmt: boolean): Promise<Presence> {
  const { clock, signal, verifyMs } = task;
  const until = clock.now().getTime() + verifyMs;
  const enough = new AbortController();
  let byAmt = false;
  const asking = askAmt
    ? amtSaysOn(task, until, AbortSignal.any([signal, enough.signal])).then((isOn) => {
        byAmt = isOn;
      })
    : Promise.resolve();
  let pauseMs = firstPauseMs;
  let seen = await look();
  try {
    while (!seen.isUp && !byAmt && clock.now().getTime() < until) {
      await clock.sleep(Math.min(pauseMs, Math.max(1, until - clock.now().getTime())), signal);
      pauseMs = Math.min(longestPauseMs, pauseMs * 1.5);
      seen = await look();
    }
  } finally {
    enough.abort();
    await asking;
  }
  return seen.isUp || !byAmt ? seen : { isUp: true, by: 'the AMT power state', evidence: ['AMT power state on'] };
}

async function amtSaysOn({ clock, readPower }: DeviceTask, untilMs: number, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted && clock.now().getTime() < untilMs) {
    try {
      if ((await readPower(signal)).state === on) return true;
    } catch (error) {
      if (signal.aborted || !(error instanceof AmtError) || !packetsHelp.has(error.code)) return false;
    }
    await clock.sleep(longestPauseMs, signal).catch(() => {});
  }
  return false;
}

function endOf(
  code: OutcomeCode,
  evidence: readonly string[],
  seen: Presence | null = null,
  facts: Readonly<Record<string, string>> = {},
): OperationEnd {
  return {
    status: seen ? 'ok' : 'failed',
    code,
    evidence: [...evidence, ...(seen?.evidence ?? [])].slice(-6),
    facts: seen?.by ? { power: 'on', seen: seen.by, ...facts } : {},
    report: null,
    powerState: seen ? on : null,
    amtVersion: null,
  };
}
