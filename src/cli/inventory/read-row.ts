import {
  type Cell,
  quoted,
  readAddress,
  readDnsName,
  readFingerprint,
  readMac,
  readName,
  readPort,
  readUuid,
  readWord,
} from '../../inventory/cells.ts';
import { nearest } from '../../inventory/resolve-targets.ts';
import type { TlsMode } from '../../ports/amt.ts';
import type { DeviceInput } from '../../ports/store/inventory-store.ts';

/** Columns of the file; `name` and one of `address` and `fqdn` are needed, the rest may be left out. */
export const inventoryColumns = [
  'name',
  'fqdn',
  'address',
  'mac',
  'site',
  'groups',
  'tls',
  'certificate_fingerprint',
  'credential',
  'port',
  'uuid',
] as const;

/** One of `inventoryColumns`. */
export type InventoryColumn = (typeof inventoryColumns)[number];

/** Something wrong in one row. `problem` is the rest of a sentence that starts with the column. */
export interface RowProblem {
  readonly line: number;
  readonly column: InventoryColumn | null;
  readonly problem: string;
}

/** A row as read: its device, null when anything was wrong with it. */
export interface ReadRow {
  readonly device: DeviceInput | null;
  readonly problems: readonly RowProblem[];
}

const tlsModes = ['ca', 'pinned', 'legacy', 'none'] as const satisfies readonly TlsMode[];
const defaultSite = 'default';
const defaultCredential = 'default';

/** Turns the cells of one row into a device. `credentials` are the names the configuration knows; null: not checked. */
export function readRow(
  cells: ReadonlyMap<InventoryColumn, string>,
  line: number,
  credentials: readonly string[] | null,
): ReadRow {
  const problems: RowProblem[] = [];
  const say = (column: InventoryColumn, problem: string) => void problems.push({ line, column, problem });
  const cell = (column: InventoryColumn) => cells.get(column) ?? '';
  /** The cell's value; `empty` when nothing stands there, and also when it is wrong, for the row is lost then anyway. */
  const take = <T>(column: InventoryColumn, read: (text: string) => Cell<T>, empty: T): T => {
    const text = cell(column);
    if (text === '') return empty;
    const result = read(text);
    if (result.ok) return result.value;
    say(column, result.problem);
    return empty;
  };

  const name = readName(cell('name'));
  if (!name.ok) say('name', name.problem);
  const fqdn = take('fqdn', (text) => readDnsName(text, 2), null);
  const address = take('address', readAddress, null);
  if (cell('address') === '' && cell('fqdn') === '')
    say('address', 'is missing, and so is fqdn: one of them is needed');
  const fingerprint = take('certificate_fingerprint', readFingerprint, null);
  const tls = take('tls', readTls, cell('certificate_fingerprint') === '' ? 'ca' : 'pinned');
  if ((tls === 'pinned' || tls === 'legacy') && cell('certificate_fingerprint') === '') {
    say('certificate_fingerprint', `is missing; tls ${tls} needs it`);
  }
  if (tls === 'none' && cell('certificate_fingerprint') !== '') {
    say('certificate_fingerprint', 'is of no use with tls none; leave one of them empty');
  }
  const credential = take('credential', readCredential(credentials), defaultCredential);
  if (cell('credential') === '' && credentials && !credentials.includes(defaultCredential)) {
    say('credential', `is empty and amt.credentials has no "${defaultCredential}"`);
  }
  const uuid = take('uuid', readUuid, null);
  const device = {
    fqdn,
    host: address ?? fqdn ?? '',
    port: take('port', readPort, null),
    mac: take('mac', readMac, null),
    site: take('site', readWord, defaultSite),
    groups: take('groups', readGroups, []),
    tls,
    certificateFingerprint: fingerprint,
    credential,
    ...(uuid === null ? {} : { uuid }),
  };
  return { device: problems.length === 0 && name.ok ? { name: name.value, ...device } : null, problems };
}

function readTls(text: string): Cell<TlsMode> {
  const mode = tlsModes.find((each) => each === text.toLowerCase());
  return mode ? { ok: true, value: mode } : { ok: false, problem: `${quoted(text)} is none of ${tlsModes.join(', ')}` };
}

function readGroups(text: string): Cell<readonly string[]> {
  const groups: string[] = [];
  for (const part of text.split(';').map((each) => each.trim())) {
    if (part === '') continue;
    const group = readWord(part);
    if (!group.ok) return group;
    if (!groups.includes(group.value)) groups.push(group.value);
  }
  return { ok: true, value: groups };
}

const readCredential =
  (known: readonly string[] | null) =>
  (text: string): Cell<string> => {
    if (!/^[a-z0-9][a-z0-9._-]{0,62}$/.test(text)) {
      // Not repeated: somebody may have put the password itself here.
      return { ok: false, problem: 'is not the name of a credential; passwords do not belong into the inventory' };
    }
    if (known === null || known.includes(text)) return { ok: true, value: text };
    const meant = nearest(text, known);
    return {
      ok: false,
      problem: `is none of amt.credentials in the configuration${meant === null ? '' : `; did you mean ${meant}?`}`,
    };
  };
