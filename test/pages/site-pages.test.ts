import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { evidence, hostile, now, type PagesBench, startPages } from './pages-bench.ts';

const minute = (n: number) => new Date(now.getTime() - n * 60_000);
const everyPage = ['/sites', '/site?name=madrid', '/pcs?site=madrid', '/pc?name=host1'];
/** What stands on a page, without its markup. */
const textOf = (body: string) =>
  body
    .replace(/<head>.*?<\/head>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

let bench: PagesBench;
const get = (...args: Parameters<PagesBench['get']>) => bench.get(...args);
const read = async (path: string, as = 'olga') => textOf((await get(path, as)).body);

beforeAll(async () => {
  bench = await startPages();
  await bench.add(
    'madrid',
    Array.from({ length: 120 }, (_, index) => `host${index + 1}`),
  );
  await bench.add('lyon', ['pc1', 'pc2'], ['floor3']);
  await bench.add(`a${hostile}`, [`x${hostile}`], [hostile]);
  const seen = { at: minute(60), subState: null } as const;
  const ids = await Promise.all(['host1', 'host2', 'host3'].map((name) => bench.idOf(name)));
  const [one = '', two = '', three = ''] = ids;
  await bench.store.amtStatuses.keep([
    { deviceId: one, status: 'provisioned', because: 'it lets us in, with our certificate', ...seen },
    { deviceId: two, status: 'detected', because: 'AMT answers and refuses every account', ...seen },
    { deviceId: three, status: 'detected', because: hostile, ...seen },
  ]);
  await bench.find('madrid', 'oob.prereq', 'fail', [
    evidence('DNS servers', {
      ...{ status: 'fail', measured: 'fail', values: ['10.0.0.53: no answer'], mend: 'Start the server.' },
    }),
    evidence('firmware', { values: ['AMT 15.0.23: 120 PCs'] }),
  ]);
  await bench.find('madrid', 'oob.settings', 'fail', [
    evidence('as the profile says', {
      ...{ status: 'fail', measured: 'fail', values: ['3 of 120 PCs differ'], mend: 'Have the profile written.' },
      command: 'settings apply site:madrid',
    }),
  ]);
  await bench.find('madrid', 'oob.method', 'unknown', [
    evidence('decision', { status: 'unknown', measured: 'unknown', values: ['nobody said'], isAttestable: true }),
  ]);
  await bench.find(`a${hostile}`, 'oob.pki', 'fail', [
    evidence(hostile, { status: 'fail', measured: 'fail', values: [hostile], where: hostile, mend: hostile }),
  ]);
}, 60_000);
afterAll(() => bench.stop());

describe('who may look', () => {
  test.each(everyPage)('nobody who is not signed in: %s leads to the sign-in, and from there back', async (path) => {
    const answer = await get(path, null);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe(`/login?${new URLSearchParams({ to: path })}`);
    expect(answer.body).toBe('');
  });

  test.each(everyPage)('a token that nobody has is no sign-in: %s', async (path) => {
    const answer = await get(path, null, { authorization: 'Bearer olga-0123456789abcdee' });
    expect([answer.status, answer.body]).toEqual([303, '']);
  });

  test.each(['norma', 'paul', 'chan'].flatMap((person) => everyPage.map((path) => [person, path] as const)))(
    '%s, whom no role lets ask for a status here, sees nothing at %s',
    async (person, path) => {
      const answer = await get(path, person);
      expect(answer.status).toBe(403);
      expect(answer.body).toContain('None of your roles lets you ask for the status of PCs.');
      expect(answer.body).not.toMatch(/madrid|lyon|host1|pc1/);
    },
  );

  test('who may ask about one site sees that one only', async () => {
    const sites = await read('/sites', 'mia');
    expect(sites).toContain('120 PCs at 1 site');
    expect(sites).not.toContain('lyon');
    expect((await get('/pcs?site=madrid', 'mia')).status).toBe(200);
    for (const path of ['/site?name=lyon', '/pcs?site=lyon', '/pc?name=pc1']) {
      const answer = await get(path, 'mia');
      expect([path, answer.status]).toEqual([path, 404]);
      expect(textOf(answer.body)).not.toContain('lyon');
    }
  });

  test('what is not there and what one may not see look the same', async () => {
    const [hidden, absent] = [await get('/pc?name=pc1', 'mia'), await get('/pc?name=pc9', 'mia')];
    expect(hidden.body.replaceAll('pc1', '')).toBe(absent.body.replaceAll('pc9', ''));
  });

  test('who may ask about a group sees its PCs by name, and no site', async () => {
    expect(await read('/sites', 'flo')).toContain('No role of yours is about a whole site.');
    expect((await get('/site?name=lyon', 'flo')).status).toBe(404);
    expect((await get('/pcs?site=lyon', 'flo')).status).toBe(404);
    const pc = await get('/pc?name=pc1', 'flo');
    expect(pc.status).toBe(200);
    expect(pc.body).not.toContain('href="/site?');
    expect((await get('/pc?name=host1', 'flo')).status).toBe(404);
  });

  test('a token speaks for its person only', async () => {
    expect((await get('/sites?as=olga', 'norma')).status).toBe(403);
  });

  test('a name that was rebound is refused', async () => {
    expect((await get('/sites', 'olga', { host: 'evil.example' })).status).toBe(421);
  });
});

describe('what stands on them', () => {
  test('sites with their checklists and their fleets by AMT status', async () => {
    const { body } = await get('/sites', 'olga');
    expect(textOf(body)).toContain('123 PCs at 3 sites, 1 provisioned');
    expect(textOf(body)).toMatch(/madrid ✖ 0 of 18 proved, 2 failing, 16 not known 120 0/);
    expect(textOf(body)).toContain('lyon ○ never verified');
    expect(body).toContain('<a href="/pcs?site=madrid&amp;status=detected">2</a>');
    expect(body).toContain('<a href="/pcs?site=madrid&amp;status=unknown">117</a>');
  });

  test('eighteen steps, each with a mark and a word', async () => {
    const { body } = await get('/site?name=madrid', 'olga');
    expect(body.match(/<details id="step-\d+"/g)).toHaveLength(18);
    const states = body.match(
      /<\/span><span class="state" data-tone="\w+"><span class="mark" aria-hidden="true">.<\/span> [a-z ]+/g,
    );
    expect(states).toHaveLength(18);
    expect(body).not.toContain('<details id="step-1" open');
  });

  test('a step that a link names is unfolded: measured what, where, when, until when, and what mends it', async () => {
    const { body } = await get('/site?name=madrid&step=1', 'olga');
    expect(body).toContain('<details id="step-1" open');
    const step = textOf(body.match(/<details id="step-1".*?<\/details>/s)?.[0] ?? '');
    expect(step).toContain('DNS servers ✖ fails 10.0.0.53: no answer Start the server.');
    expect(step).toContain('oob1 2026-11-23 09:00 UTC until 2026-11-24 09:00 UTC');
    expect(step.indexOf('DNS servers', step.indexOf('What'))).toBeLessThan(step.indexOf('AMT 15.0.23: 120 PCs'));
    expect(step).toContain('What to do /oob fix 1 site:madrid');
    expect(step).toContain('Verify /oob checklist verify 1 site:madrid');
  });

  test('a step that a command mends offers it; one that people may answer for says how', async () => {
    const body = (await get('/site?name=madrid', 'olga')).body;
    const step = (number: number) =>
      textOf(body.match(new RegExp(`<details id="step-${number}".*?</details>`, 's'))?.[0] ?? '');
    expect(step(8)).toContain('Fix /oob fix 8 site:madrid');
    expect(step(8)).toContain('/oob settings apply site:madrid');
    expect(step(4)).toContain('Or answer for it: /oob checklist attest 4 site:madrid');
    expect(step(18)).toContain('This step was never verified.');
  });

  test('what changed since yesterday comes before the steps, and the trend is told', async () => {
    const at = (days: number) => new Date(now.getTime() - days * 86_400_000);
    for (const days of [3, 2]) await bench.find('lyon', 'oob.prereq', 'pass', [evidence('DNS')], at(days));
    await bench.find('lyon', 'oob.ad', 'pass', [evidence('domain')], at(1.5));
    await bench.find('lyon', 'oob.ad', 'fail', [
      evidence('domain', { status: 'fail', measured: 'fail', values: ['the unit is gone'], mend: 'Make it again.' }),
    ]);
    const page = await read('/site?name=lyon');
    expect(page).toContain('Since yesterday ✖ step 3 (Active Directory) fails (was: proved): domain: the unit is gone');
    expect(page).toMatch(/Trend 1 → 1 → 2 → \d proved, a day each/);
    expect(page.indexOf('Since yesterday')).toBeLessThan(page.indexOf('Verify all'));
  });

  test('who answers for something is named, with the reason and until when', async () => {
    const attested = { id: 'att_1', by: 'mia', reason: 'in-band only', until: new Date(now.getTime() + 86_400_000) };
    await bench.find('lyon', 'oob.method', 'pass', [
      evidence('decision', { measured: 'unknown', isAttestable: true, attested }),
    ]);
    expect(await read('/site?name=lyon&step=4')).toContain(
      'Attested: decision Mia, until 2026-11-24 09:00 UTC: in-band only',
    );
  });

  test('PCs of a status; the words of a status lead there', async () => {
    const page = await read('/pcs?site=madrid&status=detected');
    expect(page).toContain('PCs: detected at madrid');
    expect(page).toMatch(/host2 ▲ detected 2026-11-23 08:00 UTC.*host3/);
    expect(page).not.toContain('host1 ');
    expect(await read('/pcs?site=MADRID&status=not-supported')).toContain('There are none.');
  });

  test('a long list has pages', async () => {
    const first = await get('/pcs?site=madrid', 'olga');
    const names = (body: string) => [...body.matchAll(/<a href="\/pc\?name=(host\d+)"/g)].map(([, name]) => name);
    expect(textOf(first.body)).toContain('120 PCs, 1 to 50 of them here');
    expect(names(first.body)).toEqual(Array.from({ length: 50 }, (_, index) => `host${index + 1}`));
    expect(first.body).toContain('<a href="/pcs?site=madrid&amp;page=2">Next</a>');
    const last = await get('/pcs?site=madrid&page=3', 'olga');
    expect(names(last.body)).toEqual(Array.from({ length: 20 }, (_, index) => `host${index + 101}`));
    expect(last.body).not.toContain('>Next<');
  });

  test.each([
    '/pcs?site=madrid&page=4',
    '/pcs?site=madrid&status=detected&page=2',
    '/site?name=nowhere',
    '/site?name=madrid&step=19',
    '/pc?name=host1%25',
    '/pc?name=%00',
  ])('there is nothing at %s', async (path) => {
    const answer = await get(path, 'olga');
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toContain('text/html');
  });

  test.each([
    ...['/pcs', '/pcs?site=', '/pcs?site=madrid&page=0', '/pcs?site=madrid&page=-1', '/pcs?site=madrid&page=1e9'],
    ...['/pcs?site=madrid&status=on', '/site', '/site?name=madrid&step=x', '/pc', `/pc?name=${'x'.repeat(300)}`],
  ])('%s is no address', async (path) => {
    const answer = await get(path, 'olga');
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toContain('text/html');
    expect(answer.body).toContain('Look for a PC');
  });

  test('one PC: its status and history, and what was done to it', async () => {
    const page = await read('/pc?name=HOST1');
    expect(page).toContain('✔ provisioned: it lets us in, with our certificate');
    expect(page).toContain('Certificate of ours none');
    expect(page).toContain('This service has not set it up.');
    expect(page).toContain('Nothing was done to it yet.');
    expect(page).toContain('Status /oob status host1');
  });

  test('of a provisioning how far it came; never what its record holds', async () => {
    const { provisionings } = bench.store;
    const deviceId = await bench.idOf('host5');
    const begun = await provisionings.begin({ deviceId, mode: 'remote', requestId: 'req_77', at: minute(9) });
    const met = await provisionings.done(
      deviceId,
      begun.version,
      'meet',
      { keyPair: 'held', fingerprint: 'f00d' },
      minute(8),
    );
    const failure = { step: 'set-clock', code: 'unreachable', evidence: ['no answer'] } as const;
    await provisionings.change(deviceId, met?.version ?? 0, { state: 'stopped', failure }, minute(7));
    const { body } = await get('/pc?name=host5', 'olga');
    expect(textOf(body)).toContain('State ✖ stopped');
    expect(textOf(body)).toContain('its clock: unreachable. no answer');
    expect(textOf(body)).toContain('finding the PC and showing it the certificate');
    expect(body).not.toMatch(/held|f00d/);
  });
});

describe('hostile names', () => {
  test.each([
    `/site?${new URLSearchParams({ name: `a${hostile}` })}`,
    `/pcs?${new URLSearchParams({ site: `a${hostile}` })}`,
    `/pc?${new URLSearchParams({ name: `x${hostile}` })}`,
    '/pc?name=host3',
    '/sites',
  ])('are text: %s', async (path) => {
    const { status, body } = await get(path, 'olga');
    expect(status).toBe(200);
    expect(body).toContain('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&#39;&amp;');
    expect(body).not.toContain('<img');
    expect(body.match(/<script[^>]*>/g)).toEqual(['<script src="/sites/keep-fresh.ts" type="module">']);
  });

  test('a site that is called like a path keeps its name', async () => {
    await bench.add('..', ['dot1']);
    const { body } = await get('/sites', 'olga');
    expect(body).toContain('<a href="/site?name=..">..</a>');
    expect((await get('/site?name=..', 'olga')).status).toBe(200);
  });
});
