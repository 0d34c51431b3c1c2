import type { LabProcess } from '../../site/lab-process.ts';
import { place, sitePcs } from '../ground/place.ts';
import type { FullSite } from '../ground/site.ts';
import { ticketsDecrypt } from '../proofs/tickets.ts';
import type { Report } from '../report.ts';
import { breakagesOf } from './breakages.ts';
import { openSteps, redSteps, stepText, verifyChecklist } from './checklist.ts';

/** Ten things break, one by one: each turns its own step red, with the right mend, within one verification, and no other step. */
export async function breakThings(site: FullSite, lab: LabProcess, report: Report): Promise<void> {
  const { chat } = site;
  await report.prove('a PC that was given away is no part of it', 'oob say', async () => {
    for (const text of ['status', 'discover']) await chat.say('operator', `${text} site:${place.site}`);
    const seen = await verifyChecklist(chat);
    if (openSteps(seen).length > 0) throw new Error(`${seen.title}: ${openSteps(seen).join('; ')}`);
    return seen.title;
  });
  for (const { what, step, mend, looks = [], leaves, breakIt, mendIt } of breakagesOf(site, lab)) {
    const look = async () => {
      for (const text of looks) await chat.say('operator', text);
      return verifyChecklist(chat);
    };
    await report.prove(`step ${step} turns red: ${what}`, 'oob say', async () => {
      let after: readonly number[] = [];
      let found = '';
      await breakIt();
      try {
        const seen = await look();
        const red = redSteps(seen);
        if (red.length !== 1 || red[0] !== step)
          throw new Error(`red: ${red.map((number) => seen.evidence[number - 1]).join('; ') || 'none'}`);
        const text = await stepText(chat, step);
        if (!mend.test(text)) throw new Error(`another mend:\n${text}`);
        found = seen.evidence[step - 1] ?? '';
      } finally {
        await mendIt();
        after = redSteps(await look());
      }
      const expected = leaves ? [leaves.step] : [];
      if (after.join() !== expected.join()) throw new Error(`red after it was mended: ${after.join(', ')}`);
      if (leaves && !leaves.mend.test(await stepText(chat, leaves.step)))
        throw new Error(`step ${leaves.step}: another mend`);
      return found;
    });
  }
  await report.prove('objects that went with the unit come back by `rotate`', 'kvno', async () => {
    const managed = sitePcs.slice(0, -1);
    const { code, view, text } = await chat.agreed('operator', `rotate ${managed.map(({ name }) => name).join(',')}`);
    if (code !== 0) throw new Error(text);
    for (const pc of managed) await ticketsDecrypt(site.domain, pc, (await lab.state(pc.name)).kerberos);
    const red = redSteps(await verifyChecklist(chat));
    if (red.length > 0) throw new Error(`still red: ${red.join(', ')}`);
    return view.title;
  });
}
