import type { z } from 'zod';
import { nearest } from '../inventory/resolve-targets.ts';
import { isSecretName, redactText } from '../logging/redact.ts';
import type { ConfigProblem } from './config-error.ts';
import { allowedAt, type ConfigPath, nodesAlong } from './schema-node.ts';

type Issue = z.core.$ZodIssue;

const secretAdvice =
  'A secret never stands in this file: put it into an environment variable, a file of its own, or the encrypted store (oob secret set NAME).';

/** What is wrong, in words: one problem per mistake, for somebody who has the file open. `data` is what was checked. */
export function explainIssue(
  issue: Issue,
  data: unknown,
  lineOf: (path: ConfigPath) => number | null,
): readonly ConfigProblem[] {
  const nodes = nodesAlong(issue.path);
  const depth = nodes.findIndex((node) => node.sensitive);
  if (depth >= 0) {
    const path = issue.path.slice(0, depth);
    const value = valueAt(data, path);
    const allowed = nodes[depth] ? allowedAt(nodes[depth]) : 'a reference to a secret';
    const found =
      value === undefined
        ? 'nothing'
        : typeof value === 'object'
          ? 'something else (not shown)'
          : 'a literal (not shown)';
    const advice = issue.code === 'custom' ? adviceOf(issue) : value === undefined ? null : secretAdvice;
    return [{ path: pathText(path), line: lineOf(path), found, allowed, advice }];
  }
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(issue.path, key, lineOf));
  const node = nodes.length === issue.path.length + 1 ? nodes.at(-1) : undefined;
  const value = valueAt(data, issue.path);
  const keyed = issue.code === 'invalid_key' ? nodes.at(-2)?.propertyNames : undefined;
  return [
    {
      path: pathText(issue.path),
      line: lineOf(issue.path),
      found: keyed ? 'another name' : describe(value, issue),
      allowed: issue.code === 'custom' && issue.params?.allowed ? issue.message : allowedAt(keyed ?? node ?? {}),
      advice: adviceOf(issue) ?? suggest(value, node?.enum) ?? quotes(value, issue),
    },
  ];
}

function unknownKey(path: ConfigPath, key: string, lineOf: (path: ConfigPath) => number | null): ConfigProblem {
  const at = [...path, key];
  const known = Object.keys(nodesAlong(path).at(-1)?.properties ?? {});
  const meant = nearest(key, known);
  return {
    path: pathText(at),
    line: lineOf(at),
    found: 'an unknown key',
    allowed: known.join(', '),
    advice: meant === null ? null : `Did you mean ${meant}?`,
  };
}

function adviceOf(issue: Issue): string | null {
  const advice: unknown = issue.code === 'custom' ? issue.params?.advice : undefined;
  return typeof advice === 'string' ? advice : null;
}

function suggest(value: unknown, words: readonly unknown[] | undefined): string | null {
  if (typeof value !== 'string' || !words) return null;
  const meant = nearest(value, words.map(String));
  return meant === null ? null : `Did you mean ${meant}?`;
}

/** YAML reads 0123, 1e3 and true as other things than text. */
function quotes(value: unknown, issue: Issue): string | null {
  const wantsText = issue.code === 'invalid_type' && issue.expected === 'string';
  return wantsText && (typeof value === 'number' || typeof value === 'boolean') ? "Write it in 'quotes'." : null;
}

/** Text of the wrong type may be anything, a password in the wrong place too: only text where text belongs is shown. */
function describe(value: unknown, issue: Issue): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'an empty value';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a section with keys';
  if (typeof value !== 'string') return String(value);
  return issue.code === 'invalid_type' || isPrivate(issue.path) ? 'text (not shown)' : show(value);
}

function isPrivate(path: ConfigPath): boolean {
  return path.some((step) => step === 'credentials' || isSecretName(String(step)));
}

function show(text: string): string {
  if (text === '') return 'empty text';
  if (text.length > 60) return `text of ${text.length} characters`;
  return redactText(text) === text ? JSON.stringify(text) : 'text that looks like a secret (not shown)';
}

function valueAt(data: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>((at, step) => {
    if (typeof at !== 'object' || at === null) return undefined;
    return Object.getOwnPropertyDescriptor(at, step)?.value;
  }, data);
}

function pathText(path: ConfigPath): string {
  const text = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    const name = redactText(String(step));
    return /^[\w-]{1,60}$/.test(name) && name === step ? `.${name}` : '.(a key that is not shown)';
  });
  return text.join('').replace(/^\./, '');
}
