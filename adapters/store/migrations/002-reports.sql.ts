/** What operations found out, kept with their task. */
export const reports = {
  name: '002-reports',
  sql: `
alter table oob.task add column report jsonb;
`,
} as const;
