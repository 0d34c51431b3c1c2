import { describe, expect, test } from '@jest/globals';
import { coversDevice } from '../../src/inventory/match-device.ts';
import { nearest, replaceTarget } from '../../src/inventory/resolve-targets.ts';
import { parseTargets } from '../../src/inventory/targets.ts';
import { target } from '../support/fixtures.ts';

describe('target words', () => {
  test.each([
    [['host42'], ['+name:host42']],
    [['host42,host43'], ['+name:host42', '+name:host43']],
    [['lab-*'], ['+glob:lab-*']],
    [
      ['site:madrid', '-', 'group:vip'],
      ['+site:madrid', '-group:vip'],
    ],
    [
      ['site:madrid', '-group:vip', '+group:floor3'],
      ['+site:madrid', '-group:vip', '+group:floor3'],
    ],
    [['ALL'], ['+all']],
    [
      ['failed:req_4kq7tz2m', '-', 'host3'],
      ['+failed:req_4kq7tz2m', '-name:host3'],
    ],
    [['ou:Madrid'], ['+ou:Madrid']],
    [['ou:OU=PCs,OU=Madrid,DC=lab,DC=test'], ['+ou:OU=PCs,OU=Madrid,DC=lab,DC=test']],
    [
      ['host1,site:x,ou:OU=a, b,DC=y', '-ou:Lyon', 'OU:Rome'],
      ['+name:host1', '+site:x', '+ou:OU=a, b,DC=y', '-ou:Lyon', '+ou:Rome'],
    ],
    [['pc-with-dashes-7'], ['+name:pc-with-dashes-7']],
    [
      ['due:certificates', '-DUE:passwords'],
      ['+due:certificates', '-due:passwords'],
    ],
  ])('%j', (words, steps) => {
    const parsed = parseTargets(words);
    expect(
      parsed.ok &&
        parsed.steps.map(({ sign, term }) => `${sign}${term.kind}${'value' in term ? `:${term.value}` : ''}`),
    ).toEqual(steps);
  });

  test.each([
    [[], 'Say which PCs'],
    [['-', 'host1'], 'Name what is meant before'],
    [['host1', '-'], 'Something must follow the -.'],
    [['a/b'], '"a/b" is not a name'],
    [['<!channel>'], 'is not a name'],
    [['due:rent'], 'What can be due is certificates or passwords.'],
  ])('%j is answered', (words, problem) =>
    expect(parseTargets(words)).toMatchObject({ ok: false, problem: expect.stringContaining(problem) }),
  );
});

describe('what a policy covers', () => {
  const device = target('LAB-07', { site: 'Madrid', groups: ['floor3', 'vip'] });
  test.each(['all', 'site:madrid', 'group:VIP', 'lab-07', 'lab-*', 'lab-0?'])('%s covers it', (word) =>
    expect(coversDevice([word], device)).toBe(true),
  );
  test.each(['site:mad', 'group:vi', 'lab', 'lab-?', 'l.b-07', ''])('%s does not', (word) =>
    expect(coversDevice([word], device)).toBe(false),
  );
});

describe('suggestions', () => {
  test('the nearest one, when it is near enough', () => {
    expect(nearest('hots42', ['host41', 'host42', 'printer'])).toBe('host42');
    expect(nearest('zzz', ['host42'])).toBeNull();
    expect(nearest('powron', ['poweron', 'poweroff'])).toBe('poweron');
  });

  test('of several as near, the one that begins most like it, whatever their order', () => {
    const candidates = ['host21', 'host41', 'host42', 'host421x'];
    expect(nearest('host421', candidates.slice(0, 3))).toBe('host42');
    expect(nearest('host421', candidates.slice(0, 3).reverse())).toBe('host42');
    expect(nearest('host421', candidates)).toBe('host421x');
  });

  test('letters that changed places are one mistake', () => {
    expect(nearest('hots7', ['host7', 'host1'])).toBe('host7');
    expect(nearest('hsot7', ['printer'])).toBeNull();
  });

  test('the kind of a target makes no name near', () => {
    const candidates = ['site:madrid', 'site:lyon', 'group:floor3', 'host42'];
    expect(nearest('site:paris', candidates)).toBeNull();
    expect(nearest('group:vip', candidates)).toBeNull();
    expect(nearest('site:madird', candidates)).toBe('site:madrid');
    expect(nearest('site:lion', candidates)).toBe('site:lyon');
    expect(nearest('gruop:floor3', candidates)).toBe('group:floor3');
    expect(nearest('sites:madrid', candidates)).toBe('site:madrid');
  });

  test('one word is replaced, where it stands as a word', () => {
    const verb = 'poweron'.length;
    expect(replaceTarget('poweron host12 host', 'host', 'host1', verb)).toBe('poweron host12 host1');
    expect(replaceTarget('poweron on', 'on', 'on1', verb)).toBe('poweron on1');
    expect(replaceTarget('poweron a,hos7 b', 'hos7', 'host7', verb)).toBe('poweron a,host7 b');
    expect(replaceTarget('hosts site:x -group:vp', 'group:vp', 'group:vip')).toBe('hosts site:x -group:vip');
    expect(replaceTarget('poweron lab-vp "vp"', 'vp', 'vip', verb)).toBe('poweron lab-vp "vip"');
    expect(replaceTarget('retry of req_1', 'host9', 'host8')).toBeNull();
  });
});
