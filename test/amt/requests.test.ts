import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ClassName } from '../../adapters/amt/wsman/names.ts';
import { child, childrenNamed, readXml, type XmlNode } from '../../adapters/amt/wsman/read.ts';
import {
  createRequest,
  deleteRequest,
  enumerateRequest,
  getRequest,
  identifyRequest,
  invokeRequest,
  messageText,
  type PreparedRequest,
  pullRequest,
  putRequest,
} from '../../adapters/amt/wsman/requests.ts';
import type { Fields } from '../../adapters/amt/wsman/values.ts';
import { AmtError } from '../../src/ports/amt.ts';

const thing: ClassName = 'AMT_Thing';
const read = (request: PreparedRequest, id = 7): XmlNode => readXml(Buffer.from(messageText(request, id)));
const bodyOf = (request: PreparedRequest): XmlNode | undefined => child(read(request), 'Body')?.children[0];
const headerOf = (request: PreparedRequest): XmlNode => child(read(request), 'Header') ?? fail();
const fail = (): never => {
  throw new Error('missing');
};

// What XML 1.0 can carry, with the characters that matter most more often than chance would bring them.
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('<', '>', '&', '"', "'", '\r', '\n', '\t', ']]>', '<!--', '&amp;', 'é', '€', '😀'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 40,
});
// biome-ignore lint/suspicious/noControlCharactersInRegex: what XML can not carry is the matter here
const notCarried = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;
const carried = anyText.filter((text) => !notCarried.test(text));
const names = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/).filter((name) => name !== '__proto__');

describe('what is written comes back', () => {
  test('any text in a field, a selector or a context', () => {
    fc.assert(
      fc.property(carried, carried, (value, name) => {
        const put = putRequest(thing, { Field: value }, { [`k${name}`]: value });
        expect(child(bodyOf(put), 'Field')?.text).toBe(value);
        const selector = child(headerOf(put), 'SelectorSet')?.children[0];
        expect([selector?.attributes.Name, selector?.text]).toEqual([`k${name}`, value]);
        expect(child(bodyOf(pullRequest(thing, value)), 'EnumerationContext')?.text).toBe(value);
      }),
    );
  });

  test('fields keep their order, lists repeat, missing ones are left out', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(names, carried), { selector: ([name]) => name, maxLength: 12 }), (pairs) => {
        const body = bodyOf(invokeRequest(thing, 'Do', Object.fromEntries(pairs)));
        expect(body?.children.map((one) => [one.name, one.text])).toEqual(pairs);
      }),
    );
    const body = bodyOf(
      putRequest(thing, { Zed: 1, Able: [1, 2, 3], Gone: undefined, None: null, Empty: [], Blank: '' }),
    );
    expect(body?.children.map((one) => [one.name, one.text])).toEqual([
      ['Zed', '1'],
      ['Able', '1'],
      ['Able', '2'],
      ['Able', '3'],
      ['Blank', ''],
    ]);
  });

  test('references, embedded instances, dates, booleans and big numbers', () => {
    const body = bodyOf(
      invokeRequest('AMT_AlarmClockService', 'AddAlarm', {
        AlarmTemplate: {
          instanceOf: 'IPS_AlarmClockOccurrence',
          fields: { InstanceID: 'a<b', StartTime: new Date('2026-11-23T06:00:00.500Z'), DeleteOnCompletion: true },
        },
        Target: { reference: { className: 'CIM_ComputerSystem', selectors: { Name: 'a&b' } } },
        Big: 18_446_744_073_709_551_615n,
      }),
    );
    const template = child(body, 'AlarmTemplate');
    expect(child(template, 'InstanceID')?.text).toBe('a<b');
    expect(child(child(template, 'StartTime'), 'Datetime')?.text).toBe('2026-11-23T06:00:00Z');
    expect(child(template, 'DeleteOnCompletion')?.text).toBe('true');
    const parameters = child(child(body, 'Target'), 'ReferenceParameters');
    expect(child(parameters, 'ResourceURI')?.text).toMatch(/\/CIM_ComputerSystem$/);
    expect(child(child(parameters, 'SelectorSet'), 'Selector')).toMatchObject({
      text: 'a&b',
      attributes: { Name: 'Name' },
    });
    expect(child(body, 'Big')?.text).toBe('18446744073709551615');
  });

  test('a selector may be a reference', () => {
    const selectors = { ServiceProvided: { className: 'CIM_Service', selectors: { Name: 'x' } } } as const;
    const selector = child(child(headerOf(getRequest('CIM_Association', selectors)), 'SelectorSet'), 'Selector');
    expect(child(selector, 'EndpointReference')?.children.map((one) => one.name)).toEqual([
      'Address',
      'ReferenceParameters',
    ]);
  });
});

describe('nothing can be injected', () => {
  test('names with < & in a selector inject nothing', () => {
    const evil = '"/><w:Selector Name="x">&lt;</w:SelectorSet><Body/>';
    const header = headerOf(deleteRequest(thing, { Name: evil, [evil]: 'v' }));
    const set = child(header, 'SelectorSet') ?? fail();
    expect(childrenNamed(set, 'Selector').map((one) => [one.attributes.Name, one.text])).toEqual([
      ['Name', evil],
      [evil, 'v'],
    ]);
  });

  test.each(['a b', 'a>', '1a', '', 'a:b', 'x/><y'])('a field named %j is refused', (name) => {
    expect(() => putRequest(thing, { [name]: 'v' })).toThrow(AmtError);
    expect(() => invokeRequest(thing, name, {})).toThrow(AmtError);
  });

  test.each(['\u0000', 'a\u0008', '\ud800', '\uffff', '\u001b[0m'])(
    'text that XML can not carry (%j) is refused',
    (text) => {
      expect(() => putRequest(thing, { Field: text })).toThrow(AmtError);
      expect(() => deleteRequest(thing, { Name: text })).toThrow(AmtError);
    },
  );

  test.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60])('%p is no number for a field', (value) => {
    expect(() => putRequest(thing, { Field: value })).toThrow(AmtError);
  });

  test('an invalid date and a list in a list are refused', () => {
    expect(() => putRequest(thing, { Field: new Date(Number.NaN) })).toThrow(AmtError);
    expect(() => putRequest(thing, { Field: [['a']] })).toThrow(AmtError);
  });

  test('the caller’s objects are left as they are (wsman-messages renames their keys)', () => {
    const fields: Fields = Object.freeze({ InstanceID: 'x', List: Object.freeze(['a']) });
    expect(messageText(putRequest(thing, fields), 1)).toBe(messageText(putRequest(thing, fields), 1));
    expect(Object.keys(fields)).toEqual(['InstanceID', 'List']);
  });
});

describe('messages', () => {
  test('only the MessageID differs between two of the same request', () => {
    const request = getRequest('AMT_GeneralSettings');
    expect(messageText(request, 1).replace('>1<', '>2<')).toBe(messageText(request, 2));
    expect(child(headerOf(request), 'MessageID')?.text).toBe('7');
    expect(messageText(identifyRequest, 1)).toBe(messageText(identifyRequest, 2));
  });

  test('what may be repeated and what may not', () => {
    expect([getRequest(thing), enumerateRequest(thing), identifyRequest].map((one) => one.repetition)).toEqual(
      Array(3).fill('read'),
    );
    const acts = [
      putRequest(thing, {}),
      createRequest(thing, {}),
      deleteRequest(thing, { a: 'b' }),
      invokeRequest(thing, 'Do'),
    ];
    expect(acts.map((one) => one.repetition)).toEqual(Array(4).fill('act'));
    expect(pullRequest(thing, 'c').repetition).toBe('step');
    expect(invokeRequest(thing, 'GetRecords', {}, { repetition: 'read' }).repetition).toBe('read');
  });

  test('each namespace by its prefix', () => {
    const uri = (name: ClassName) => child(headerOf(getRequest(name)), 'ResourceURI')?.text;
    expect(uri('AMT_X')).toBe('http://intel.com/wbem/wscim/1/amt-schema/1/AMT_X');
    expect(uri('IPS_X')).toBe('http://intel.com/wbem/wscim/1/ips-schema/1/IPS_X');
    expect(uri('CIM_X')).toBe('http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_X');
  });
});
