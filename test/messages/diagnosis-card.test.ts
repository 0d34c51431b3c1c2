import { describe, expect, test } from '@jest/globals';
import { diagnosisReport } from '../../src/messages/reports/diagnosis.ts';
import { endedOne } from '../../src/messages/runs/run-end-card.ts';
import { renderText } from '../../src/messages/text.ts';
import type { NamedOutcome } from '../../src/ports/runs/run-store.ts';
import type { Evidence } from '../../src/wake-causes/evidence.ts';
import type { WakeCause } from '../../src/wake-causes/wake-cause.ts';
import { amt, amtError, evidenceOf, lastWake, now, unanswered } from '../wake-causes/evidence-of.ts';

const outcome = (code: WakeCause, evidence: Evidence): NamedOutcome => ({
  deviceId: 'dev_host17',
  name: 'host17',
  site: 'madrid',
  status: 'ok',
  code,
  evidence: [],
  facts: {},
  report: diagnosisReport(evidence, code, 'UTC'),
  powerState: null,
  amtVersion: null,
  tookMs: 900,
  endedAt: now,
});
const card = (code: WakeCause, evidence: Evidence) => endedOne('diagnose', outcome(code, evidence));

describe('the card of `why`', () => {
  test('how it stands, the evidence with who told it, then what is likely and what to try', () => {
    const dark = lastWake('stayed_dark', { evidence: ['power state 8 (off) at each of 3 looks'] });
    const shown = card('accepted_but_dark', evidenceOf({ lastWake: dark }));
    expect(shown).toMatchObject({
      tone: 'warning',
      title: 'host17 did not come on; it is off now, AMT answers',
      context: 'accepted_but_dark',
    });
    const text = renderText(shown);
    const order = [
      'PC: power state 8',
      'record: last power-on ended as stayed_dark',
      'Likely: AMT took',
      'Try: Check the strip',
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });
  test('a device can not pass its words off as a command of ours', () => {
    const shown = card('nothing_wrong', evidenceOf({ amt: amt({ powerPackage: '`poweroff all`' }) }));
    expect(shown.text).toEqual(expect.arrayContaining([expect.stringContaining('`poweroff all`')]));
    expect(shown.tone).toBe('good');
  });
  test.each([
    [evidenceOf(), 'host17 is off now, AMT answers'],
    [
      evidenceOf({ amt: amt({ powerState: 2, osPowerSaving: 'saving' }) }),
      'host17 is in Modern Standby now, AMT answers',
    ],
    [evidenceOf({ amt: amtError('wrong_credentials') }), 'host17 is there now, but its AMT does not let us in'],
    [unanswered('silent'), 'host17 does not answer now'],
    [unanswered('silent', { lastWake: lastWake('done') }), 'host17 came on last time; it does not answer now'],
  ])('its title says how it stands %#', (evidence, title) => {
    expect(card('cause_not_known', evidence).title).toBe(title);
  });
  test('a failed power-on points to it', () => {
    const failed = {
      ...outcome('cause_not_known', evidenceOf()),
      status: 'failed',
      code: 'stayed_dark',
      report: null,
    } as const;
    expect(renderText(endedOne('power-on', failed))).toContain('`/oob why host17` looks for the cause.');
    expect(renderText(endedOne('power-off', failed))).not.toContain('oob why');
  });
});
