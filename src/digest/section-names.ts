/** The parts that a digest can have, in their order. Each has a file in sections/. */
export const sectionNames = [
  'checklist',
  'wake-ups',
  'fleet',
  'settings',
  'approvals',
  'break-glass',
  'certificates',
  'passwords',
  'audit-logs',
  'schedules',
  'new-pcs',
  'findings',
] as const;

/** One of `sectionNames`. */
export type SectionName = (typeof sectionNames)[number];
