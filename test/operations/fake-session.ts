import type { AmtFacts, AmtSession, OsPowerSaving, PowerAnswer } from '../../src/ports/amt.ts';
import { type FakeState, fakeMembers, fakeState } from './fake-device.ts';

/** What happens at each call, in order; the last one stays. An Error is thrown. */
export interface Script {
  readonly power?: readonly (number | Error)[];
  readonly answers?: readonly (number | Error)[];
  readonly saving?: readonly OsPowerSaving[];
  /** States that can be requested; none: the firmware does not say. */
  readonly requestable?: readonly number[];
  readonly facts?: Partial<AmtFacts>;
  /** What the device knows beside its power; the test may look at it afterwards. */
  readonly state?: FakeState;
  /** Calls that fail, by the name under which they are noted. */
  readonly failing?: Readonly<Record<string, Error>>;
  /** Where calls are noted, for a test that needs them although the operation rejects. */
  readonly calls?: string[];
}

/** A session that follows a script and remembers what was asked of it. */
export function scriptedSession(script: Script): AmtSession & { readonly calls: string[] } {
  const calls = script.calls ?? [];
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
      return { state: Number(next(script.power ?? [2], counts.power++)), requestable: script.requestable ?? [] };
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
    async readFacts() {
      calls.push('facts');
      return {
        amtVersion: '15.0.23',
        hostName: 'host42',
        provisioningState: 'post',
        controlMode: 'admin',
        tlsVersion: 'TLSv1.2',
        certificateExpiresAt: null,
        ...script.facts,
      };
    },
    ...fakeMembers(script.state ?? fakeState(), calls, script.failing ?? {}),
  };
}
