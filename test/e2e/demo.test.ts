import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type NodeProcess, startNode } from './site/node-process.ts';
import { polled } from './site/polled.ts';

const shownMessages = z.object({
  messages: z.array(
    z.object({
      number: z.number(),
      view: z.looseObject({ title: z.string() }).nullable(),
      picture: z.object({ alt: z.string() }).nullable(),
      attachment: z.object({ name: z.string() }).nullable(),
    }),
  ),
});

/** The demo's fleet has its addresses for itself; another demo on this machine has them already. */
const isFree = await new Promise<boolean>((resolve) => {
  const probe = createServer().once('error', () => resolve(false));
  probe.listen(16_993, '127.20.0.1', () => probe.close(() => resolve(true)));
});
const whenFree = isFree ? describe : describe.skip;
if (!isFree) process.stderr.write('Skipped: a demo runs on this machine. Stop it and run this test again.\n');

whenFree('`oob demo`, as somebody meets it who has just cloned the project', () => {
  let directory = '';
  let demo: NodeProcess;
  let url = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'oob-e2e-demo-'));
    await chmod(directory, 0o711);
    const args = ['demo', '--devices', '48', '--port', '0', '--data', join(directory, 'demo')];
    demo = startNode('src/cli/index.ts', args, { DATABASE_URL: '' });
    url = /http:\S+/.exec(await demo.line('The console is open'))?.[0] ?? '';
    await demo.line('Ctrl-C');
  }, 60_000);
  afterAll(async () => {
    demo?.signal('SIGTERM');
    await demo?.ended;
    await rm(directory, { recursive: true, force: true, maxRetries: 10 });
  });

  const say = async (person: string, text: string) => {
    const run = startNode('src/cli/index.ts', ['say', '--url', url, '--as', person, text], { OOB_CONSOLE_TOKEN: '' });
    const code = await run.ended;
    return { code, out: run.output() };
  };
  const requestIn = (out: string) => /req_\w+/.exec(out)?.[0] ?? '';

  test('tells where the console is and five lines worth trying', async () => {
    expect(demo.output().match(/^ {4}\/oob /gm)?.length).toBeGreaterThanOrEqual(5);
    const page = await fetch(url);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
  });

  test('the operator turns a PC on, and it is', async () => {
    expect(await say('operator', 'poweron host42')).toEqual({
      code: 0,
      out: expect.stringMatching(/host42 is on, verified after/),
    });
  });

  test('a digest asked for now stands in the channel, with its picture and its file', async () => {
    expect(await say('operator', 'digest now')).toEqual({
      code: 0,
      out: expect.stringContaining('Digest it-ops is being posted here'),
    });
    const digest = await polled('the digest is posted', async () => {
      const answer = await fetch(`${url}/api/messages?channel=it-ops&as=approver`);
      const { messages } = shownMessages.parse(await answer.json());
      return messages.find(({ view }) => view?.title.startsWith('Digest it-ops: '));
    });
    expect(JSON.stringify(digest.view)).toContain('1 of 1 came on (100 %)');
    expect(digest.picture?.alt).toContain('1 of 1 came on');
    expect(digest.attachment?.name).toMatch(/^digest-it-ops-.*csv$/);
    const picture = await fetch(`${url}/api/picture/${digest.number}?channel=it-ops&as=approver`);
    const bytes = new Uint8Array(await picture.arrayBuffer());
    expect([picture.headers.get('content-type'), ...bytes.slice(1, 4)]).toEqual(['image/png', 0x50, 0x4e, 0x47]);
  });

  test('a checklist that is verified in the channel stands on the page of its site, for whom a role lets look', async () => {
    const page = async (path: string, as: string) => {
      const answer = await fetch(`${url}${path}${path.includes('?') ? '&' : '?'}as=${as}`);
      return [answer.status, (await answer.text()).replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')] as const;
    };
    expect(await page('/sites', 'approver')).toEqual([200, expect.stringContaining('madrid ○ never verified 24')]);
    await say('operator', 'checklist verify madrid');
    const verified = async () => !(await page('/sites', 'approver'))[1].includes('madrid ○ never verified');
    await polled('the page has the checklist', verified);
    expect(await page('/site?name=madrid&step=18', 'approver')).toEqual([200, expect.stringContaining('oob.maint')]);
    expect(await page('/pc?name=host42', 'operator')).toEqual([200, expect.stringMatching(/power on ✔ went well/)]);
    const { out } = await say('operator', 'checklist madrid');
    expect(out).toContain('2 certificates');
    expect(out).not.toContain('/site?');
    const answer = await fetch(`${url}/api/messages?channel=it-ops&as=operator`);
    const cards = JSON.stringify(await answer.json());
    expect(cards).toContain(`{"words":"2 certificates","page":"${url}/site?name=madrid&step=2#step-2"}`);
    await say('operator', 'digest now');
    await polled('a digest links to the steps', async () => {
      const posted = await fetch(`${url}/api/messages?channel=it-ops&as=operator`);
      const { messages } = shownMessages.parse(await posted.json());
      // Below the digest; the card of the one site is called otherwise.
      const below = messages.filter(({ view }) => view?.title.startsWith('Checklist: '));
      return JSON.stringify(below).includes(`"page":"${url}/site?name=madrid&step=1#step-1"`);
    });
    const linked = await fetch(`${url}/site?name=madrid&step=2`);
    expect(await linked.text()).toMatch(/<details id="step-2" open/);
    expect(await page('/sites', 'stranger')).toEqual([403, expect.not.stringContaining('madrid')]);
  });

  test('a wrong host gets a suggestion, a stranger gets nothing', async () => {
    expect(await say('operator', 'poweron host421')).toEqual({
      code: 2,
      out: expect.stringContaining('Did you mean /oob poweron host42?'),
    });
    expect(await say('stranger', 'poweron host41')).toEqual({
      code: 2,
      out: expect.stringContaining('unknown_person'),
    });
    expect(await say('oob', 'poweron host41')).toMatchObject({ code: 2 });
  });

  test('to turn it off the operator needs the approver', async () => {
    const asked = await say('operator', 'poweroff host42');
    expect(asked.code).toBe(3);
    const own = await say('operator', `approve ${requestIn(asked.out)}`);
    expect(own).toEqual({ code: 2, out: expect.stringContaining('own_request') });
    const approved = await say('approver', `approve ${requestIn(asked.out)}`);
    expect(approved).toEqual({ code: 0, out: expect.stringContaining('Approved: hard power-off of host42') });
  });

  test('a whole site turned off needs two others and a reason; whoever is on hold is left out', async () => {
    const bare = await say('operator', 'poweroff all');
    expect(bare).toEqual({ code: 2, out: expect.stringContaining('needs_reason') });
    const asked = await say('operator', 'poweroff all --reason "fire drill"');
    expect(asked.out).toMatch(/Plan: hard power-off of \d+ of \d+ PCs.* Needs 2 approvals/);
    expect(asked.out).toContain('Left out: 1 VIP (policy vip-hold).');
    expect(asked.code).toBe(3);
    const first = await say('approver', `approve ${requestIn(asked.out)}`);
    expect(first.out).toContain('Approved, 1 more needed');
    expect(await say('approver', `approve ${requestIn(asked.out)}`)).toEqual({
      code: 2,
      out: expect.stringContaining('already_voted'),
    });
    expect(await say('deputy', `deny ${requestIn(asked.out)}`)).toMatchObject({ code: 0 });
  });

  test('a PC from the factory is taken in, provisioned, looked at, turned on, renewed and given up', async () => {
    const news = async () => (await say('operator', 'hosts new')).out;
    await polled('three hellos', async () => (await news()).includes('3 new PCs said hello'));
    const uuid = /^ *([0-9a-f-]{36})$/m.exec(await news())?.[1];
    const accept = `hosts accept ${uuid} --name bare1 --site lyon`;
    expect(await say('operator', accept)).toEqual({ code: 2, out: expect.stringContaining('not_administrator') });
    expect(await say('approver', accept)).toEqual({ code: 0, out: expect.stringContaining('/oob provision bare1') });
    const asked = await say('operator', 'provision bare1');
    expect(asked).toEqual({ code: 3, out: expect.stringContaining('a certificate of our authority') });
    await say('approver', `approve ${requestIn(asked.out)}`);
    const wentWell = (what: string) =>
      polled(`${what} ends well`, async () =>
        new RegExp(`${what} of bare1\\s+(?:Outcome: )?1 ok`).test((await say('operator', 'runs')).out),
      );
    await wentWell('provisioning');
    expect((await say('operator', 'verify bare1')).out).toContain('issued by oob demo CA; it is the recorded one');
    expect(await say('operator', 'poweron bare1')).toEqual({ code: 0, out: expect.stringContaining('bare1 is on') });
    for (const [upkeep, what] of [
      ['rotate', 'change of passwords'],
      ['renew', 'renewal of certificates'],
    ] as const) {
      const { out } = await say('operator', `${upkeep} bare1`);
      expect(await say('operator', `confirm ${requestIn(out)}`)).toMatchObject({ code: 0 });
      await wentWell(what);
    }
    const given = await say('operator', 'unprovision bare1 --reason "end of the walk"');
    expect(given.out).toContain('Needs 2 approvals');
    await say('approver', `approve ${requestIn(given.out)}`);
    await say('deputy', `approve ${requestIn(given.out)}`);
    await wentWell('unprovisioning');
    expect((await say('operator', 'hosts bare1')).out).toContain('not provisioned');
    const gone = await say('operator', 'poweron bare1');
    expect([gone.code, gone.out]).toEqual([1, expect.stringMatching(/not provisioned.*\/oob provision/s)]);
    expect(gone.out).toContain('taken back by this service');
  }, 90_000);

  test('its password is nowhere on the disk, and a Ctrl-C ends everything', async () => {
    const yaml = await readFile(join(directory, 'demo', 'oob.yaml'), 'utf8');
    expect(yaml).toContain('password: { env: OOB_LAB_PASSWORD }');
    demo.signal('SIGINT');
    expect(await demo.ended).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
    await expect(readFile(join(directory, 'demo', 'data', 'postgres', 'data', 'postmaster.pid'))).rejects.toThrow(
      'ENOENT',
    );
  });
});
