import type { AmtSession, OsPowerSaving, PowerAnswer } from '../../src/ports/amt.ts';

/** What happens at each call, in order; the last one stays. An Error is thrown. */
export interface Script {
  readonly power: readonly (number | Error)[];
  readonly answers?: readonly (number | Error)[];
  readonly saving?: readonly OsPowerSaving[];
}

const absent = (): Promise<never> => Promise.reject(new Error('not in this script'));

/** A session that follows a script and remembers what was asked of it. */
export function scriptedSession(script: Script): AmtSession & { readonly calls: string[] } {
  const calls: string[] = [];
  const next = <T>(list: readonly T[], taken: number): T => {
    const item = list[Math.min(taken, list.length - 1)];
    if (item === undefined) throw new Error('the script has nothing for this call');
    if (item instanceof Error) throw item;
    return item;
  };
  const counts = { power: 0, answers: 0, saving: 0 };
  const answerOf = (value: number): PowerAnswer => ({
    accepted: value === 0 || value === 4096,
    returnValue: value,
    meaning: `value ${value}`,
  });
  return {
    calls,
    tlsVersion: 'TLSv1.2',
    amtVersion: '15.0.23',
    async readPower() {
      calls.push('read');
      return { state: Number(next(script.power, counts.power++)), requestable: [] };
    },
    async requestPower(state) {
      calls.push(`request ${state}`);
      return answerOf(Number(next(script.answers ?? [0], counts.answers++)));
    },
    async readOsPowerSaving() {
      calls.push('saving?');
      return next(script.saving ?? ['unsupported'], counts.saving++);
    },
    async requestOsFullPower() {
      calls.push('full power');
      return answerOf(0);
    },
    readFacts: absent,
    readAssets: absent,
    auditLog: {
      status: absent,
      readAll: absent,
      enable: absent,
      disable: absent,
      readPolicy: absent,
      setPolicy: absent,
      setStoragePolicy: absent,
      withLock: absent,
      clear: absent,
    },
    eventLog: { read: absent, clear: absent },
    boot: { setNext: absent, clear: absent },
    settings: { read: absent, write: absent },
    accounts: { list: absent, add: absent, update: absent, remove: absent, setEnabled: absent },
    alarms: { list: absent, add: absent, remove: absent },
    deviceClock: { readDriftSeconds: absent, synchronise: absent },
  };
}
