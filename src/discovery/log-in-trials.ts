import { AmtError, type AmtFacts, type AmtGateway, type TlsMode } from '../ports/amt.ts';
import type { Clock } from '../ports/clock.ts';
import type { AmtStatusStore } from '../ports/discovery/amt-status-store.ts';
import type { DiscoverySettings } from './settings.ts';

/** Where a log-in is tried. */
export interface TrialPlace {
  readonly address: string;
  readonly name: string;
  readonly fqdn: string | null;
  readonly tls: TlsMode;
  /** The certificate that it showed a moment ago: a change in between ends the trial. */
  readonly fingerprint: string | null;
  /** Credentials, the likeliest first. */
  readonly credentials: readonly string[];
}

/** What became of it. `setUp: false`: AMT said that it is not set up. */
export interface TrialEnd {
  readonly account: 'accepted' | 'refused' | 'not_tried';
  /** Name of the credential that worked. */
  readonly credential: string | null;
  readonly facts: AmtFacts | null;
  readonly isSetUp: boolean;
}

const hourMs = 60 * 60_000;

/**
 * Tries known accounts at one PC, in order, until one is let in. Every log-in is counted before it is sent, over all scans and replicas,
 * and none is sent beyond the limit: AMT locks accounts after wrong passwords. What was not tried for that reason is no refusal.
 */
export function createLogInTrials(deps: {
  readonly gateway: AmtGateway;
  readonly statuses: Pick<AmtStatusStore, 'takeLogIn'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly settings: Pick<DiscoverySettings, 'logInsPerHour'>;
}): (place: TrialPlace, signal: AbortSignal) => Promise<TrialEnd> {
  const { gateway, statuses, clock, settings } = deps;

  return async ({ address, name, fqdn, tls, fingerprint, credentials }, signal) => {
    const notTried = { account: 'not_tried', credential: null, facts: null, isSetUp: true } as const;
    for (const credential of credentials) {
      const now = clock.now();
      const since = new Date(now.getTime() - hourMs);
      if (!(await statuses.takeLogIn(address, credential, now, since, settings.logInsPerHour))) return notTried;
      const endpoint = {
        deviceId: `discovery ${address}`,
        ...{ name, host: address, fqdn, port: null, tls, certificateFingerprint: fingerprint, credential },
      };
      try {
        const facts = await gateway.withDevice(endpoint, (session) => session.readFacts(), signal);
        return { account: 'accepted', credential, facts, isSetUp: true };
      } catch (error) {
        if (!(error instanceof AmtError) || signal.aborted) throw error;
        if (error.code === 'not_provisioned') return { ...notTried, isSetUp: false };
        // Anything else says nothing of the account, nor will it of the next.
        if (error.code !== 'wrong_credentials') return notTried;
      }
    }
    return credentials.length === 0 ? notTried : { ...notTried, account: 'refused' };
  };
}
