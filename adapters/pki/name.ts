import { tags } from './der/read.ts';
import { element, oid, sequence } from './der/write.ts';
import { oids } from './oids.ts';

/** One attribute of a distinguished name. */
export interface NameAttribute {
  readonly type: keyof Pick<typeof oids, 'commonName' | 'organizationalUnit' | 'organization'>;
  readonly value: string;
}

/** DER of a distinguished name, most general attribute first. */
export function nameDer(attributes: readonly NameAttribute[]): Buffer {
  return sequence(
    ...attributes.map(({ type, value }) =>
      element(tags.set, sequence(oid(oids[type]), element(stringTag(value), Buffer.from(value, 'utf8')))),
    ),
  );
}

/** PrintableString where it can be: old firmware compares names by their octets. */
function stringTag(value: string): number {
  return /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value) ? tags.printableString : tags.utf8String;
}
