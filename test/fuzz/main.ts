/**
 * Mutates fixtures, and the real files in ../shared where there are any, and reads them every way there is: `npm run fuzz -- --seconds 60`.
 * Every find is written to a file, said on a line, and makes the exit status 1. `--seed N` starts elsewhere; `--repeat FILE` reads one find again, with
 * the options of `--seed N`, the last number of its name; `--total docs/testing.md` adds the inputs to the sum there.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { ParseOptions } from '../../parsers/index.ts'
import { formats } from '../../parsers/index.ts'
import { mutated, randomOf } from '../mutate.ts'
import { randomOptions } from '../read-options.ts'
import { examine } from './examine.ts'
import { mixed } from './mixtures.ts'
import { fixtureSeeds, sharedSeeds } from './seeds.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    seed: { type: 'string' },
    out: { type: 'string' },
    repeat: { type: 'string' },
    format: { type: 'string' },
    only: { type: 'string' },
    total: { type: 'string' },
  },
})
const SLOW_MS = 1000

/** Adds to the number that a text holds: `1,234 mutated inputs`. */
function addTotal(path: string, runs: number): void {
  const text = readFileSync(path, 'utf8')
  const total = /([\d,]+) mutated inputs/.exec(text)
  if (total === null) throw new Error(`${path} holds no 'N mutated inputs'`)
  const sum = Number(total[1]!.replaceAll(',', '')) + runs
  writeFileSync(path, text.replace(total[0], `${sum.toLocaleString('en-US')} mutated inputs`))
}

function examined(bytes: Uint8Array, format: string | undefined, seed: number, draw: boolean): string | undefined {
  const started = performance.now()
  try {
    const random = randomOf(seed)
    // one input in three is read with options, as flags of the command line make them
    const options =
      (values.repeat === undefined || values.seed !== undefined) && seed % 3 === 0 ? readingOptions(random) : {}
    const wrong = examine(bytes, format === undefined ? options : { ...options, format }, random, draw)
    if (wrong !== undefined) return wrong
  } catch (error) {
    return (error as Error).stack ?? String(error)
  }
  const took = performance.now() - started
  return took > SLOW_MS ? `took ${Math.round(took)} ms for ${bytes.length} bytes` : undefined
}

/** Options of every reader; a timeline is read beside the profile anyway. */
function readingOptions(random: () => number): ParseOptions {
  const { timeline: _, ...options } = randomOptions(random)
  return { ...options, ...(random() < 0.3 && { prints: random() < 0.5 ? ('last' as const) : ('sum' as const) }) }
}

if (values.repeat !== undefined) {
  const wrong = examined(readFileSync(values.repeat), values.format, Number(values.seed ?? 1), true)
  console.log(wrong ?? 'nothing is wrong')
  process.exitCode = wrong === undefined ? 0 : 1
} else {
  const seeds = [...fixtureSeeds(), ...sharedSeeds()].filter(
    seed => values.only === undefined || seed.name.includes(values.only),
  )
  const ids = formats.map(({ id }) => id)
  const seconds = Number(values.seconds ?? 60)
  const directory = values.out ?? join(tmpdir(), 'bpfview-fuzz')
  const start = Date.now()
  const kinds = new Map<string, number>()
  let runs = 0
  let seed = Number(values.seed ?? start % 1e9)
  console.log(`${seeds.length} seeds, ${ids.length} formats, from seed ${seed}`)
  while (Date.now() - start < seconds * 1000) {
    const random = randomOf(++seed)
    const one = seeds[Math.floor(random() * seeds.length)]!
    let bytes = mutated(one.bytes, random)
    if (random() < 0.35) bytes = mixed(bytes, seeds[Math.floor(random() * seeds.length)]!.bytes, random)
    const format = random() < 0.6 ? undefined : random() < 0.7 ? one.format : ids[Math.floor(random() * ids.length)]
    const wrong = examined(bytes, format, seed, random() < 0.3)
    runs++
    if (wrong === undefined) continue
    const kind = wrong
      .split('\n')
      .slice(0, 3)
      .join(' ')
      .replace(/\d+/g, 'N')
      .replace(/"(?:[^"\\]|\\.)*"/g, '""')
      .slice(0, 200)
    const before = kinds.get(kind) ?? 0
    kinds.set(kind, before + 1)
    if (before > 0) continue
    mkdirSync(directory, { recursive: true })
    const path = join(directory, `find-${kinds.size}-${seed}.txt`)
    writeFileSync(path, bytes)
    console.log(
      `${path} (of ${one.name}${format === undefined ? '' : ` read as ${format}`}): ${wrong.split('\n').slice(0, 6).join('\n    ')}`,
    )
  }
  const rate = Math.round((runs * 1000) / (Date.now() - start))
  console.log(`${runs} mutated inputs, ${rate} a second, ${kinds.size} kinds of finds`)
  if (values.total !== undefined) addTotal(values.total, runs)
  for (const [kind, count] of kinds) console.log(`${String(count).padStart(6)} ${kind}`)
  process.exitCode = kinds.size === 0 ? 0 : 1
}
