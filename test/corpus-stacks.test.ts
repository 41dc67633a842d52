/**
 * Real output of stack tools and bpftrace, from documentation (../shared/corpus) and from runs (../shared/captures): each file is claimed by its
 * own format, nothing is left unrecognised, and what the tool printed adds up to what was read.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { detect, parse } from '../parsers/index.ts'
import type { Dataset } from '../src/model/index.ts'
import { checkDataset } from '../src/model/index.ts'
import { STACK_FAMILIES, sumOf } from './conformance/stack-families.ts'

const PLACES = ['../shared/corpus', '../shared/captures'].filter(place => existsSync(join(place, 'MANIFEST.tsv')))

/** Lines that no reader can use, with the reason; everything else must be recognised. */
const EXPLAINED = new Map<string, { readonly skipped: number; readonly why: string }>([
  ['folded-inferno_bad_before-01.txt', { skipped: 1, why: 'a stack without a value, made so on purpose' }],
])

interface File {
  readonly place: string
  readonly file: string
  readonly family: string
}

const files: File[] = PLACES.flatMap(place =>
  readFileSync(join(place, 'MANIFEST.tsv'), 'utf8')
    .split('\n')
    .slice(1)
    .map(line => ({ place, file: line.split('\t')[0]!, family: line.split('\t')[3]! }))
    .filter(({ file }) => file !== '' && existsSync(join(place, file))),
)

describe.skipIf(PLACES.length === 0)('real output', () => {
  describe.each(STACK_FAMILIES)('$name', ({ families, except, formats, totals }) => {
    const own = files.filter(({ file, family }) => families.test(family) && except?.test(file) !== true)
    test('has files', () => expect(own.length).toBeGreaterThan(0))
    test.each(own)('$file', ({ place, file }) => {
      const bytes = readFileSync(join(place, file))
      expect(formats).toContain(detect(bytes)?.id)
      const parsed = parse(bytes, { source: file })
      parsed.datasets.forEach(checkDataset)
      expect(parsed.skippedLines).toBe(EXPLAINED.get(file)?.skipped ?? 0)
      const sums = totals(textOf(bytes), parsed)
      expect(sums.parsed).toBeCloseTo(sums.printed, 3)
    })
  })

  describe("with the tool's stderr before it", () => {
    const both = files.filter(
      ({ place, file, family }) =>
        existsSync(join(place, `${file}.stderr`)) && STACK_FAMILIES.some(({ families }) => families.test(family)),
    )
    test.each(both)('$file', ({ place, file }) => {
      const alone = parse(readFileSync(join(place, file)))
      const merged = parse(
        Buffer.concat([readFileSync(join(place, `${file}.stderr`)), readFileSync(join(place, file))]),
      )
      expect(merged.format).toBe(alone.format)
      expect(merged.skippedLines).toBe(0)
      expect(merged.datasets.map(totalOf)).toEqual(alone.datasets.map(totalOf))
    })
  })

  describe('with warnings between its lines', () => {
    const stacks = files.filter(({ family }) =>
      /bcc-multiline-stack|wake-stacks|bpftrace-map-stack|bpftrace-hist$/.test(family),
    )
    test.each(stacks)('$file', ({ place, file }) => {
      const bytes = readFileSync(join(place, file))
      const alone = parse(bytes)
      const noise = alone.format === 'bpftrace' ? NOISE.bpftrace : NOISE.bcc
      const noisy = parse(
        new TextEncoder().encode(
          textOf(bytes)
            .split('\n')
            .flatMap((line, i) => (i % 7 === 3 ? [line, noise[i % noise.length]!] : [line]))
            .join('\n'),
        ),
      )
      expect(noisy.format).toBe(alone.format)
      expect(noisy.skippedLines).toBe(alone.skippedLines)
      expect(noisy.datasets.map(totalOf)).toEqual(alone.datasets.map(totalOf))
    })
  })

  describe('with its blanks collapsed, as web pages do', () => {
    const stacks = files.filter(({ family }) =>
      /bcc-multiline-stack|wake-stacks|memleak|event-with-stack|deadlock/.test(family),
    )
    test.each(stacks)('$file', ({ place, file }) => {
      const bytes = readFileSync(join(place, file))
      const alone = parse(bytes)
      const collapsed = parse(
        new TextEncoder().encode(
          textOf(bytes)
            .split('\n')
            .map(line => line.trim().replace(/[ \t]+/g, ' '))
            .join('\n'),
        ),
      )
      expect(collapsed.format).toBe(alone.format)
      expect(collapsed.skippedLines).toBe(alone.skippedLines)
      expect(collapsed.datasets.map(totalOf)).toEqual(alone.datasets.map(totalOf))
    })
  })

  test('no other file is taken for stacks or for bpftrace', () => {
    const mine = new Set([
      'bcc-stacks',
      'wake-stacks',
      'memleak',
      'deadlock',
      'lock-stats',
      'critical-sections',
      'stack-hist',
      'bpftrace-json',
    ])
    for (const { place, file, family } of files) {
      if (STACK_FAMILIES.some(({ families }) => families.test(family))) continue
      if (/^(?:criticalstat|redis_memleak)-/.test(file)) continue
      expect(mine.has(detect(readFileSync(join(place, file)))?.id ?? ''), file).toBe(false)
    }
  })
})

const NOISE = {
  bcc: [
    "libbpf: prog 'x': relo #3: patched insn #4",
    'failed to get syms',
    'WARNING: 3 stack traces could not be displayed.',
  ],
  bpftrace: [
    'ERROR: failed to look up stack id 43 (pid 29834): -9',
    'WARNING: Cannot parse DWARF: libdw not available',
    'Lost 3 events',
  ],
}

/** Name and sum of a dataset, or its number of rows. */
function totalOf(dataset: Dataset): string {
  if (dataset.kind === 'profile') return `${dataset.name} ${sumOf(dataset.self)}`
  if (dataset.kind === 'histograms') return `${dataset.name} ${dataset.key} ${sumOf(dataset.counts)}`
  return `${dataset.name} ${dataset.kind === 'events' ? dataset.length : ''}`
}

function textOf(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(bytes)
}
