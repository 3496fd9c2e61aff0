/** Tables as CSV files that spreadsheets open without running anything in them. */

/** The text of a CSV file. */
export function csvText(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** Hand a CSV file to the reader. */
export function downloadCsv(filename: string, rows: readonly (readonly (string | number | null)[])[]): void {
  downloadText(filename, csvText(rows), "text/csv;charset=utf-8");
}

/** Hand a text to the reader as a file. */
export function downloadText(filename: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

// A text that begins like a formula gets an apostrophe, also behind spaces and in wide letters:
// spreadsheets would run it. Without that apostrophe it is what it was. Semicolons are quoted too, as
// some spreadsheets part cells by them.
function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
