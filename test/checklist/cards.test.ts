import { describe, expect, test } from '@jest/globals';
import { renderSlackMessage } from '../../adapters/slack/render/render.ts';
import { makeChecklist, type SiteChecklist } from '../../src/checklist/checklist-of.ts';
import { keptAfter } from '../../src/checklist/judge-step.ts';
import type { StepContext } from '../../src/checklist/step.ts';
import { checklistSteps } from '../../src/checklist/steps/index.ts';
import { renderAdaptiveCard } from '../../src/messages/adaptive-card/adaptive-card.ts';
import { checklistCard, checklistsCard } from '../../src/messages/checklist/checklist-card.ts';
import { peopleCard } from '../../src/messages/checklist/mend-cards.ts';
import { redNotice } from '../../src/messages/checklist/red-notice.ts';
import { stepCard } from '../../src/messages/checklist/step-card.ts';
import { checklistSection } from '../../src/messages/digest/checklists.ts';
import { isPageAddress, type PageLinks } from '../../src/messages/page-address.ts';
import { renderText } from '../../src/messages/text.ts';
import { wordsOf } from '../../src/messages/words-of.ts';
import type { StatusChange } from '../../src/ports/checklist/checklist-store.ts';
import { look } from '../slack/block-kit.ts';
import { cardComplaints, seeCard } from '../teams/card-look.ts';
import { findingOf, fleetOf, goodContext, now, pcs } from './good-site.ts';

const dayMs = 24 * 60 * 60_000;
const yesterday = new Date(now.getTime() - 2 * dayMs);
const allPassed: readonly StatusChange[] = checklistSteps.map(({ id }) => ({
  step: id,
  status: 'pass',
  at: yesterday,
}));

async function listOf(context: StepContext, changes = allPassed): Promise<SiteChecklist> {
  const found = await Promise.all(checklistSteps.map((step) => findingOf(step, context)));
  const findings = found.map((finding) => keptAfter(null, finding).kept);
  return makeChecklist({
    site: 'madrid',
    now,
    since: new Date(now.getTime() - dayMs),
    findings,
    changes,
    verifiedAt: now,
  });
}

const ended = goodContext({
  ...{ fleet: async () => fleetOf({ auditLogPulled: pcs('host1') }) },
  provisioning: async () =>
    (await goodContext().provisioning()).map((each) =>
      each.name === 'dates' ? { ...each, status: 'fail', evidence: ['ended 2026-11-22'], mend: 'Renew it now.' } : each,
    ),
});
const extras = { timeZone: 'UTC', actions: [], nextDue: new Date('2026-11-24T05:00:00Z') };

describe('what a site lead opens every morning', () => {
  test('the outcome in one line, then what changed since yesterday, then a line per step', async () => {
    const view = checklistCard(await listOf(ended), extras);
    expect(view.title).toBe('Checklist madrid: 16 of 18 proved, 1 warning, 1 failing');
    expect(view.tone).toBe('bad');
    expect(view.text).toMatch(
      /^Since yesterday:\n✖ step 2 \(certificates\) fails \(was: proved\): corp: dates: ended 2026-11-22\n▲ step 17/,
    );
    expect(view.table?.rows).toHaveLength(18);
    expect(view.table?.rows[1]).toEqual(['2 certificates', '✖ fails', 'corp: dates: ended 2026-11-22']);
    expect(view.facts).toContainEqual({ label: 'Trend', value: '18 → 18 → 16 proved, a day each' });
    expect(view.context).toBe(
      'verified 2026-11-23 05:00 UTC · again 2026-11-24 05:00 UTC · all evidence of a step: /oob checklist NUMBER',
    );
    expect(view.attachment?.content).toMatch(/madrid,2,oob\.pki,fail,corp: dates,fail,ended 2026-11-22,here,/);
  });

  test('all well, and nothing new', async () => {
    const view = checklistCard(await listOf(goodContext()), extras);
    expect([view.title, view.tone, view.text]).toEqual([
      ...['Checklist madrid: 18 of 18 proved', 'good', 'No change since yesterday.'],
    ]);
  });

  test('one step: every piece of evidence, where and when, each mend once', async () => {
    const list = await listOf(ended);
    const state = list.steps[1];
    if (!state) throw new Error('no step 2');
    const view = stepCard(list, state, { timeZone: 'UTC', nameOf: (id) => id, actions: [], mayAttest: true });
    expect(view.title).toBe('Step 2 at madrid: certificates fails');
    const text = renderText(view);
    expect(text).toMatch(/corp: dates: Renew it now\./);
    expect(text).toMatch(/\/oob checklist attest 2 madrid --reason/);
    expect(text).toContain('ended 2026-11-22');
    expect(view.table?.rows).toHaveLength(state.finding?.evidence.length ?? 0);
  });

  test('several sites; the call to an owner; what people have to do', async () => {
    const lists = [await listOf(ended), { ...(await listOf(goodContext())), site: 'lyon' }];
    expect(checklistsCard(lists, 'UTC').title).toBe('Checklists: 1 of 2 sites proved, 1 with failing steps');
    const step = checklistSteps[1];
    if (!step) throw new Error('no step 2');
    const finding = await findingOf(step, ended);
    const notice = redNotice({ finding, step, number: 2, calls: [{ name: 'Ana', user: 'U1' }] });
    expect(notice).toMatchObject({
      title: 'Checklist madrid: step 2 (certificates) fails now',
      calls: [{ name: 'Ana', user: 'U1' }],
      context: '/oob checklist 2 madrid · /oob fix 2 madrid · oob.pki',
    });
    expect(renderText(notice)).toContain('corp: dates: ended 2026-11-22\n  Renew it now.');
    const open = finding.evidence.filter(({ status }) => status === 'fail');
    expect(renderText(peopleCard('madrid', 2, step.actors, open))).toContain('→ Renew it now.');
  });
});

describe('the part of a digest', () => {
  test('what changed comes first, then how it stands; the thread names steps and how to open them', async () => {
    const section = checklistSection([await listOf(ended)], 'UTC');
    expect(section.headline).toBe(
      'madrid: step 2 (certificates) fails and step 17 (audit logs) warning; madrid 16 of 18 proved, 1 warning, 1 failing',
    );
    expect([section.isNews, section.isAlarm]).toEqual([true, true]);
    expect(section.details?.text).toMatch(/✖ step 2 \(certificates\) fails[\s\S]*\/oob fix NUMBER SITE/);
    expect(section.rows).toEqual([
      ['step', 'madrid', '2 oob.pki', 'fails'],
      ['step', 'madrid', '17 oob.auditlog', 'warning'],
    ]);
  });

  test('quiet where all is well, and where nothing was ever verified', async () => {
    const well = checklistSection([await listOf(goodContext())], 'UTC');
    expect(well).toMatchObject({ headline: 'madrid 18 of 18 proved', isNews: false, isAlarm: false, details: null });
    const never = { ...(await listOf(goodContext())), verifiedAt: null };
    expect(checklistSection([never], 'UTC').headline).toBeNull();
  });
});

describe('where the console has an address that people reach', () => {
  const links: PageLinks = (place) => {
    const address = place.kind === 'site' ? `https://c.example/site?name=${place.site}&step=${place.step}` : '';
    return isPageAddress(address) ? address : null;
  };
  const to = (step: number | null) => `https://c.example/site?name=madrid&step=${step}`;

  test('each step on the card leads to its place on the page', async () => {
    const list = await listOf(ended);
    const view = checklistCard(list, { ...extras, links });
    expect(view.table?.rows[1]).toEqual([
      ...[[{ words: '2 certificates', page: to(2) }], '✖ fails', 'corp: dates: ended 2026-11-22'],
    ]);
    expect(view.text).toContainEqual({ words: 'step 17 (audit logs)', page: to(17) });
    expect(renderText(view)).toBe(renderText(checklistCard(list, extras)));
    expect(view.attachment).toEqual(checklistCard(list, extras).attachment);
    const slack = renderSlackMessage(view);
    const card: unknown = JSON.parse(JSON.stringify(renderAdaptiveCard(view)));
    const steps = checklistSteps.map((_, at) => to(at + 1));
    // Two of them stand in the text too: those that changed.
    expect(new Set(look(JSON.parse(JSON.stringify(slack))).links)).toEqual(new Set(steps));
    expect(new Set(seeCard(Object(card)).links)).toEqual(new Set(steps));
    expect(cardComplaints(card)).toEqual([]);
    expect(JSON.stringify(slack.blocks).length).toBeLessThan(12_000);
  });

  test('the digest names the steps that changed as links, on top and in its thread, and says the same words', async () => {
    const all = [await listOf(ended)];
    const [section, bare] = [checklistSection(all, 'UTC', links), checklistSection(all, 'UTC')];
    expect(section.headline).toContainEqual({ words: 'step 2 (certificates)', page: to(2) });
    expect(wordsOf(section.headline ?? '')).toBe(bare.headline);
    expect(section.details?.text).toContainEqual({ words: 'step 2 (certificates)', page: to(2) });
    expect(wordsOf(section.details?.text ?? '')).toBe(bare.details?.text);
    expect(section.details?.table?.rows[0]?.slice(0, 3)).toEqual([
      [{ words: 'madrid', page: to(null) }],
      '16 of 18 proved, 1 warning, 1 failing',
      [{ words: '2 certificates', page: to(2) }],
    ]);
    expect(section.rows).toEqual(bare.rows);
  });
});

describe('on the platforms', () => {
  test('all 18 steps fit into a message of Slack and a card of Teams', async () => {
    const view = checklistCard(await listOf(ended), extras);
    const slack = JSON.stringify(renderSlackMessage(view));
    const card = JSON.stringify(renderAdaptiveCard(view));
    for (const text of [slack, card]) {
      for (const { shortTitle } of checklistSteps) expect(text).toContain(shortTitle);
      expect(text).toContain('16 of 18 proved');
      expect(text.length).toBeLessThan(28_000);
    }
  });
});
