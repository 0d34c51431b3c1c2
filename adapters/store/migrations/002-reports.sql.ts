/** What operations found out, kept with their task; target words as a list, for a word may hold blanks. */
export const reports = {
  name: '002-reports',
  sql: `
alter table oob.task add column report jsonb;
alter table oob.request rename column target_text to target_words;
alter table oob.request alter column target_words type jsonb using to_jsonb(string_to_array(target_words, ' '));
`,
} as const;
