import { powerWord } from '../messages/format.ts';
import type { Operation } from './operation.ts';
import { tlsWord } from './power.ts';

/** Reads what `status` shows. Changes nothing, so it needs no lock. */
export const readStatus: Operation = {
  name: 'read-status',
  exclusive: false,
  async perform({ session }) {
    const reading = await session.readPower();
    const facts = await session.readFacts();
    return {
      status: 'ok',
      code: 'done',
      evidence: [],
      facts: {
        power: powerWord(reading.state),
        amt: facts.amtVersion,
        state: { pre: 'not provisioned', in: 'being provisioned', post: 'provisioned', unknown: 'unknown' }[
          facts.provisioningState
        ],
        mode: facts.controlMode,
        tls: tlsWord(facts.tlsVersion),
        ...(facts.certificateExpiresAt
          ? { certificate: `until ${facts.certificateExpiresAt.toISOString().slice(0, 10)}` }
          : {}),
        ...(facts.hostName ? { host: facts.hostName } : {}),
      },
      report: null,
      powerState: reading.state,
      amtVersion: facts.amtVersion,
    };
  },
};
