// Tables as CSV that a spreadsheet opens and never runs.

/**
 * What a spreadsheet would take for a formula, in the wide forms of a Chinese keyboard too
 * (OWASP, CSV Injection: = + - @, tab, carriage return).
 */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;

function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** With the mark that makes Excel read it as UTF-8. */
export const toCsv = (rows: readonly (readonly string[])[]): string =>
  `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
