import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { needNumber, readNumber, readNumbers, readText, readTexts } from '../../adapters/amt/wsman/fields.ts';
import { child, childrenNamed, readLimits, readXml, type XmlNode } from '../../adapters/amt/wsman/read.ts';
import { AmtError } from '../../src/ports/amt.ts';

const soap = 'http://www.w3.org/2003/05/soap-envelope';
const wrap = (inner: string) => `<a:Envelope xmlns:a="${soap}"><a:Body>${inner}</a:Body></a:Envelope>`;
const read = (text: string): XmlNode => readXml(Buffer.from(text));
const bodyOf = (inner: string): XmlNode => {
  const body = child(read(wrap(inner)), 'Body')?.children[0];
  if (!body) throw new Error('no body');
  return body;
};

function refusal(text: string | Uint8Array): string {
  try {
    readXml(typeof text === 'string' ? Buffer.from(text) : text);
  } catch (error) {
    if (error instanceof AmtError && error.code === 'protocol_error') return error.evidence.join();
    throw error;
  }
  throw new Error('accepted');
}

describe('what is accepted', () => {
  test('any prefix, none, blanks around = as recorded from devices', () => {
    const forms = [
      `<?xml version= "1.0" encoding= "UTF-8"?>  \n<a:Envelope xmlns:a= "${soap}"><a:Body><x:F xmlns:x="u">1</x:F></a:Body></a:Envelope>`,
      `<Envelope xmlns="${soap}"><Body><F>1</F></Body></Envelope>`,
      `<s:Envelope xmlns:s="${soap}"><s:Header/><s:Body><q:F>1</q:F></s:Body></s:Envelope>\n`,
    ];
    for (const form of forms) expect(child(child(read(form), 'Body'), 'F')?.text).toBe('1');
  });

  test('a byte order mark, CDATA, comments and character references', () => {
    const text = `\ufeff${wrap('<F>a<!-- no -->b<![CDATA[<&]]>&#x20AC;&amp;</F>')}`;
    expect(child(child(read(text), 'Body'), 'F')?.text).toBe('ab<&€&');
  });

  test('text is kept exactly, blanks between elements are dropped', () => {
    const node = bodyOf('<X>\n  <A> Intel (r) AMT </A>\n  <B>\n</B></X>');
    expect(node).toMatchObject({ text: '', children: [{ text: ' Intel (r) AMT ' }, { text: '\n' }] });
  });

  test('attributes by local name, without declarations', () => {
    const node = bodyOf('<X xmlns:q="u" q:nil="true" Name="__proto__" __proto__="p"><w:S w:Name="a&lt;b"/></X>');
    expect({ ...node.attributes }).toEqual(JSON.parse('{"nil":"true","Name":"__proto__","__proto__":"p"}'));
    expect(node.children[0]?.attributes.Name).toBe('a<b');
  });
});

describe('what is refused', () => {
  test.each([
    ['a document type', `<!DOCTYPE a>${wrap('')}`, 'document type'],
    ['an entity of its own', `<!DOCTYPE a [<!ENTITY x "y">]>${wrap('&x;')}`, 'document type'],
    ['a billion laughs', `<!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>${wrap('&b;')}`, 'document type'],
    ['an unknown entity', wrap('&nbsp;'), 'undefined entity'],
    ['a processing instruction', `<?php echo 1 ?>${wrap('')}`, 'processing instruction'],
    ['an open element', wrap('<F>'), 'unexpected close tag'],
    ['two roots', wrap('') + wrap(''), 'only one root'],
    ['nothing', '', ''],
    ['HTML', '<html><body></body></html>', 'no SOAP 1.2 envelope'],
    ['SOAP 1.1', '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"/>', 'no SOAP 1.2 envelope'],
    ['another encoding', `<?xml version="1.0" encoding="UTF-16"?>${wrap('')}`, 'encoding'],
    ['an attribute twice', wrap('<F a="1" a="2"/>'), 'duplicate attribute'],
    ['text between elements', wrap('<X>a<Y/></X>'), 'text between elements'],
    ['a NUL character', wrap('<F>\u0000</F>'), 'disallowed'],
  ])('%s', (_name, text, why) => {
    expect(refusal(text)).toContain(why);
  });

  test('bytes that are no UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from(wrap('<F>')), Buffer.from([0xc3, 0x28]), Buffer.from('</F>')]);
    expect(refusal(bytes)).toContain('not UTF-8');
  });

  test('more than the limits', () => {
    expect(refusal(wrap(' '.repeat(readLimits.bytes)))).toContain('larger than');
    expect(refusal(wrap('<F>'.repeat(40) + '</F>'.repeat(40)))).toContain('deeper than 32');
    expect(refusal(wrap('<F/>'.repeat(readLimits.elements)))).toContain('more than 20000 elements');
    const many = Array.from({ length: 50 }, (_, number) => `a${number}="1"`).join(' ');
    expect(refusal(wrap(`<F ${many}/>`))).toContain('too many attributes');
  });

  test('whatever the bytes: a tree or a protocol_error, never another error', () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    const soup = fc
      .array(
        fc.constantFrom(
          '<a:Envelope',
          ` xmlns:a="${soap}"`,
          '>',
          '<F',
          '/>',
          '</F>',
          '&',
          ';',
          '<!',
          '<?',
          ']]>',
          '"',
          'x',
        ),
      )
      .map((parts) => Buffer.from(parts.join('')));
    fc.assert(
      fc.property(fc.oneof(bytes, soup), (input) => {
        try {
          readXml(input);
        } catch (error) {
          if (!(error instanceof AmtError) || error.code !== 'protocol_error') throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('fields', () => {
  const node = bodyOf(
    '<X xmlns:i="s"><One>1</One><Empty></Empty><Nil i:nil="true"/><Text>a b</Text><Bad>12x</Bad><Big>99999999999999999</Big>' +
      '<Many>10</Many><Many>8</Many><Single>5</Single></X>',
  );

  test('empty is not missing', () => {
    expect(readText(node, 'Empty')).toBe('');
    expect(readText(node, 'Missing')).toBeNull();
    expect(readText(node, 'Nil')).toBeNull();
    expect(readNumber(node, 'Empty')).toBeNull();
  });

  test('a list with one element is a list: single EventRecords element is an array', () => {
    expect(readNumbers(node, 'Many')).toEqual([10, 8]);
    expect(readNumbers(node, 'Single')).toEqual([5]);
    expect(readNumbers(node, 'Missing')).toEqual([]);
    const records = bodyOf('<X><EventRecords>ABAAAAJegj0UAgAA</EventRecords></X>');
    expect(readTexts(records, 'EventRecords')).toEqual(['ABAAAAJegj0UAgAA']);
    expect(childrenNamed(records, 'EventRecords')).toHaveLength(1);
  });

  test('a number is whole or an error', () => {
    expect(readNumber(node, 'One')).toBe(1);
    expect(() => readNumber(node, 'Bad')).toThrow(AmtError);
    expect(() => readNumber(node, 'Big')).toThrow(AmtError);
    expect(() => needNumber(node, 'Missing')).toThrow('no Missing');
  });
});

const captures = process.env.OOB_CAPTURES;
const withCaptures = captures === undefined ? test.skip : test;

// Recorded replies of real devices, for example github.com/device-management-toolkit/go-wsman-messages,
// pkg/wsman/wsmantesting/responses: set OOB_CAPTURES to the folder that holds them.
withCaptures('every recorded reply can be read (set OOB_CAPTURES to a folder of them)', () => {
  const files = readdirSync(captures ?? '', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.xml'),
  );
  expect(files.length).toBeGreaterThan(0);
  const failed = files.filter((name) => {
    const envelope = readXml(readFileSync(join(captures ?? '', name)));
    return envelope.name !== 'Envelope' || child(envelope, 'Body') === undefined;
  });
  expect(failed).toEqual([]);
});
