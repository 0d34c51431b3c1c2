/** What is looked at in an Active Directory domain, in this order. */
export const directoryChecks = [
  'reached',
  'clock',
  'unit',
  'full control',
  'effective rights',
  'trial',
  'global catalog',
  'ticket size',
  'same place',
] as const;

/** One of `directoryChecks`. */
export type DirectoryCheckName = (typeof directoryChecks)[number];

const delegate =
  'Run: oob directory delegate --print, and have a domain administrator run the command that it shows; or oob directory delegate --as ADMINISTRATOR.';

/** What to do when a check does not pass and no error says it better. */
export const directoryCheckMends: Readonly<Record<DirectoryCheckName, string>> = {
  reached: 'Check directory.domains.*.servers.',
  clock: 'Set the clocks by one source (NTP): Kerberos fails beyond 5 minutes.',
  unit: 'Run: oob directory prepare --as ADMINISTRATOR',
  'full control': delegate,
  'effective rights': delegate,
  trial: delegate,
  'global catalog': 'Make one of the domain controllers a Global Catalog server, and open TCP 3269.',
  'ticket size':
    'Take the account out of groups it does not need, or give those who use AMT by Kerberos an account of their own with few groups.',
  'same place': 'Give the unit the same name and place in every domain.',
};
