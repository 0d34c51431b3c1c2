import { describe, expect, test } from '@jest/globals';
import { personas } from '../../lab/personas.ts';
import { advisories, advisoriesFor } from '../../src/verification/known-bad-firmware.ts';

const cves = (version: string) => advisoriesFor(version)?.map(({ cve }) => cve);

describe('known bad firmware', () => {
  test.each([
    ['5.2.70', []],
    ['6.0.40', ['CVE-2017-5689']],
    ['6.2.61', []],
    ['8.1.70', ['CVE-2017-5689']],
    ['9.5.60', ['CVE-2017-5689']],
    ['9.1.41', []],
    ['10.0.55', []],
    ['11.6.26', ['CVE-2017-5689', 'CVE-2020-0594', 'CVE-2020-8758']],
    ['11.8.78', ['CVE-2020-8758']],
    ['11.8.79', []],
    ['11.12.78', ['CVE-2020-8758']],
    ['11.22.79', []],
    ['12.0.67', ['CVE-2020-8758']],
    ['12.0.68', []],
    ['13.0.31', ['CVE-2020-0594']],
    ['14.1.67', []],
    ['16.1.30', []],
  ])('AMT %s', (version, expected) => {
    expect(cves(version)).toEqual(expected);
  });
  test('CVE-2017-5689: a build of 3000 and more is mended, whatever stands before it', () => {
    expect(cves('11.0.18.1002')).toContain('CVE-2017-5689');
    expect(cves('11.0.18.3003')).not.toContain('CVE-2017-5689');
  });
  test('what is no version is not judged', () => {
    for (const text of ['', 'AMT', '11', '11.0.x', '11.0']) expect(advisoriesFor(text)).toBeNull();
  });
  test('each branch ends above where it begins, and stays in its generation', () => {
    for (const { branches } of advisories)
      for (const { from, fixed } of branches) {
        expect(fixed.split('.')[0]).toBe(from.split('.')[0]);
        expect(fixed.localeCompare(from, 'en', { numeric: true })).toBeGreaterThan(0);
      }
  });
  test('every version of the lab is one that can be judged', () => {
    for (const { version, build } of personas) expect(advisoriesFor(`${version}.${build}`)).not.toBeNull();
  });
});
