import { redactText } from '../logging/redact.ts';

/** What a check found, and, unless all is well, how to mend it. No secret in either. */
export interface DoctorFinding {
  readonly status: 'ok' | 'warn' | 'fail';
  readonly found: string;
  readonly mend: string | null;
}

/** One look at the installation. What it throws counts as a failure. */
export interface DoctorCheck {
  /** Two or three words, such as `data directory`. */
  readonly name: string;
  readonly run: () => Promise<DoctorFinding>;
}

/** How the findings are shown. */
export interface DoctorOutput {
  /** One JSON object per check instead of text. */
  readonly json: boolean;
  readonly out: (text: string) => void;
  /** Milliseconds after which a check counts as failed. Default 15,000. */
  readonly timeoutMs?: number;
}

/** A finding in short form. */
export const finding = {
  ok: (found: string): DoctorFinding => ({ status: 'ok', found, mend: null }),
  warn: (found: string, mend: string): DoctorFinding => ({ status: 'warn', found, mend }),
  fail: (found: string, mend: string): DoctorFinding => ({ status: 'fail', found, mend }),
} as const;

const icons = { ok: '✔ ok  ', warn: '▲ warn', fail: '✖ fail' } as const;

/** Runs the checks one after the other and shows each as soon as it is known. Resolves to the exit code: 1 when any failed. */
export async function runDoctor(checks: readonly DoctorCheck[], output: DoctorOutput): Promise<number> {
  const { json, out, timeoutMs = 15_000 } = output;
  const width = Math.max(...checks.map((check) => check.name.length), 0);
  const counts = { ok: 0, warn: 0, fail: 0 };
  for (const check of checks) {
    const { status, found, mend } = clean(await outcomeOf(check, timeoutMs));
    counts[status] += 1;
    const indent = ' '.repeat(icons.ok.length + width + 4);
    const advice = mend === null ? '' : `\n${indent}→ ${mend}`;
    out(
      json
        ? JSON.stringify({ check: check.name, status, found, mend })
        : `${icons[status]}  ${check.name.padEnd(width)}  ${found.replaceAll('\n', `\n${indent}`)}${advice}`,
    );
  }
  if (!json) out(`${checks.length} checks: ${counts.ok} ok, ${counts.warn} to look at, ${counts.fail} failed.`);
  return counts.fail > 0 ? 1 : 0;
}

async function outcomeOf(check: DoctorCheck, timeoutMs: number): Promise<DoctorFinding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<DoctorFinding>((resolve) => {
    timer = setTimeout(
      () => resolve(finding.fail(`no answer within ${timeoutMs / 1_000} s`, 'See whether what is asked hangs.')),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([check.run(), late]);
  } catch (error) {
    const found = error instanceof Error && error.message !== '' ? error.message : 'the check itself failed';
    return finding.fail(found, 'Mend what is said here, then run oob doctor again.');
  } finally {
    clearTimeout(timer);
  }
}

function clean({ status, found, mend }: DoctorFinding): DoctorFinding {
  return { status, found: redactText(found), mend: mend === null ? null : redactText(mend) };
}
