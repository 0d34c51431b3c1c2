import { AmtError } from '../../../src/ports/amt.ts';

/** Told about a document in its order. What it throws ends the scan. */
export interface XmlSink {
  /** A start tag: its name, and names and values of its attributes by turns, no name twice. */
  open(name: string, attributes: readonly string[]): void;
  /** Character data and CDATA inside the root, references resolved; an element's text may come in several pieces. */
  text(text: string): void;
  /** The end of the element opened last. */
  close(): void;
}

/** Ends the reading of a reply: `protocol_error`. */
export function refuseXml(why: string, cause?: unknown): never {
  throw new AmtError('protocol_error', [`the reply is not acceptable XML: ${why}`], { cause });
}

/** Everything outside the production Char of XML 1.0 that can come out of UTF-8. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const notChar = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const declaration =
  /^<\?xml\s+version\s*=\s*(?:"1\.0"|'1\.0')(?:\s+encoding\s*=\s*(?:"([A-Za-z][\w.-]*)"|'([A-Za-z][\w.-]*)'))?(?:\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>/;
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const characterReference = /^#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,8}))$/;

const [lessThan, greaterThan, slash, exclamation, question, equals, quote, apostrophe] = codes('<>/!?="\'');

function codes(text: string): readonly number[] {
  return Array.from(text, (one) => one.charCodeAt(0));
}

/** By character code: 2 may begin a name, 1 may go on in one, 0 neither. The schemas of AMT have no names beyond ASCII. */
const nameKinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const text = String.fromCharCode(code);
  return /[A-Za-z_:]/.test(text) ? 2 : /[0-9.-]/.test(text) ? 1 : 0;
});

const nameKind = (code: number): number => nameKinds[code] ?? 0;

const isBlank = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x09;

/** Code point of a character reference when it may stand for a character, else -1. */
function referredChar(reference: string): number {
  const found = characterReference.exec(reference);
  if (found === null) return -1;
  const code = found[1] === undefined ? Number.parseInt(found[2] ?? '', 10) : Number.parseInt(found[1], 16);
  const legal = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) && !notChar.test(String.fromCodePoint(code));
  return legal ? code : -1;
}

function resolveReferences(raw: string): string {
  let from = raw.indexOf('&');
  if (from < 0) return raw;
  let resolved = raw.slice(0, from);
  while (from >= 0) {
    const end = raw.indexOf(';', from);
    const reference = end < 0 ? '' : raw.slice(from + 1, end);
    if (reference.startsWith('#')) {
      const code = referredChar(reference);
      if (code < 0) refuseXml('malformed character reference');
      resolved += String.fromCodePoint(code);
    } else {
      const entity = Object.hasOwn(entities, reference) ? entities[reference] : undefined;
      resolved += entity ?? refuseXml('undefined entity');
    }
    from = raw.indexOf('&', end);
    resolved += from < 0 ? raw.slice(end + 1) : raw.slice(end + 1, from);
  }
  return resolved;
}

/**
 * Reads one document of XML 1.0 (fifth edition) in one pass, without document type, processing instructions and
 * entities of its own. Everything that the standard calls not well-formed is a `protocol_error`, and so is a name beyond
 * ASCII. Names may hold colons; namespaces are the sink's business. `attributeLimit`: most attributes of one element.
 */
export function scanXml(text: string, attributeLimit: number, sink: XmlSink): void {
  if (notChar.test(text)) refuseXml('disallowed character');
  const source = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  const { length } = source;
  const open: string[] = [];
  let hasRoot = false;
  let at = skipDeclaration(source);

  while (at < length) {
    if (source.charCodeAt(at) !== lessThan) at = characters(at);
    else {
      const next = source.charCodeAt(at + 1);
      if (next === slash) at = endTag(at + 2);
      else if (next === exclamation) at = comment(at);
      else if (next === question) refuseXml('it has a processing instruction');
      else at = startTag(at + 1);
    }
  }
  if (open.length > 0) refuseXml('unexpected end');
  if (!hasRoot) refuseXml('it is empty');

  function characters(from: number): number {
    const found = source.indexOf('<', from);
    const end = found < 0 ? length : found;
    const raw = source.slice(from, end);
    if (open.length === 0) {
      if (/[^ \t\n]/.test(raw)) refuseXml('text outside of the root element');
      return end;
    }
    if (raw.includes(']]>')) refuseXml('"]]>" in text');
    sink.text(resolveReferences(raw));
    return end;
  }

  function comment(from: number): number {
    if (source.startsWith('<!--', from)) {
      const end = source.indexOf('--', from + 4);
      if (end < 0) refuseXml('unexpected end');
      if (source.charCodeAt(end + 2) !== greaterThan) refuseXml('malformed comment');
      return end + 3;
    }
    if (source.startsWith('<![CDATA[', from) && open.length > 0) {
      const end = source.indexOf(']]>', from + 9);
      if (end < 0) refuseXml('unexpected end');
      sink.text(source.slice(from + 9, end));
      return end + 3;
    }
    if (source.startsWith('<!DOCTYPE', from)) refuseXml('it has a document type');
    return refuseXml('incorrect syntax');
  }

  function nameEnd(from: number, what: string): number {
    if (nameKind(source.charCodeAt(from)) !== 2) refuseXml(`disallowed character in ${what}`);
    let end = from + 1;
    while (end < length && nameKind(source.charCodeAt(end)) !== 0) end += 1;
    return end;
  }

  function skipBlanks(from: number): number {
    let to = from;
    while (isBlank(source.charCodeAt(to))) to += 1;
    return to;
  }

  function startTag(from: number): number {
    let to = nameEnd(from, 'tag name');
    const name = source.slice(from, to);
    if (open.length === 0 && hasRoot) refuseXml('only one root element is allowed');
    hasRoot = true;
    const attributes: string[] = [];
    for (;;) {
      const next = skipBlanks(to);
      const code = source.charCodeAt(next);
      if (code === greaterThan) {
        sink.open(name, attributes);
        open.push(name);
        return next + 1;
      }
      if (code === slash) {
        if (source.charCodeAt(next + 1) !== greaterThan) refuseXml('"/" inside a tag');
        sink.open(name, attributes);
        sink.close();
        return next + 2;
      }
      if (next >= length) refuseXml('unexpected end');
      if (next === to) refuseXml('disallowed character in tag');
      to = attribute(next, attributes);
    }
  }

  function attribute(from: number, attributes: string[]): number {
    const end = nameEnd(from, 'attribute name');
    const name = source.slice(from, end);
    if (attributes.length >= 2 * attributeLimit) refuseXml('too many attributes');
    for (let index = 0; index < attributes.length; index += 2) {
      if (attributes[index] === name) refuseXml('duplicate attribute');
    }
    const sign = skipBlanks(end);
    if (source.charCodeAt(sign) !== equals) refuseXml('attribute without value');
    const start = skipBlanks(sign + 1);
    const mark = source.charCodeAt(start);
    if (mark !== quote && mark !== apostrophe) refuseXml('unquoted attribute value');
    const close = source.indexOf(mark === quote ? '"' : "'", start + 1);
    if (close < 0) refuseXml('unexpected end');
    const raw = source.slice(start + 1, close);
    if (raw.includes('<')) refuseXml('"<" in an attribute value');
    attributes.push(name, resolveReferences(/[\t\n]/.test(raw) ? raw.replace(/[\t\n]/g, ' ') : raw));
    return close + 1;
  }

  function endTag(from: number): number {
    const name = open.pop() ?? refuseXml('unexpected close tag');
    const to = skipBlanks(from + name.length);
    // A longer name of another element begins the same: then no ">" follows.
    if (!source.startsWith(name, from) || source.charCodeAt(to) !== greaterThan) refuseXml('unexpected close tag');
    sink.close();
    return to + 1;
  }
}

/** Where the document goes on after its XML declaration. AMT declares UTF-8; anything else would have been misread. */
function skipDeclaration(source: string): number {
  if (!/^<\?xml\s/.test(source)) return 0;
  const found = declaration.exec(source) ?? refuseXml('malformed XML declaration');
  const encoding = found[1] ?? found[2] ?? 'utf-8';
  if (!/^utf-?8$/i.test(encoding)) refuseXml(`encoding ${encoding.slice(0, 20)}`);
  return found[0].length;
}
