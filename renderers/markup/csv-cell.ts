import Papa from 'papaparse'

/** A CSV cell per RFC 4180; cells a spreadsheet would take for a formula get a leading apostrophe unless `raw`. */
export function csvCell(text: string, raw = false): string {
  const safe = !raw && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? Papa.unparse([[safe]], { quotes: true }) : safe
}
