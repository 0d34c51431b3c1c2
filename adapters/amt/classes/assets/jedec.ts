/**
 * Makers of memory by the JEDEC JEP106 codes that SMBIOS writes in hex where the BIOS does not translate them: continuation
 * count with parity, then code with parity. The makers seen most.
 */
const makers: Readonly<Record<string, string>> = {
  '80CE': 'Samsung',
  CE00: 'Samsung',
  '80AD': 'SK hynix',
  AD00: 'SK hynix',
  '802C': 'Micron',
  '2C00': 'Micron',
  '859B': 'Crucial',
  '0198': 'Kingston',
  '029E': 'Corsair',
  '04CD': 'G.Skill',
  '830B': 'Nanya',
  '04CB': 'ADATA',
  '8551': 'Qimonda',
};

/** The maker's name; anything that is no known code stays as it is. */
export const jedecManufacturer = (given: string): string => makers[given.toUpperCase()] ?? given;
