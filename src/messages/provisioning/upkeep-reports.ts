import type { OutcomeReport } from '../../ports/runs/run-store.ts';
import type { ProfilePart } from '../../profiles/profile.ts';
import { listed, plural } from '../format.ts';
import { csvOf } from '../reports/csv.ts';

/** What was pushed to a PC, part by part. `code`: `done`, `already_so`, or why not. Pure. */
export function updatedReport(
  name: string,
  profiles: readonly string[],
  parts: readonly { readonly part: ProfilePart; readonly code: string; readonly evidence: readonly string[] }[],
): OutcomeReport {
  const rows = parts.map(({ part, code, evidence }) => [
    partWords[part],
    codeWord(code),
    listed(evidence, evidence.length, 5),
  ]);
  const bad = parts.filter(({ code }) => code !== 'done' && code !== 'already_so');
  const changed = parts.filter(({ code }) => code === 'done');
  const what =
    changed.length > 0
      ? `${listed(changed.map(({ part }) => partWords[part]))} updated`
      : 'as its profile says already';
  return {
    summary: bad.length > 0 ? `${listed(bad.map(({ part }) => partWords[part]))} not as the profile says` : what,
    facts: [{ label: 'Profile', value: listed(profiles) }],
    ...(rows.length > 0 ? { table: { columns: ['Part', 'Now', 'What'], rows } } : {}),
    attachment: {
      name: `${name}-update.csv`,
      mediaType: 'text/csv',
      content: csvOf(
        ['part', 'code', 'what'],
        parts.map(({ part, code, evidence }) => [part, code, evidence.join('; ')]),
      ),
    },
  };
}

/** A part of a profile in words. */
export const partWords: Readonly<Record<ProfilePart, string>> = {
  settings: 'settings',
  accounts: 'accounts',
  'audit-policy': 'audit policy',
  'network-access': '802.1X',
};

const codeWord = (code: string) => (code === 'done' ? 'updated' : code === 'already_so' ? 'as it was' : code);

/** What was renewed. Pure. */
export function renewedReport(
  renewed: readonly { readonly what: string; readonly until: Date | null }[],
): OutcomeReport {
  return {
    summary: `${plural(renewed.length, 'certificate')} renewed`,
    facts: renewed.map(({ what, until }) => ({
      label: what,
      value: until === null ? 'renewed' : `until ${until.toISOString().slice(0, 10)}`,
    })),
  };
}

/** What has a new password or key. Pure. */
export function rotatedReport(
  rotated: readonly { readonly what: string; readonly how: 'changed' | 'left'; readonly evidence: readonly string[] }[],
): OutcomeReport {
  const changed = rotated.filter(({ how }) => how === 'changed').map(({ what }) => what);
  return {
    summary: `new ${changed.length === 1 ? 'password' : 'passwords'}: ${listed(changed)}`,
    facts: rotated.map(({ what, how, evidence }) => ({
      label: what,
      value: [how === 'changed' ? 'changed' : 'as it was', ...evidence].join(', '),
    })),
  };
}

/** What was done with a PC that is taken back. Pure. */
export function removedReport(removed: {
  readonly proof: string;
  readonly certificates: number;
  readonly object: string | null;
  readonly keeps: string;
}): OutcomeReport {
  const { proof, certificates, object, keeps } = removed;
  return {
    summary: 'unprovisioned',
    facts: [
      { label: 'Seen', value: proof },
      { label: 'Certificates revoked', value: String(certificates) },
      { label: 'Directory', value: object === null ? 'had no object' : `${object} is deleted, with its names` },
      { label: 'Passwords kept', value: keeps },
    ],
  };
}
