// A file that the page made, saved by the browser.

/** The browser reads the bytes after the click. */
const KEPT_MS = 10_000;

/** Text as CSV, under the given name. */
export function saveCsv(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
