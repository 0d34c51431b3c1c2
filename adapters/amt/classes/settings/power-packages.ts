/**
 * Power packages by their GUID (16 bytes, hex) and the names that Intel gives them (intel/lms, AuditLogWSManClientConsts.h).
 * `ON in S0` alone means that the management engine is off whenever the PC is: out-of-band management does not work then.
 */
const packages: Readonly<Record<string, string>> = {
  '763997110B56504388709812F391B560': 'Mobile: ON in S0',
  '26D31C768708C74BBB5F38744315A5FF': 'Mobile: ON in S0, S3/AC',
  '530E08DB6C0FD948B2D28958D3F1156E': 'Mobile: ON in S0, S3/AC, S4-5/AC',
  '055DD5B64CA4874DA5A8B47C14DEDA5F': 'Mobile: ON in S0, ME Wake in S3/AC',
  '30800DEE09C07843AF287868A2DBBE3A': 'Mobile: ON in S0, ME Wake in S3/AC, S4-5/AC',
  '944F8312FB104FDC968E1E232B0C9065': 'Desktop: ON in S0',
  A18600AB9A7F4C42A6E6BB243A295D9E: 'Desktop: ON in S0, S3',
  '7286ABAC96B448E29B9E9B7DF91C7FD4': 'Desktop: ON in S0, S3, S4-5',
  '7B32CD4D6BBE4389A62A4D7BD8DBD026': 'Desktop: ON in S0, ME Wake in S3',
  '7322734623DC432FA98A13D37982D855': 'Desktop: ON in S0, ME Wake in S3, S4-5',
  C519A4BA6E6F8D4DB227517F7E4595DB: 'Desktop: ON in S0, S3, S4-5; OFF after power loss',
  D60BE3ED04C52C46B772D18018EE2FC4: 'Desktop: ON in S0, ME Wake in S3, S4-5; OFF after power loss',
};

/** Intel's name of a power package; an unknown one is its GUID as it is. `guid`: hex of any case. */
export function powerPackageName(guid: string): string {
  return packages[guid.toUpperCase()] ?? guid.toUpperCase();
}

/** Two names of a package are the same when they differ in case, blanks and punctuation only. */
export function samePackage(left: string, right: string): boolean {
  const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '');
  return plain(left) === plain(right);
}
