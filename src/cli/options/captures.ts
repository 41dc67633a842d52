import type { OptionTable } from './table.ts'
import { choice, text } from './table.ts'

/** Which captures of an archive a question is about. */
export const CAPTURES = {
  service: text('--service <NAME>', 'captures of this service'),
  host: text('--host <NAME>', 'of hosts with this name; * for anything, /.../ for a regular expression'),
  event: text('--event <NAME>', 'of this event'),
  value: text('--value <NAME>', 'with this value or unit'),
} satisfies OptionTable

/** The time of captures. */
export const CAPTURE_RANGE = {
  range: text(
    '--range <A..B>',
    'that began in this time, UTC, B left out: dates like 2026-11-17, times like 2026-11-17T10:00, a time back like 7d or 12h',
  ),
} satisfies OptionTable

/** The captures on both sides of a comparison. */
export const WHEN = {
  before: text('--before <A..B>', 'captures that began in this time: 2026-11-16, 14d..7d'),
  after: text('--after <A..B>', 'against captures that began in this time: 2026-11-17, 7d'),
} satisfies OptionTable

/** What works out sums. */
export const ENGINE = {
  engine: choice(
    '--engine <NAME>',
    'js: bpfview itself; duckdb: @duckdb/node-api; default: duckdb for more than 300 files where it is installed',
    ['js', 'duckdb'],
  ),
} satisfies OptionTable
