import { CsvError, type InfoRecord, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { quoted } from '../../inventory/cells.ts';
import { nearest } from '../../inventory/resolve-targets.ts';
import type { DeviceInput } from '../../ports/store/inventory-store.ts';
import { type InventoryColumn, inventoryColumns, type RowProblem, readRow } from './read-row.ts';

/** How the file is read. */
export interface InventoryOptions {
  /** Rows that are wrong are left out instead of refusing the file. Default false. */
  readonly skipBad?: boolean;
  /** Names of the credentials in the configuration; left out: any name is taken. */
  readonly credentials?: readonly string[];
}

/** A file as read: the good rows, and what is wrong with the others. */
export interface ReadInventory {
  readonly devices: readonly DeviceInput[];
  /** Count of rows below the header. */
  readonly rows: number;
  /** In the order of the file. */
  readonly problems: readonly RowProblem[];
}

/** The file can't be imported. `problems` holds everything that is wrong, the message a summary. */
export class InventoryError extends Error {
  readonly code = 'ERR_INVENTORY';
  readonly problems: readonly RowProblem[];

  constructor(message: string, problems: readonly RowProblem[]) {
    super(message);
    this.name = 'InventoryError';
    this.problems = problems;
  }
}

const records = z.array(
  z.object({
    record: z.array(z.string()),
    info: z.object({ lines: z.number() }) satisfies z.ZodType<Pick<InfoRecord, 'lines'>>,
  }),
);

/** The devices of a CSV text (RFC 4180, header in the first row). Throws InventoryError when a row is wrong, unless `skipBad`. */
export function readInventory(text: string, options: InventoryOptions = {}): readonly DeviceInput[] {
  const { devices, rows, problems } = parseInventory(text, options);
  const lines = new Set(problems.map((problem) => problem.line)).size;
  if (lines === 0 || options.skipBad) return devices;
  throw new InventoryError(`${lines} of ${rows} rows are wrong; nothing was imported.`, problems);
}

/** Reads every row and gathers every problem. Throws InventoryError only when the text as a whole is no inventory. */
export function parseInventory(text: string, { credentials }: InventoryOptions = {}): ReadInventory {
  const [header, ...rows] = readRecords(text);
  if (!header)
    throw new InventoryError(`The file is empty. Its first row names the columns: ${inventoryColumns.join(',')}`, []);
  const columns = readHeader(header.record);
  const devices: DeviceInput[] = [];
  const problems: RowProblem[] = [];
  const seen = new Map<string, number>();
  for (const { record, info } of rows) {
    const line = info.lines;
    if (record.length !== columns.length) {
      problems.push({ line, column: null, problem: `has ${record.length} values, the header has ${columns.length}` });
      continue;
    }
    const cells = new Map(columns.map((column, index) => [column, trim(record[index] ?? '')]));
    const row = readRow(cells, line, credentials ?? null);
    const twice = row.device ? repeated(row.device, line, seen) : [];
    problems.push(...row.problems, ...twice);
    if (row.device && twice.length === 0) devices.push(row.device);
  }
  return { devices, rows: rows.length, problems };
}

function readRecords(text: string) {
  try {
    const read: unknown = parse(text, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
    return records.parse(read);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // The parser's own message quotes the row.
    const line = 'lines' in error && typeof error.lines === 'number' ? error.lines : 1;
    const why =
      error.code === 'CSV_QUOTE_NOT_CLOSED'
        ? 'a quote is opened and not closed'
        : 'a quote stands where none may stand';
    throw new InventoryError(`The file is not CSV: ${why}.`, [{ line, column: null, problem: why }]);
  }
}

function readHeader(cells: readonly string[]): readonly InventoryColumn[] {
  const names = cells.map((cell) => trim(cell).toLowerCase());
  const known = new Set<string>(inventoryColumns);
  const problems = names.flatMap((name, index) => {
    if (names.indexOf(name) < index) return [`the column ${quoted(name)} stands there twice`];
    if (known.has(name)) return [];
    if (/pass|secret|token/.test(name))
      return [`${quoted(name)}: passwords do not belong into the inventory; name a credential of the configuration`];
    const meant = nearest(name, inventoryColumns);
    return [`${quoted(name)} is no column${meant === null ? '' : `; did you mean ${meant}?`}`];
  });
  if (cells.length === 1 && /[;\t]/.test(cells[0] ?? '')) problems.push('columns are separated by commas');
  if (problems.length === 0 && !names.includes('name')) problems.push('the column name is missing');
  if (problems.length === 0 && !names.includes('address') && !names.includes('fqdn'))
    problems.push('a column address or fqdn is needed');
  if (problems.length > 0) {
    throw new InventoryError(
      `The header is wrong. Columns: ${inventoryColumns.join(',')}`,
      problems.map((problem) => ({ line: 1, column: null, problem })),
    );
  }
  return names.flatMap((name) => inventoryColumns.filter((column) => column === name));
}

/** Two rows must not be the same device, whichever way it is named. */
function repeated(device: DeviceInput, line: number, seen: Map<string, number>): readonly RowProblem[] {
  const keys: readonly (readonly [InventoryColumn, string | null])[] = [
    ['name', device.name.toLowerCase()],
    ['address', `${device.host} ${device.port ?? ''}`],
    ['mac', device.mac],
    ['fqdn', device.fqdn],
  ];
  return keys.flatMap(([column, value]) => {
    if (value === null) return [];
    const first = seen.get(`${column} ${value}`);
    if (first === undefined) seen.set(`${column} ${value}`, line);
    return first === undefined ? [] : [{ line, column, problem: `is the same as in line ${first}` }];
  });
}

/** Only what a spreadsheet leaves behind: other white space is looked at, and refused. */
function trim(cell: string): string {
  return cell.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
}
