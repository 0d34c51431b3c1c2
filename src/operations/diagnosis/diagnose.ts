import { diagnosisReport } from '../../messages/reports/diagnosis.ts';
import { rankCauses } from '../../wake-causes/find-cause.ts';
import { connectionFacts, wakeFacts } from '../finding.ts';
import type { Operation } from '../operation.ts';
import { type DiagnosisDeps, gatherEvidence } from './gather-evidence.ts';

/** More at once would be no question but a survey; `status` is for that. */
const mostDevices = 10;

/**
 * Finds out why a PC did not wake: looks from outside, asks AMT if it answers, remembers what was known, and names the likeliest cause
 * of a closed list. Changes nothing and takes at most about 14 s.
 */
export function createDiagnose(deps: DiagnosisDeps & { readonly timeZone: string }): Operation {
  return {
    name: 'diagnose',
    exclusive: false,
    async refusal(devices) {
      if (devices.length <= mostDevices) return null;
      return { code: 'too_many_devices', details: [`\`why\` looks into ${mostDevices} PCs at most`] };
    },
    async perform(task) {
      const evidence = await gatherEvidence(task, deps);
      const [cause] = rankCauses(evidence);
      const { amt } = evidence;
      const hasAnswered = amt !== null && amt.powerState !== null;
      return {
        status: 'ok',
        code: cause,
        evidence: [],
        facts: {
          ...(hasAnswered ? connectionFacts(task.session) : {}),
          ...wakeFacts({
            ...(amt?.linkPolicy ? { linkPolicy: amt.linkPolicy } : {}),
            ...(amt?.powerPackage ? { powerPackage: amt.powerPackage } : {}),
          }),
        },
        report: diagnosisReport(evidence, cause, deps.timeZone),
        // What was not heard now must not count as a sighting.
        powerState: amt?.powerState ?? null,
        amtVersion: hasAnswered ? amt.amtVersion : null,
      };
    },
  };
}
