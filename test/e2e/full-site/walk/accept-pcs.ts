import { wordsOf } from '../../../../src/messages/words-of.ts';
import { polled } from '../../site/polled.ts';
import { place, sitePcs } from '../ground/place.ts';
import type { FullSite } from '../ground/site.ts';
import type { Report } from '../report.ts';

/** PCs that said hello are taken in by an administrator, and by nobody else. */
export async function acceptPcs({ chat }: FullSite, report: Report): Promise<void> {
  await report.stage('Hellos', async (found) => {
    const uuids = new Map<string, string>();
    await polled('hellos of all PCs', async () => {
      const { view } = await chat.must('operator', 'hosts new');
      for (const [uuid = '', address = ''] of view.table?.rows ?? []) uuids.set(wordsOf(address), wordsOf(uuid));
      return uuids.size >= place.pcs;
    });
    const accept = (address: string, name: string) =>
      `hosts accept ${uuids.get(address) ?? ''} --name ${name} --site ${place.site}`;
    await chat.must('approver', accept(place.firstPc, 'host1'), 2);
    for (const { name, address } of sitePcs) await chat.must('operator', accept(address, name));
    const { view } = await chat.must('operator', `hosts site:${place.site}`);
    found(`${uuids.size} heard; ${view.title} at ${place.site} now`);
  });
  await report.prove('who may do what', 'oob say', async () => {
    const me = await chat.must('operator', 'whoami');
    const refused = await chat.must('approver', 'status host1', 2);
    return `${me.view.title}; the approver may not ask: ${refused.view.context ?? ''}`;
  });
}
