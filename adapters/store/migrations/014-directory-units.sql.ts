/** Where a PC lies in Active Directory: the distinguished name of its unit, as it is shown and as it is compared. */
export const directoryUnits = {
  name: '014-directory-units',
  sql: `
alter table oob.device
  add column ou text,
  add column ou_key text collate "C";
`,
} as const;
