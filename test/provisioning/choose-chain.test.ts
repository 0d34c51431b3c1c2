import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RootHash } from '../../src/ports/hello/hello.ts';
import { type AvailableChain, chooseChain } from '../../src/provisioning/hello/choose-chain.ts';

const now = new Date('2026-11-24T09:00:00Z');
const day = (days: number) => new Date(now.getTime() + days * 86_400_000);
const root = (hex: string, kind: RootHash['kind'] = 'sha256'): RootHash => ({ kind, hex });
const chain = (over: Partial<AvailableChain> = {}): AvailableChain => ({
  name: 'own',
  rootHashes: [root('aa'), root('a1', 'sha1')],
  commonName: 'setup.corp.example',
  validFrom: day(-1),
  validTo: day(30),
  ...over,
});
const facts = (roots: readonly RootHash[], dnsSuffix: string | null = 'corp.example') => ({
  hello: { version: 3 as const, roots },
  dnsSuffix,
  now,
});
const whyNot = (over: Partial<AvailableChain>, suffix?: string | null) => {
  const choice = chooseChain([chain(over)], facts([root('bb'), root('aa')], suffix));
  return choice.ok ? null : choice.passedOver[0]?.why;
};

describe('the chain for a PC', () => {
  test('is the one whose root it announced', () => {
    const chains = [chain({ name: 'other', rootHashes: [root('cc')] }), chain()];
    expect(chooseChain(chains, facts([root('bb'), root('aa')]))).toEqual({
      ok: true,
      chain: chains[1],
      root: root('aa'),
    });
  });

  test('may be known by SHA-1, to firmware that knows no better', () => {
    expect(chooseChain([chain()], facts([root('a1', 'sha1')]))).toMatchObject({ ok: true, root: { kind: 'sha1' } });
  });

  test('SHA-1 and SHA-256 are not mixed up (failure cause: hash of another kind)', () => {
    expect(chooseChain([chain()], facts([root('aa', 'sha1')]))).toMatchObject({ ok: false, code: 'none_fits' });
  });

  test.each<[string, Partial<AvailableChain>, string | null]>([
    ['another root', { rootHashes: [root('dd')] }, 'root_not_announced'],
    ['another domain', { commonName: 'setup.other.example' }, 'outside_domain'],
    ['a domain that only ends alike', { commonName: 'setup.notcorp.example' }, 'outside_domain'],
    ['expired', { validTo: day(-0.5) }, 'expired'],
    ['of tomorrow', { validFrom: day(1) }, 'not_valid_yet'],
    ['a wildcard of the domain', { commonName: '*.corp.example' }, null],
    ['hashes in capitals', { rootHashes: [root('AA')] }, null],
  ])('%s', (_what, over, why) => {
    expect(whyNot(over)).toBe(why);
  });

  test('is not judged by a domain that nobody knows yet', () => {
    expect(whyNot({ commonName: 'setup.other.example' }, null)).toBeNull();
  });

  test('holds longest of several; the order of the configuration decides nothing', () => {
    const chains = [
      chain({ name: 'b', validTo: day(60) }),
      chain({ name: 'a', validTo: day(60) }),
      chain({ name: 'c' }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(chains, { minLength: 3 }), (shuffled) => {
        expect(chooseChain(shuffled, facts([root('aa')]))).toMatchObject({ ok: true, chain: { name: 'a' } });
      }),
    );
  });

  test('is none for a PC with a pre-shared key, and none when there are none', () => {
    expect(chooseChain([chain()], { ...facts([]), hello: { version: 2, roots: [] } })).toMatchObject({
      code: 'needs_psk',
    });
    expect(chooseChain([], facts([root('aa')]))).toMatchObject({ code: 'no_chains' });
  });

  test('is never one whose root was not announced', () => {
    const hexes = fc.constantFrom('aa', 'bb', 'cc', 'dd');
    const kinds = fc.constantFrom('sha1' as const, 'sha256' as const, 'sha384' as const);
    const hashes = fc.array(fc.record({ kind: kinds, hex: hexes }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(hashes, { maxLength: 4 }), hashes, (owned, announced) => {
        const chains = owned.map((rootHashes, index) => chain({ name: `${index}`, rootHashes }));
        const choice = chooseChain(chains, facts(announced));
        const fits = owned.some((own) =>
          own.some(({ kind, hex }) => announced.some((one) => one.kind === kind && one.hex === hex)),
        );
        expect(choice.ok).toBe(fits);
        if (!choice.ok && chains.length > 0) expect(choice.passedOver).toHaveLength(chains.length);
      }),
    );
  });
});
