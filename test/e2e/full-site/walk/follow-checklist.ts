import { isGood, openSteps, readChecklist, redSteps, verifyChecklist } from '../breaking/checklist.ts';
import { place } from '../ground/place.ts';
import type { FullSite } from '../ground/site.ts';
import type { Report } from '../report.ts';

/** Steps that nothing can prove before a PC is provisioned. */
const ofPcs = [14, 16];

/** Nothing is proved before somebody looks; what is about PCs is not before they are provisioned. */
export async function beginChecklist({ chat }: FullSite, report: Report): Promise<void> {
  await report.prove('the checklist begins at zero', 'oob say', async () => {
    const before = await readChecklist(chat);
    if (!before.title.includes('0 of 18')) throw new Error(before.title);
    const first = await verifyChecklist(chat);
    const tooEarly = ofPcs.filter((step) => first.states[step - 1]?.includes('proved'));
    if (tooEarly.length > 0)
      throw new Error(`proved already: ${tooEarly.map((step) => first.evidence[step - 1]).join('; ')}`);
    return `0 of 18; after the first look ${first.title}`;
  });
}

/** All of it is looked at, what no machine can measure is answered for, and all 18 are proved. */
export async function completeChecklist({ chat }: FullSite, report: Report): Promise<void> {
  const all = `site:${place.site}`;
  await report.prove('the checklist is proved, through chat alone', 'oob say', async () => {
    for (const text of ['status', 'discover', 'settings diff', 'audit pull'])
      await chat.must('operator', `${text} ${all}`);
    const seen = await verifyChecklist(chat);
    if (redSteps(seen).length > 0)
      throw new Error(
        redSteps(seen)
          .map((step) => seen.evidence[step - 1])
          .join('; '),
      );
    const open = seen.states.flatMap((state, at) => (isGood(state) ? [] : [at + 1]));
    for (const step of open)
      await chat.must('operator', `checklist attest ${step} ${place.site} --reason "looked at by hand" --for 30d`);
    const end = await verifyChecklist(chat);
    if (!end.title.includes('18 of 18 proved')) throw new Error(`${end.title}: ${openSteps(end).join('; ')}`);
    return `${end.title}; answered for: ${open.map((step) => seen.evidence[step - 1]).join('; ')}`;
  });
}
