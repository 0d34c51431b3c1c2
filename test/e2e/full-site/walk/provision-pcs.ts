import type { LabProcess } from '../../site/lab-process.ts';
import { place, sitePcs } from '../ground/place.ts';
import type { FullSite } from '../ground/site.ts';
import type { Report } from '../report.ts';

/** Provisioning state of a PC that is set up, as its firmware has it. */
const post = 2;
/** PCs that one `verify` takes. */
const mostVerified = 10;

/** One command, one approval, twenty PCs; then each is looked at. */
export async function provisionPcs({ chat }: FullSite, lab: LabProcess, report: Report): Promise<void> {
  await report.prove('one command and one approval provision all', 'oob say', async () => {
    const own = await chat.agreed('operator', `provision site:${place.site}`, 'approver');
    if (own.code !== 0) throw new Error(own.text);
    const states = await Promise.all(
      sitePcs.map(async ({ name }) => [name, (await lab.state(name)).provisioningState]),
    );
    const others = states.filter(([, state]) => state !== post);
    if (others.length > 0) throw new Error(`the firmware is not provisioned: ${others.join(' ')}`);
    return own.view.title;
  });
  const states = await Promise.all(sitePcs.map(async ({ name }) => (await lab.state(name)).provisioningState));
  if (!states.includes(post)) throw new Error('no PC was provisioned');
  await report.prove('each is as it should be', 'oob say', async () => {
    const names = sitePcs.map(({ name }) => name);
    const titles: string[] = [];
    for (let at = 0; at < names.length; at += mostVerified) {
      const answer = await chat.say('operator', `verify ${names.slice(at, at + mostVerified).join(',')}`);
      if (answer.code !== 0) throw new Error(answer.text);
      titles.push(answer.view.title);
    }
    return titles.join('; ');
  });
}
