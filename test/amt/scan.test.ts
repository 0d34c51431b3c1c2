import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { scanXml } from '../../adapters/amt/wsman/scan.ts';
import { AmtError } from '../../src/ports/amt.ts';

/** What a document says: start tags with their attributes, text in one piece, end tags. */
type Said = (string | readonly string[])[];

function addText(said: Said, text: string): void {
  const last = said.at(-1);
  if (typeof last === 'string' && last.startsWith('text ')) said[said.length - 1] = last + text;
  else if (text !== '') said.push(`text ${text}`);
}

/** As our reader hears it; null when it refuses. */
function ours(document: string): Said | null {
  const said: Said = [];
  try {
    scanXml(document, 40, {
      open: (name, attributes) => said.push([name, ...attributes]),
      text: (text) => addText(said, text),
      close: () => said.push('end'),
    });
  } catch (error) {
    if (error instanceof AmtError && error.code === 'protocol_error') return null;
    throw error;
  }
  return said;
}

/** As saxes hears it, a parser that passes the conformance suite of the W3C; null when it refuses. */
function theirs(document: string): Said | null {
  const said: Said = [];
  let depth = 0;
  const parser = new SaxesParser({ xmlns: false, position: false });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    depth += 1;
    said.push([tag.name, ...Object.entries(tag.attributes).flat()]);
  });
  const text = (piece: string) => {
    if (depth > 0) addText(said, piece);
  };
  parser.on('text', text);
  parser.on('cdata', text);
  parser.on('closetag', () => {
    depth -= 1;
    said.push('end');
  });
  try {
    parser.write(document).close();
  } catch {
    return null;
  }
  return said;
}

const reply =
  '<?xml version="1.0" encoding="UTF-8"?>\r\n<a:Envelope xmlns:a="http://www.w3.org/2003/05/soap-envelope" ' +
  'xmlns:b=\'u\'><!-- - --><a:Header><b:Action a:mustUnderstand="true">x/Get&amp;&#x20AC;</b:Action></a:Header>' +
  '<a:Body ><g:X\n\tn = "1&lt;2\t" m=\'"\'><g:PowerState>2</g:PowerState><g:E/><![CDATA[<&]]>\u20ac\u{1f600}</g:X></a:Body></a:Envelope>\n';

const name = fc.constantFrom('a', 'b:c', '_d', 'E-1.2', ':f');
const blank = fc.constantFrom('', ' ', '\n', '\t ', '\r\n', '\r');
const gap = fc.constantFrom(' ', '\n', ' \t');
const piece = fc.constantFrom(
  ...['x', '"', "'", '>', ']]', '&amp;', '&lt;', '&gt;', '&quot;', '&apos;', '&#65;', '&#x1F600;', '&#13;', 'é', '\t'],
);
const attribute = fc
  .tuple(gap, name, blank, blank, fc.constantFrom('"', "'"), fc.array(piece, { maxLength: 3 }))
  .map(([before, key, left, right, mark, value]) => {
    const inner = value.join('').replaceAll(mark, '').replaceAll('>', '');
    return `${before}${key}${left}=${right}${mark}${inner}${mark}`;
  });
const { element } = fc.letrec<{ element: string; content: string }>((tie) => ({
  content: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    piece,
    fc.constantFrom('<!---->', '<!-- a - b -->', '<![CDATA[]]>', '<![CDATA[a]]b<&]]>'),
    tie('element'),
  ),
  element: fc
    .tuple(name, fc.uniqueArray(attribute, { maxLength: 3 }), blank, fc.array(tie('content'), { maxLength: 4 }))
    .map(([tag, attributes, end, inner]) =>
      inner.length === 0
        ? `<${tag}${attributes.join('')}${end}/>`
        : `<${tag}${attributes.join('')}${end}>${inner.join('')}</${tag}${end}>`,
    ),
}));

describe('beside saxes', () => {
  test('a reply is heard the same', () => {
    expect(ours(reply)).not.toBeNull();
    expect(ours(reply)).toEqual(theirs(reply));
  });

  test('any document is heard the same, or refused by both', () => {
    let accepted = 0;
    fc.assert(
      fc.property(blank, element, blank, (before, root, after) => {
        const heard = ours(`${before}${root}${after}`);
        if (heard) accepted += 1;
        expect(heard).toEqual(theirs(`${before}${root}${after}`));
      }),
      { numRuns: 2_000 },
    );
    expect(accepted).toBeGreaterThan(1_000);
  });

  test('whatever happens to a reply on its way: what we accept, saxes accepts and hears the same', () => {
    const scrap = fc.constantFrom(
      ...[
        '<',
        '>',
        '/',
        '&',
        ';',
        '"',
        "'",
        '=',
        '-',
        '--',
        '!',
        '?',
        ']]>',
        ' ',
        '\n',
        ':',
        'a',
        '1',
        '\u0000',
        '\ufffe',
      ],
      ...[
        '<!--',
        '-->',
        '<![CDATA[',
        '<a>',
        '</a>',
        '<a/>',
        ' a="1"',
        '&#0;',
        '&#xD800;',
        '&#x110000;',
        '&x;',
        '<?x?>',
      ],
    );
    const change = fc.tuple(fc.nat(reply.length), fc.nat(12), fc.array(scrap, { maxLength: 2 }));
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        let document = reply;
        for (const [at, drop, insert] of changes) {
          document = document.slice(0, at) + insert.join('') + document.slice(at + drop);
        }
        // Half a surrogate pair can't come out of UTF-8.
        const heard = ours(document.toWellFormed());
        if (heard === null) return;
        accepted += 1;
        expect(heard).toEqual(theirs(document.toWellFormed()));
      }),
      { numRuns: 20_000 },
    );
    expect(accepted).toBeGreaterThan(500);
  });
});

describe('refused though well-formed', () => {
  test.each([
    ['a processing instruction', '<?x y?><a/>'],
    ['a document type', '<!DOCTYPE a><a/>'],
    ['XML 1.1', '<?xml version="1.1"?><a/>'],
    ['another encoding', '<?xml version="1.0" encoding="ISO-8859-1"?><a/>'],
    ['a name beyond ASCII', '<é/>'],
    ['too many attributes', `<a${Array.from({ length: 41 }, (_, number) => ` a${number}=""`).join('')}/>`],
  ])('%s', (_what, document) => {
    expect(theirs(document)).not.toBeNull();
    expect(ours(document)).toBeNull();
  });
});

test('a hostile document costs no more than its length', () => {
  const size = 300_000;
  const hostile = [
    `<a ${'b="1" '.repeat(size / 6)}/>`,
    `<a>${'&'.repeat(size)}</a>`,
    `<a>${']'.repeat(size)}</a>`,
    `<a>${'<!-- '.repeat(size / 5)}`,
    `<a b="${'&#65;'.repeat(size / 5)}"/>`,
    '<'.repeat(size),
    `<a${' '.repeat(size)}`,
    `<?xml version="1.0"${' '.repeat(size)}`,
    `<a>${'<![CDATA['.repeat(size / 9)}`,
  ];
  // A quadratic reader would run into the limit of the test.
  expect(hostile.map((document) => ours(document) !== null)).toEqual(
    hostile.map((_, index) => index === 2 || index === 4),
  );
});
