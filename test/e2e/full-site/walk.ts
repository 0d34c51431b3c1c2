import { writeFile } from 'node:fs/promises';
import { breakThings } from './breaking/break-things.ts';
import { sitePcs } from './ground/place.ts';
import { createFullSite, startBarePcs } from './ground/site.ts';
import type { Report } from './report.ts';
import { acceptPcs } from './walk/accept-pcs.ts';
import { beginChecklist, completeChecklist } from './walk/follow-checklist.ts';
import { keepUp } from './walk/keep-up.ts';
import { proveSite } from './walk/prove-site.ts';
import { provisionPcs } from './walk/provision-pcs.ts';
import { removePc } from './walk/remove-pc.ts';

/** From an empty domain and bare metal to the proofs; `breaks`: then ten things break. `undo` ends what was started, from the last to the first. */
export async function walkTheSite(
  report: Report,
  undo: (() => Promise<unknown>)[],
  { breaks, log }: { readonly breaks: boolean; readonly log: string | null },
): Promise<void> {
  const site = await createFullSite(report, undo);
  if (log !== null) undo.push(() => writeFile(log, site.service.log()));
  const lab = await report.stage('PCs', async (found) => {
    const started = await startBarePcs(site);
    undo.push(() => started.stop());
    found(`${sitePcs.length} from the factory, AMT 9.1 to 19.0, say hello`);
    return started;
  });
  await acceptPcs(site, report);
  await beginChecklist(site, report);
  await provisionPcs(site, lab, report);
  await keepUp(site, lab, report);
  await completeChecklist(site, report);
  const removed = await removePc(site, lab, report);
  await proveSite(site, lab, report, removed);
  if (breaks) await breakThings(site, lab, report);
}
