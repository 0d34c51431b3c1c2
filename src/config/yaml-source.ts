import {
  type Document,
  type ErrorCode,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml';
import type { ConfigProblem } from './config-error.ts';
import type { ConfigPath } from './schema-node.ts';

/** A YAML text as data, with the way back to its lines. */
export type YamlSource =
  | { readonly ok: true; readonly value: unknown; readonly lineOf: (path: ConfigPath) => number | null }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/**
 * Sentences by the parser's code. Its own messages quote the text, and the text may be a password.
 * Codes: https://eemeli.org/yaml/#errors
 */
const sentences: Readonly<Partial<Record<ErrorCode, readonly [found: string, allowed: string]>>> = {
  DUPLICATE_KEY: ['a key that already stands in this section', 'each key once'],
  BAD_INDENT: [
    'a line that is indented differently from its neighbours',
    'the same indentation for all keys of a section',
  ],
  TAB_AS_INDENT: ['a tab as indentation', 'spaces'],
  BAD_SCALAR_START: ['a value that starts with a special character', "the value in 'quotes'"],
  BAD_DQ_ESCAPE: ['an unknown \\ sequence in double quotes', "the value in 'single quotes'"],
  MISSING_CHAR: ['a closing quote, bracket, comma or colon missing', 'well-formed YAML'],
  MULTILINE_IMPLICIT_KEY: ['a line without a colon', 'key: value'],
  BLOCK_AS_IMPLICIT_KEY: ['two keys on one line', 'one key per line'],
  NON_STRING_KEY: ['a key that is not text', 'a plain word as key'],
  TAG_RESOLVE_FAILED: ['a !tag', 'plain values without tags'],
  MULTIPLE_DOCS: ['a second document (---)', 'one document'],
};

/** Reads YAML 1.2 strictly: duplicate keys, tags and warnings are mistakes. */
export function readYaml(text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    strict: true,
    uniqueKeys: true,
    merge: false,
  });
  const problemAt = (code: ErrorCode, offset: number): ConfigProblem => {
    const [found, allowed] = sentences[code] ?? ['something that is not YAML', 'well-formed YAML'];
    return { path: '', line: lines.linePos(offset).line, found, allowed, advice: null };
  };
  const problems = [...document.errors, ...document.warnings].map((error) => problemAt(error.code, error.pos[0]));
  visit(document, {
    Node: (_key, node) => {
      // Tags that the parser knows (!!binary, !!set ...) make other things than plain values.
      if (!isAlias(node) && node.tag !== undefined)
        problems.push(problemAt('TAG_RESOLVE_FAILED', node.range?.[0] ?? 0));
    },
  });
  if (problems.length > 0) return { ok: false, problems };
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: 50 }), lineOf: (path) => lineOf(document, lines, path) };
  } catch {
    const found = 'an alias (*name) that is unknown or repeated too often';
    return { ok: false, problems: [{ path: '', line: null, found, allowed: 'the value written out', advice: null }] };
  }
}

/** Line of the key or item at the path, or of the nearest thing above it that exists. */
function lineOf(document: Document, lines: LineCounter, path: ConfigPath): number | null {
  let at: unknown = document.contents;
  let offset: number | null = null;
  for (const step of path) {
    const next = childOf(at, step);
    if (!next) break;
    offset = next.offset ?? offset;
    at = next.value;
  }
  return offset === null ? null : lines.linePos(offset).line;
}

function childOf(at: unknown, step: PropertyKey): { value: unknown; offset: number | null } | null {
  if (isSeq(at) && typeof step === 'number') {
    const item: unknown = at.items[step];
    return item === undefined ? null : { value: item, offset: isNode(item) ? (item.range?.[0] ?? null) : null };
  }
  if (!isMap(at)) return null;
  const pair = at.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step));
  return pair ? { value: pair.value, offset: isScalar(pair.key) ? (pair.key.range?.[0] ?? null) : null } : null;
}
