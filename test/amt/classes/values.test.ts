import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ClassDefinition } from '../../../adapters/amt/model/class-definition.ts';
import type { Kind, Kinds } from '../../../adapters/amt/model/kinds.ts';
import { readValues } from '../../../adapters/amt/model/read-values.ts';
import { isDone, ptStatusReturns, refusalOf, stateChangeReturns } from '../../../adapters/amt/model/return-values.ts';
import { changedFields, writeValues } from '../../../adapters/amt/model/write-values.ts';
import { child, readXml, type XmlNode } from '../../../adapters/amt/wsman/read.ts';
import { invokeRequest, messageText, putRequest } from '../../../adapters/amt/wsman/requests.ts';
import { AmtError } from '../../../src/ports/amt.ts';
import { allDefinitions } from './all-definitions.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: what XML can not carry is the matter here
const notCarried = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;
const text = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom('<', '>', '&', '"', "'", '\r', '\n', '\t', ']]>', '<!--', '&amp;', 'é', '😀'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 30,
  })
  .filter((one) => !notCarried.test(one));
const bytes = fc.uint8Array({ maxLength: 40 }).map((one) => Buffer.from(one));
const reference = fc.record({
  className: fc.constantFrom('AMT_Thing' as const, 'CIM_Thing' as const, 'IPS_Thing' as const),
  selectors: fc.dictionary(fc.stringMatching(/^[A-Za-z]{1,8}$/), text, {
    minKeys: 1,
    maxKeys: 3,
    noNullPrototype: true,
  }),
});
const moment = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });

const single: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  text,
  number: fc.integer({ min: -0x8000_0000, max: 0xffff_ffff }),
  big: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  flag: fc.boolean(),
  bytes,
  hex: bytes,
  time: fc.oneof(
    moment.map((one) => `${one.toISOString().slice(0, 19)}Z`),
    fc.constantFrom('P1DT2H30M', 'PT12M'),
  ),
  reference,
};

const anyOf = (kind: Kind): fc.Arbitrary<unknown> =>
  kind.endsWith('[]')
    ? fc.array(single[kind.slice(0, -2)] ?? fc.constant(''), { minLength: 1, maxLength: 4 })
    : (single[kind] ?? fc.constant(''));

/** Any values for these properties, some of them left out. */
const valuesFor = (kinds: Kinds): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, anyOf(kind)])), {
    requiredKeys: [],
    noNullPrototype: true,
  });

const bodyOf = (request: string): XmlNode => {
  const body = child(readXml(Buffer.from(request)), 'Body');
  const [only] = body?.children ?? [];
  if (only === undefined || body?.children.length !== 1) throw new Error('one element expected');
  return only;
};

const everyKind: Kinds = {
  Text: 'text',
  Texts: 'text[]',
  Number: 'number',
  Numbers: 'number[]',
  Big: 'big',
  Flag: 'flag',
  Flags: 'flag[]',
  Bytes: 'bytes',
  Hex: 'hex',
  Hexes: 'hex[]',
  Time: 'time',
  Reference: 'reference',
  References: 'reference[]',
};

describe('what is written comes back', () => {
  test('any value of any kind, in a Put and in a call, and nothing beside it', () => {
    fc.assert(
      fc.property(valuesFor(everyKind), (values) => {
        const fields = writeValues(everyKind, values);
        for (const request of [putRequest('AMT_Thing', fields), invokeRequest('AMT_Thing', 'Do', fields)]) {
          const body = bodyOf(messageText(request, 1));
          expect(readValues(everyKind, body)).toEqual(values);
          expect([...new Set(body.children.map((one) => one.name))]).toEqual(
            Object.keys(everyKind).filter((name) => name in values),
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  test.each([...allDefinitions.values()].map((one) => [one.name, one] as const))('%s', (name, definition) => {
    const embeds = (kinds: Kinds) => Object.values(kinds).includes('instance');
    const parts: [string, Kinds][] = [[name, definition.fields]];
    for (const [method, { in: input }] of Object.entries(definition.methods)) parts.push([method, input]);
    for (const [part, kinds] of parts.filter(([, one]) => !embeds(one))) {
      fc.assert(
        fc.property(valuesFor(kinds), (values) => {
          const body = bodyOf(messageText(invokeRequest(name, part, writeValues(kinds, values)), 1));
          expect(readValues(kinds, body)).toEqual(values);
        }),
        { numRuns: 15 },
      );
    }
  });

  test('arguments go in the order of the signature, however the caller has them', () => {
    const fields = writeValues(
      { First: 'number', Second: 'text', Third: 'flag' },
      { Third: true, Second: 'b', First: 1 },
    );
    expect(Object.keys(fields)).toEqual(['First', 'Second', 'Third']);
  });
});

describe('what is odd', () => {
  const node = (inner: string) =>
    bodyOf(
      `<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope" xmlns:i="i"><Body><X>${inner}</X></Body></Envelope>`,
    );

  test.each<[string, Kind, string]>([
    ['a word for a number', 'number', '<A>many</A>'],
    ['a number beyond all', 'number', '<A>99999999999999999999</A>'],
    ['an empty number', 'number', '<A></A>'],
    ['two where there is one', 'number', '<A>1</A><A>2</A>'],
    ['one bad of a list: positions mean something', 'number[]', '<A>1</A><A>x</A><A>3</A>'],
    ['maybe for yes or no', 'flag', '<A>maybe</A>'],
    ['no base64', 'bytes', '<A>a?b</A>'],
    ['base64 that is cut off', 'bytes', '<A>abc</A>'],
    ['odd hex', 'hex', '<A>abc</A>'],
    ['nil', 'text', '<A i:nil="true">x</A>'],
    ['elements for text', 'text', '<A><B>x</B></A>'],
    ['an empty time', 'time', '<A></A>'],
    ['a reference to nothing', 'reference', '<A><Address>default</Address></A>'],
    [
      'a reference to no class of ours',
      'reference',
      '<A><ReferenceParameters><ResourceURI>http://x/Win32_Thing</ResourceURI></ReferenceParameters></A>',
    ],
    [
      'a selector without a name',
      'reference',
      '<A><ReferenceParameters><ResourceURI>http://x/AMT_Thing</ResourceURI><SelectorSet><Selector>v</Selector></SelectorSet></ReferenceParameters></A>',
    ],
  ])('%s is missing, not guessed at', (_name, kind, inner) => {
    expect(readValues({ A: kind }, node(inner))).toEqual({});
  });

  test.each<[string, Kind, string, unknown]>([
    ['1 for yes', 'flag', '<A>1</A>', true],
    ['blanks around a number', 'number', '<A> 7 </A>', 7],
    ['base64 in lines', 'bytes', '<A>AQ\nI=</A>', Buffer.from([1, 2])],
    ['empty text', 'text', '<A></A>', ''],
    ['empty bytes', 'bytes', '<A></A>', Buffer.alloc(0)],
    ['a time without its element', 'time', '<A>2026-11-23T06:00:00Z</A>', '2026-11-23T06:00:00Z'],
    ['a list of one', 'number[]', '<A>7</A>', [7]],
  ])('%s is read', (_name, kind, inner, expected) => {
    expect(readValues({ A: kind }, node(inner))).toEqual({ A: expected });
  });

  test('any XML a device may send ends in values', () => {
    const kinds = Object.fromEntries(
      Object.keys(everyKind).map((name, n) => [name, Object.values(everyKind)[n] ?? 'text']),
    );
    const escaped = text.map((one) => one.replace(/[<&>\r]/g, ''));
    const leaf = fc.tuple(
      fc.constantFrom(...Object.keys(everyKind), 'Other', 'Datetime', 'ReferenceParameters'),
      escaped,
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(leaf, fc.array(leaf, { maxLength: 3 })), { maxLength: 12 }), (parts) => {
        const inner = parts.map(
          ([[name, own], below]) =>
            `<${name}>${below.length > 0 ? below.map(([one, value]) => `<${one}>${value}</${one}>`).join('') : own}</${name}>`,
        );
        expect(() => readValues(kinds, node(inner.join('')))).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});

describe('a Put after a Get', () => {
  const definition: ClassDefinition = {
    name: 'AMT_Thing',
    fields: { Able: 'number', Names: 'text[]', Secret: 'text', When: 'time', Whom: 'reference', Zed: 'flag' },
    readOnly: ['Secret'],
    methods: {},
  };
  const read = (inner: string) =>
    bodyOf(
      '<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope" xmlns:i="i" xmlns:c="http://schemas.dmtf.org/wbem/wscim/1/common">' +
        `<Body><AMT_Thing>${inner}</AMT_Thing></Body></Envelope>`,
    );
  const names = (inner: string, changes: Record<string, unknown>) =>
    bodyOf(messageText(putRequest('AMT_Thing', changedFields(definition, read(inner), changes)), 1)).children.map(
      (one) => [one.name, one.children.length > 0 ? one.children.map((below) => below.name).join() : one.text],
    );

  test('keeps what it does not know, in its place, and leaves out what only the device writes', () => {
    expect(names('<Able>1</Able><Novelty>x &lt; y</Novelty><Secret>s</Secret><Zed>true</Zed>', { Able: 2 })).toEqual([
      ['Able', '2'],
      ['Novelty', 'x < y'],
      ['Zed', 'true'],
    ]);
  });

  test('keeps the device’s order even where it is not sorted, and changes in place', () => {
    expect(names('<Zed>true</Zed><Able>1</Able>', { Zed: false })).toEqual([
      ['Zed', 'false'],
      ['Able', '1'],
    ]);
  });

  test('a list is replaced as a whole, at the place of its first element', () => {
    expect(names('<Able>1</Able><Names>a</Names><Names>b</Names><Zed>true</Zed>', { Names: ['x', 'y', 'z'] })).toEqual([
      ['Able', '1'],
      ['Names', 'x'],
      ['Names', 'y'],
      ['Names', 'z'],
      ['Zed', 'true'],
    ]);
    expect(names('<Able>1</Able><Names>a</Names><Zed>true</Zed>', { Names: [] })).toEqual([
      ['Able', '1'],
      ['Zed', 'true'],
    ]);
  });

  test('what the device did not have goes where sorted schemas have it', () => {
    expect(names('<Able>1</Able><Zed>true</Zed>', { Names: ['n'] })).toEqual([
      ['Able', '1'],
      ['Names', 'n'],
      ['Zed', 'true'],
    ]);
    expect(names('<Able>1</Able>', { Zed: true })).toEqual([
      ['Able', '1'],
      ['Zed', 'true'],
    ]);
  });

  test('undefined changes nothing, null leaves out, nil is not sent back', () => {
    expect(names('<Able>1</Able><Names i:nil="true"/><Zed>true</Zed>', { Able: undefined, Zed: null })).toEqual([
      ['Able', '1'],
    ]);
  });

  test('times and references that we do not know go back whole', () => {
    const inner =
      '<Since><c:Datetime>2026-01-02T03:04:05Z</c:Datetime></Since><Until><c:Interval>P1D</c:Interval></Until>' +
      '<With><Address>a</Address><ReferenceParameters><ResourceURI>http://x/AMT_Other</ResourceURI><SelectorSet><Selector Name="K">v</Selector></SelectorSet></ReferenceParameters></With>';
    expect(names(inner, {})).toEqual([
      ['Since', 'Datetime'],
      ['Until', 'Interval'],
      ['With', 'Address,ReferenceParameters'],
    ]);
  });

  test('something that can not be put back unharmed is not put back at all', () => {
    expect(() => names('<Strange><Deep>1</Deep></Strange>', {})).toThrow(AmtError);
  });

  test('elements named like parts of JavaScript’s objects are elements', () => {
    expect(names('<__proto__>1</__proto__><constructor>2</constructor><toString>3</toString>', { Zed: true })).toEqual([
      ['Zed', 'true'],
      ['__proto__', '1'],
      ['constructor', '2'],
      ['toString', '3'],
    ]);
  });
});

describe('ReturnValues', () => {
  test('done, or started', () =>
    expect([0, 4_096, 1, 2, 4_097, 32_768].map(isDone)).toEqual([true, true, false, false, false, false]));

  test.each<[number, typeof ptStatusReturns, string, string]>([
    [38, ptStatusReturns, 'PT_STATUS 38 FLASH_WRITE_LIMIT_EXCEEDED', 'write_limit'],
    [16, ptStatusReturns, 'PT_STATUS 16 NOT_PERMITTED', 'not_permitted'],
    [32_768 + 2_075, stateChangeReturns, 'PT_STATUS 2075 AUDIT_FAIL', 'audit_log_blocks'],
    [4_097, stateChangeReturns, '4097 INVALID_STATE_TRANSITION', 'firmware_fault'],
    [1, ptStatusReturns, 'PT_STATUS 1 INTERNAL_ERROR', 'firmware_fault'],
    [1, stateChangeReturns, '1 NOT_SUPPORTED', 'firmware_fault'],
  ])('%i', (value, table, name, code) => {
    const error = refusalOf(value, table, 'Do of AMT_Thing');
    expect([error.code, error.evidence[0]]).toEqual([code, `Do of AMT_Thing was refused: ${name}`]);
    expect(error.evidence[1]).toMatch(/^That means: [a-z]/);
  });

  test('an unknown one is its number', () => {
    expect(refusalOf(777, ptStatusReturns, 'Do').evidence).toEqual(['Do was refused: PT_STATUS 777']);
  });
});
