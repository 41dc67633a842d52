/** A file read in parts, by one thread or by several, gives what it gives as a whole. */
import { appendFileSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { perfScript } from '../parsers/perf-script.ts'
import { PerfPartReader, perfShapeOf, recordStart } from '../parsers/perf-script-parts.ts'
import type { ReadOptions } from '../parsers/index.ts'
import type { Parsed } from '../src/model/index.ts'
import { LARGE_BYTES } from '../src/cli/input.ts'
import { bpfview, scratch } from './command.ts'
import { dump } from './dump.ts'
import { mutated, randomOf } from './mutate.ts'

const BASE = readFileSync('fixtures/captures/cpu-multi/perf.script.txt.gz')
const capture = new Uint8Array(gunzipSync(BASE))

function whole(bytes: Uint8Array, options: ReadOptions): Parsed {
  const reader = perfScript.reader(options)
  reader.push(bytes)
  return reader.end()
}

function inParts(bytes: Uint8Array, options: ReadOptions, cuts: readonly number[]): Parsed | undefined {
  const shape = perfShapeOf(bytes)
  if (shape === undefined) return undefined
  const starts = [0]
  for (const cut of cuts) {
    const found = recordStart(bytes.subarray(cut))
    if (found >= 0 && cut + found > starts[starts.length - 1]!) starts.push(cut + found)
  }
  const readers = starts.map((start, i) => {
    const reader = new PerfPartReader(options, shape)
    reader.push(bytes.subarray(start, starts[i + 1] ?? bytes.length))
    reader.finish()
    return reader
  })
  const [first, ...others] = readers
  for (const other of others) first!.absorb(structuredClone(other.part()))
  return first!.end()
}

const options: readonly ReadOptions[] = [{}, { timeline: true }, { perf: { weight: 'period', root: 'tid' } }, { perf: { keep: { cpus: [0] } }, timeline: true }]

const inputs: (readonly [string, Uint8Array])[] = [['cpu-multi', capture]]
for (const folder of ['../shared/captures', '../shared/corpus']) {
  if (existsSync(folder)) for (const name of readdirSync(folder)) if (name.startsWith('perf-script')) inputs.push([name, new Uint8Array(readFileSync(join(folder, name)))])
}

describe('in parts', () => {
  test.each(inputs)('%s', (_, bytes) => {
    const random = randomOf(bytes.length)
    for (let round = 0; round < 6; round++) {
      const input = round < 2 ? bytes : mutated(bytes.subarray(0, 60_000), random)
      const option = options[round % options.length]!
      const cuts = [0.2, 0.5, 0.7].map(share => Math.floor(input.length * share))
      const parts = inParts(input, option, cuts)
      if (parts !== undefined) expect(dump(parts)).toBe(dump(whole(input, option)))
    }
  })

  test('the capture is really parted', () => expect(recordStart(capture.subarray(capture.length / 2))).toBeGreaterThan(0))
})

test('the command reads a large file by threads and says the same', () => {
  const directory = scratch()
  try {
    const small = join(directory, 'small.txt')
    const large = join(directory, 'large.txt')
    const piece = capture.subarray(0, recordStart(capture.subarray(capture.length - 20_000)) + capture.length - 20_000)
    const copies = Math.ceil(LARGE_BYTES / piece.length)
    writeFileSync(small, piece)
    for (let i = 0; i < copies; i++) appendFileSync(large, piece)
    const lines = (path: string): [string, number][] => bpfview(['fold', path]).stdout.trimEnd().split('\n').map(line => {
      const blank = line.lastIndexOf(' ')
      return [line.slice(0, blank), Number(line.slice(blank + 1))]
    })
    const expected = lines(small).map(([stack, value]) => [stack, value * copies])
    expect(expected.length).toBeGreaterThan(100)
    expect(lines(large)).toEqual(expected)
  } finally {
    rmSync(directory, { recursive: true })
  }
})
