/**
 * Real output of stack tools and bpftrace, from documentation (../shared/corpus) and from runs (../shared/captures): each file is claimed by its
 * own format, nothing is left unrecognised, and what the tool printed adds up to what was read.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { detect, parse } from '../parsers/index.ts'
import { checkDataset } from '../src/model/index.ts'
import { STACK_FAMILIES } from './conformance/stack-families.ts'

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

const files: File[] = PLACES.flatMap(place => readFileSync(join(place, 'MANIFEST.tsv'), 'utf8').split('\n').slice(1)
  .map(line => ({ place, file: line.split('\t')[0]!, family: line.split('\t')[3]! })).filter(({ file }) => file !== '' && existsSync(join(place, file))))

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

  test('no other file is taken for stacks or for bpftrace', () => {
    const mine = new Set(['bcc-stacks', 'wake-stacks', 'memleak', 'deadlock', 'lock-stats', 'critical-sections', 'stack-hist', 'bpftrace-json'])
    for (const { place, file, family } of files) {
      if (STACK_FAMILIES.some(({ families }) => families.test(family))) continue
      if (/^(?:criticalstat|redis_memleak)-/.test(file)) continue
      expect(mine.has(detect(readFileSync(join(place, file)))?.id ?? ''), file).toBe(false)
    }
  })
})

function textOf(bytes: Uint8Array): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(bytes)
}
