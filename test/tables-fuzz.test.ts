/**
 * Readers of histograms, tables, reports and counters under cuts, splices and flipped bytes: a result that keeps every invariant, or one
 * BpfviewError; the same in any chunking and with CRLF ends.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { chunked, mutated, outcome, randomOf } from './mutate.ts'

const FOLDERS = [
  'bcc-hist',
  'bcc-hist-json',
  'event-table',
  'table',
  'csv-table',
  'json-table',
  'sysstat',
  'perf-report',
  'perf-stat',
  'perf-sched-timehist',
  'perf-sched-latency',
  'perf-sched-map',
  'perf-trace',
  'prometheus',
  'ftrace',
  'dmesg',
  'counters',
  'pairs',
  'probe-list',
  'columns',
]
const ROUNDS = Number(process.env['BPFVIEW_FUZZ_ROUNDS'] ?? 20)
const seeds = FOLDERS.flatMap(folder =>
  readdirSync(join('fixtures', folder))
    .filter(name => !name.endsWith('.golden'))
    .map(name => ({ folder, name, bytes: new Uint8Array(readFileSync(join('fixtures', folder, name))) })),
)

function withCr(bytes: Uint8Array): Uint8Array {
  const result: number[] = []
  for (const byte of bytes) {
    if (byte === 10) result.push(13)
    result.push(byte)
  }
  return Uint8Array.from(result)
}

/** The end of one file behind the start of another, as a terminal's buffer holds them. */
function spliced(bytes: Uint8Array, other: Uint8Array, random: () => number): Uint8Array {
  const head = bytes.subarray(0, Math.floor(random() * bytes.length))
  const tail = other.subarray(Math.floor(random() * other.length))
  const whole = new Uint8Array(head.length + tail.length)
  whole.set(head)
  whole.set(tail, head.length)
  return whole
}

describe.each(seeds)('$folder/$name', ({ folder, name, bytes }) => {
  test('damaged', () => {
    const random = randomOf(bytes.length * 31 + folder.length + name.length)
    for (let round = 0; round < ROUNDS; round++) {
      const damaged =
        round % 4 === 3
          ? spliced(bytes, seeds[Math.floor(random() * seeds.length)]!.bytes, random)
          : mutated(bytes, random)
      for (const format of [undefined, folder]) {
        const whole = outcome(damaged, format)
        expect(outcome(chunked(damaged, random, 90), format), 'in chunks').toBe(whole)
        if (!damaged.includes(13) && !damaged.includes(0))
          expect(outcome(withCr(damaged), format), 'with CRLF').toBe(whole)
      }
    }
  })
})
