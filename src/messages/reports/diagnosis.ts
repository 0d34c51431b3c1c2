import type { OutcomeReport } from '../../ports/runs/run-store.ts';
import type { Evidence } from '../../wake-causes/evidence.ts';
import type { WakeCause } from '../../wake-causes/wake-cause.ts';
import { oneLine, powerWord, timeStamp } from '../format.ts';
import { csvOf } from './csv.ts';
import { evidenceLines } from './evidence-lines.ts';

/** Columns of the evidence: who told it is never left to be guessed. */
const columns = ['When', 'Told by', 'What'] as const;

/** Why a PC did not wake: how it stands, then what is known and from whom. The conclusion is the outcome's code alone. Pure. */
export function diagnosisReport(evidence: Evidence, cause: WakeCause, timeZone: string): OutcomeReport {
  const lines = evidenceLines(evidence).map(({ at, by, what }) => ({ at, by, what: oneLine(what, 300) }));
  const today = timeStamp(evidence.now, timeZone).slice(0, 10);
  /** Without the day where it is today. */
  const shortStamp = (at: Date) => {
    const stamp = timeStamp(at, timeZone);
    return stamp.startsWith(today) ? stamp.slice(today.length + 1) : stamp;
  };
  return {
    summary: standing(evidence),
    table: {
      columns,
      rows: lines.map(({ at, by, what }) => [at === null ? 'inventory' : shortStamp(at), by, what]),
    },
    attachment: {
      name: `${evidence.device.name}-why.csv`,
      mediaType: 'text/csv',
      content: csvOf(
        ['at', 'told_by', 'what', 'cause'],
        lines.map(({ at, by, what }) => [at?.toISOString() ?? '', by, what, cause]),
      ),
    },
  };
}

/** The outcome in a few words, after the PC's name: `did not come on; it is off now, AMT answers`. */
function standing(evidence: Evidence): string {
  const { lastWake } = evidence;
  if (lastWake === null) return standsNow(evidence);
  return `${lastWake.status === 'ok' ? 'came on last time' : 'did not come on'}; it ${standsNow(evidence)}`;
}

function standsNow({ amt, ports }: Evidence): string {
  if (amt !== null && amt.powerState !== null) {
    const power = amt.osPowerSaving === 'saving' ? 'in Modern Standby' : powerWord(amt.powerState);
    return `is ${power} now, AMT answers`;
  }
  if (amt !== null) return 'is there now, but its AMT does not let us in';
  return ports[0].tries.at(-1)?.kind === 'refused' ? 'refuses connections now' : 'does not answer now';
}
