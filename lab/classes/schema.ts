/** Type of an argument or a property, in CIM's words. `embedded` is an instance of another class. */
export type ValueType =
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'boolean'
  | 'string'
  | 'datetime'
  | 'base64'
  | 'hex'
  | 'reference'
  | 'embedded';

/** One argument of a method or one property of a class. */
export interface Member {
  readonly name: string;
  readonly type: ValueType;
  /** Name of the class of an embedded instance. */
  readonly embedded: string | undefined;
  readonly repeated: boolean;
  /** A request without it violates the schema. */
  readonly required: boolean;
  /** May be in a Put as long as it says what the device has. */
  readonly readOnly: boolean;
  /** A Put with it violates the schema, whatever it says. */
  readonly refused: boolean;
  /** Written, never shown: passwords and keys. */
  readonly secret: boolean;
}

const known = new Map<string, readonly Member[]>();
const types = 'uint8 uint16 uint32 uint64 boolean string datetime base64 hex reference'.split(' ');

/**
 * Reads a table of members, in the order of the class definition: `Name:type`, `[]` after the type for a list, then
 * `!` required, `=` read-only, `-` refused, `*` secret. A type that is none of CIM's is the class of an embedded
 * instance. E.g. `InstanceID:string= Enabled:uint32! TrustedCN:string[]`.
 *
 * @throws Error when the table is not of this form, at the first use
 */
export function membersOf(table: string): readonly Member[] {
  let members = known.get(table);
  if (!members) {
    members = table.split(/\s+/).filter(Boolean).map(readMember);
    known.set(table, members);
  }
  return members;
}

function readMember(text: string): Member {
  const [, name = '', type = '', list, flags = ''] = /^(\w+):(\w+)(\[\])?([!=*-]*)$/.exec(text) ?? [];
  if (name === '') throw new Error(`Not a member of a schema: ${text}`);
  const isValueType = (word: string): word is ValueType => types.includes(word);
  return {
    name,
    type: isValueType(type) ? type : 'embedded',
    embedded: isValueType(type) ? undefined : type,
    repeated: list !== undefined,
    required: flags.includes('!'),
    readOnly: flags.includes('='),
    refused: flags.includes('-'),
    secret: flags.includes('*'),
  };
}
