import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { errorCode } from './error-code.ts';
import { explainIssue } from './explain-issue.ts';
import { type Config, configSchema } from './schema.ts';
import { readYaml } from './yaml-source.ts';

const largestBytes = 1_048_576;

/** Path of the configuration: `--config`, else the environment's OOB_CONFIG, else `oob.yaml` in this directory. */
export function findConfigFile(
  option: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  directory: string,
): string {
  return resolve(directory, option || environment.OOB_CONFIG || 'oob.yaml');
}

/**
 * Reads and checks the configuration. Paths in it are absolute afterwards: relative ones start at the file's directory.
 * No secret is read. Rejects with ConfigError, which names every mistake.
 */
export async function loadConfig(path: string): Promise<Config> {
  const file = resolve(path);
  return parseConfig(await readText(file), file);
}

/** As `loadConfig`, for text that is at hand; `file` names it in messages and is what relative paths start beside. */
export function parseConfig(text: string, file: string): Config {
  const source = readYaml(text);
  if (!source.ok) throw new ConfigError(file, source.problems);
  const at = (inner: string) => (isAbsolute(inner) ? inner : join(dirname(file), inner));
  const data = absoluteFileRefs(withoutEmptySections(source.value ?? {}), at);
  const checked = configSchema.safeParse(data);
  if (checked.success) return absolutePaths(checked.data, at);
  const problems = checked.error.issues.flatMap((issue) => explainIssue(issue, data, source.lineOf));
  throw new ConfigError(file, distinct(problems));
}

async function readText(file: string): Promise<string> {
  const fail = (found: string, allowed: string, advice: string | null, cause?: unknown): never => {
    throw new ConfigError(file, [{ path: '', line: null, found, allowed, advice }], { cause });
  };
  try {
    const { size } = await stat(file);
    if (size > largestBytes) fail(`${size} bytes`, `up to ${largestBytes} bytes`, 'Is this the right file?');
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const code = errorCode(error);
    if (code === 'ENOENT') {
      return fail(
        'no such file',
        'a YAML file',
        'Copy manifest/oob.example.yaml there, or name another with --config.',
        error,
      );
    }
    if (code === 'EACCES')
      return fail('a file that may not be read', 'read permission for the user of the service', null, error);
    if (code === 'EISDIR') return fail('a directory', 'a YAML file', null, error);
    return fail('bytes that are not UTF-8 text', 'UTF-8 text', null, error);
  }
}

/**
 * A section whose every line is commented out reads as null. At the top that means "nothing given", which is safe; further
 * down it is refused, for an empty `targets:` must not become the default.
 */
function withoutEmptySections(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, section]) => section !== null));
}

/** Keys that hold a path in the sections below. */
const pathKeys = [
  'certificateFile',
  'pkcs12File',
  'certificateAuthorityFile',
  'trustedRootFile',
  'file',
  'path',
  'dataDirectory',
] as const;

function absolutePaths(config: Config, at: (path: string) => string): Config {
  const placed = <T extends { readonly [K in (typeof pathKeys)[number]]?: string | undefined }>(section: T): T => ({
    ...section,
    ...Object.fromEntries(
      pathKeys.flatMap((key) => {
        const path = section[key];
        return path === undefined ? [] : [[key, at(path)]];
      }),
    ),
  });
  const { profiles, pki, checklist, directory, service, amt } = config;
  return {
    ...config,
    pki: {
      ...pki,
      provisioning: mapped(pki.provisioning, placed),
      ...(pki.authority && { authority: placed(pki.authority) }),
      revocationList: placed(pki.revocationList),
    },
    profiles: mapped(profiles, (profile) => ({
      ...profile,
      ...(profile.networkAccess && { networkAccess: placed(profile.networkAccess) }),
    })),
    checklist: { ...checklist, ...(checklist.backup && { backup: placed(checklist.backup) }) },
    directory: { ...directory, domains: mapped(directory.domains, placed) },
    service: placed(service),
    amt: placed(amt),
  };
}

function mapped<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** Each `{ file: PATH }` is a reference to a secret, wherever it stands; no other section has that one key alone. */
function absoluteFileRefs(value: unknown, at: (path: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => absoluteFileRefs(item, at));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first?.[0] === 'file' && typeof first[1] === 'string' && first[1] !== '') {
    return { file: at(first[1]) };
  }
  return Object.fromEntries(entries.map(([key, inner]) => [key, absoluteFileRefs(inner, at)]));
}

function distinct(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const seen = new Map(
    problems.map((problem) => [JSON.stringify([problem.path, problem.allowed, problem.advice]), problem]),
  );
  return [...seen.values()].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}
