/** Rows as CSV (RFC 4180, the header first). A cell that a spreadsheet would take for a formula gets a quote in front. Line breaks become blanks, so that a line is a row. */
export function csvOf(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [columns, ...rows].map((row) => `${csvLine(row)}\r\n`).join('');
}

/** One row without its line end. */
export function csvLine(cells: readonly string[]): string {
  return cells.map(cell).join(',');
}

function cell(text: string): string {
  const flat = text.replace(/[\r\n\u2028\u2029]+/g, ' ');
  const inert = /^[=+\-@\t]/.test(flat) ? `'${flat}` : flat;
  return /[",]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
