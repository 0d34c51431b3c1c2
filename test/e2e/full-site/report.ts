/** What was proved, for the table at the end. */
export interface Proof {
  readonly what: string;
  /** By whom: a program that is not ours, or what was looked at. */
  readonly by: string;
  readonly ok: boolean;
  /** What was found, or why not. */
  readonly found: string;
}

/** Tells how far the whole thing is, one line per stage, and what was proved. */
export interface Report {
  readonly proofs: readonly Proof[];
  /** Does the work and prints one line with how long it took and what it found. Resolves and rejects as the work does. */
  stage<T>(title: string, work: (found: (text: string) => void) => Promise<T>): Promise<T>;
  /** The same for a proof: it never rejects, `work` rejects when it does not hold. Resolves to whether it held. */
  prove(what: string, by: string, work: () => Promise<string>): Promise<boolean>;
  /** Prints a line that belongs to the stage that is under way. */
  note(line: string): void;
  /** The table, and whether all of it holds. */
  end(failure: string | null): boolean;
}

/** Longest evidence in a line, in characters. */
const longestFound = 160;

/** Starts the watch. */
export function createReport(out: (text: string) => void): Report {
  const startedAtMs = performance.now();
  const proofs: Proof[] = [];
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const line = (mark: string, title: string, fromMs: number, found: string) => {
    const now = performance.now();
    const times = `${seconds(now - startedAtMs).padStart(8)} ${`+${seconds(now - fromMs)}`.padStart(9)}`;
    out(`${times}  ${mark} ${title}${found === '' ? '' : `: ${found}`}\n`);
  };
  return {
    proofs,
    note: (text) => out(`${' '.repeat(21)}${text}\n`),
    async stage(title, work) {
      const fromMs = performance.now();
      let found = '';
      try {
        const result = await work((text) => {
          found = text;
        });
        line('✔', title, fromMs, found);
        return result;
      } catch (error) {
        line('✖', title, fromMs, reasonOf(error));
        throw error;
      }
    },
    async prove(what, by, work) {
      const fromMs = performance.now();
      const found = await work().then(
        (text) => ({ ok: true, text }),
        (error: unknown) => ({ ok: false, text: reasonOf(error) }),
      );
      line(found.ok ? '✔' : '✖', what, fromMs, found.text);
      const short = found.text.split('\n')[0] ?? '';
      proofs.push({ what, by, ok: found.ok, found: short.slice(0, longestFound) });
      return found.ok;
    },
    end(failure) {
      const took = seconds(performance.now() - startedAtMs);
      out(`\n${table(proofs)}\n`);
      const held = proofs.filter(({ ok }) => ok).length;
      const ok = failure === null && held === proofs.length && held > 0;
      out(`${held} of ${proofs.length} proved, ${took}${failure === null ? '' : `. It broke off: ${failure}`}\n`);
      return ok;
    },
  };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trimEnd();

function table(proofs: readonly Proof[]): string {
  const rows = [
    ['', 'what', 'by', 'found'],
    ...proofs.map(({ ok, what, by, found }) => [ok ? '✔' : '✖', what, by, found]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  return rows
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((row) => `${row.trimEnd()}\n`)
    .join('');
}
