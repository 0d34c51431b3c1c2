import { BerWriter, Control } from 'ldapts';

/** Parts of a security descriptor ([MS-ADTS] 3.1.1.3.4.1.11). */
export const descriptorParts = { owner: 1, group: 2, accessList: 4, auditList: 8 } as const;

/**
 * LDAP_SERVER_SD_FLAGS_OID: which parts of the descriptor are meant. Without it all are, and an account that may not read the
 * audit list is shown nothing at all.
 */
export class DescriptorPartsControl extends Control {
  readonly parts: number;

  constructor(parts: number) {
    super('1.2.840.113556.1.4.801', { critical: true });
    this.parts = parts;
  }

  protected override writeControl(writer: BerWriter): void {
    const value = new BerWriter();
    value.startSequence();
    value.writeInt(this.parts);
    value.endSequence();
    writer.writeBuffer(value.buffer, 0x04);
  }
}
