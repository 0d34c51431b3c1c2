import { bestSkewSeconds, worstSkewSeconds } from '../../directory/clock-tolerance.ts';
import type { TimeAnswer, TimeSource } from '../../ports/network/site-probes.ts';
import { type Verdict, verdict } from '../verdict.ts';

/** What a domain controller's clock showed; null time: it could not be read, and why. */
export type DomainClock =
  | { readonly domain: string; readonly server: string; readonly aheadMs: number }
  | { readonly domain: string; readonly why: string };

const seconds = (ms: number) => `${(Math.abs(ms) / 1_000).toFixed(1)} s ${ms < 0 ? 'behind' : 'ahead'}`;

function skewStatus(ms: number): 'pass' | 'warn' | 'fail' {
  const skew = Math.abs(ms) / 1_000;
  if (skew > worstSkewSeconds) return 'fail';
  return skew > bestSkewSeconds ? 'warn' : 'pass';
}

/** Judges the clock of this machine against the time source. `answer`: null when none is configured. */
export function judgeClock(source: TimeSource | null, answer: TimeAnswer | null): Verdict {
  if (!source || !answer) return verdict.notApplicable('no network.timeSource is configured for this site');
  const where = `${source.host}:${source.port}`;
  switch (answer.kind) {
    case 'answered': {
      const evidence = `this machine is ${seconds(-answer.offsetMs)} of ${where} (stratum ${answer.stratum}, ${answer.delayMs} ms away)`;
      const status = skewStatus(answer.offsetMs);
      return { status, reason: status === 'pass' ? null : 'clock_off', evidence: [evidence] };
    }
    case 'unsynchronised':
      return verdict.fail('time_source_unfit', `${where} is not synchronised itself`);
    case 'turned_away':
      return verdict.fail('time_source_unfit', `${where} turns us away: ${answer.code}`);
    case 'silent': {
      const ignored = answer.ignored > 0 ? [`${answer.ignored} replies ignored: not to us, or malformed`] : [];
      return verdict.fail('time_source_silent', `${where} does not answer`, ...ignored);
    }
    case 'refused':
      return verdict.fail('time_source_silent', `${where} refuses`);
    case 'no_address':
      return verdict.fail('time_source_silent', `${source.host} has no address`);
    case 'failed':
      return verdict.fail('time_source_silent', `${where}: ${answer.why}`);
  }
}

/**
 * Judges the clocks of the domain controllers: against the time source when it answered, else against this machine. `aheadMs` of each is
 * against this machine.
 */
export function judgeDomainClocks(clocks: readonly DomainClock[], time: TimeAnswer | null): Verdict {
  if (clocks.length === 0) return verdict.notApplicable('no domain is configured (directory.domains)');
  const [offsetMs, against] = time?.kind === 'answered' ? [time.offsetMs, 'the time source'] : [0, 'this machine'];
  const lines = clocks.map((clock) =>
    'why' in clock
      ? `${clock.domain}: ${clock.why}`
      : `${clock.server} is ${seconds(clock.aheadMs - offsetMs)} of ${against}`,
  );
  const statuses = clocks.map((clock) => ('why' in clock ? 'unknown' : skewStatus(clock.aheadMs - offsetMs)));
  if (statuses.includes('fail')) return verdict.fail('domain_clock_off', ...lines);
  if (statuses.includes('unknown')) return verdict.unknown('domain_unreadable', ...lines);
  return statuses.includes('warn') ? verdict.warn('domain_clock_off', ...lines) : verdict.pass(...lines);
}
