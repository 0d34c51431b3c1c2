import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { errorCode } from '../config/error-code.ts';
import type { DeviceInput, ImportResult } from '../ports/store/inventory-store.ts';
import { InventoryError, parseInventory } from './inventory/read-inventory.ts';
import type { RowProblem } from './inventory/read-row.ts';

export { InventoryError, readInventory } from './inventory/read-inventory.ts';

/** One import. */
export interface InventoryImport {
  readonly file: string;
  /** Import the good rows although others are wrong. */
  readonly skipBad: boolean;
  /** Names of the credentials in the configuration. */
  readonly credentials: readonly string[];
  /** Called once, with at least one device, and not at all when the file is refused. */
  readonly importDevices: (devices: readonly DeviceInput[]) => Promise<ImportResult>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const largestBytes = 64 * 1_048_576;

/**
 * Imports a CSV file and says what it did. Resolves to the exit code: 0 all rows, 1 some rows left out (`skipBad`), 2 nothing
 * imported. Each wrong row is shown with its line. Rejects when the store does.
 */
export async function runInventoryImport(options: InventoryImport): Promise<number> {
  const { file, skipBad, credentials, out, err } = options;
  try {
    const { devices, rows, problems } = parseInventory(await readText(file), { credentials });
    for (const problem of problems) err(sentence(file, problem));
    const wrong = rows - devices.length;
    if (devices.length === 0 || (wrong > 0 && !skipBad)) {
      const advice = devices.length === 0 ? '' : ' Mend them, or import the others with --skip-bad.';
      err(rows === 0 ? `${file} has no rows.` : `${wrong} of ${rows} rows are wrong; nothing was imported.${advice}`);
      return 2;
    }
    const { added, changed, unchanged } = await options.importDevices(devices);
    const skipped = wrong > 0 ? `, ${wrong} left out` : '';
    out(`${devices.length} devices: ${added} added, ${changed} changed, ${unchanged} unchanged${skipped}.`);
    return wrong > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof InventoryError)) throw error;
    for (const problem of error.problems) err(sentence(file, problem));
    err(error.message);
    return 2;
  }
}

function sentence(file: string, { line, column, problem }: RowProblem): string {
  return `${basename(file)}:${line}: ${column === null ? '' : `${column} `}${problem}`;
}

async function readText(file: string): Promise<string> {
  let bytes: Buffer;
  try {
    const { size } = await stat(file);
    if (size > largestBytes)
      throw new InventoryError(`${file} is larger than ${largestBytes} bytes. Is it the right file?`, []);
    bytes = await readFile(file);
  } catch (error) {
    if (error instanceof InventoryError) throw error;
    const code = errorCode(error);
    throw new InventoryError(
      code === 'ENOENT' ? `There is no file ${file}.` : `${file} can't be read (${code ?? 'unknown cause'}).`,
      [],
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InventoryError(`${file} is not UTF-8 text. In a spreadsheet, save it as "CSV UTF-8".`, []);
  }
}
