/**
 * Mutates fixtures, and the real files in ../shared where there are any, and reads them every way there is: `npm run fuzz -- --seconds 60`.
 * Every find is written to a file, said on a line, and makes the exit status 1. `--seed N` starts elsewhere; `--repeat FILE` reads one find again.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { formats } from '../../parsers/index.ts'
import { mutated, randomOf } from '../mutate.ts'
import { examine } from './examine.ts'
import { fixtureSeeds, sharedSeeds } from './seeds.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string' }, seed: { type: 'string' }, out: { type: 'string' }, repeat: { type: 'string' }, format: { type: 'string' }, only: { type: 'string' } } })
const SLOW_MS = 1000

function examined(bytes: Uint8Array, format: string | undefined, seed: number, draw: boolean): string | undefined {
  const started = performance.now()
  try {
    const wrong = examine(bytes, format === undefined ? {} : { format }, randomOf(seed), draw)
    if (wrong !== undefined) return wrong
  } catch (error) {
    return (error as Error).stack ?? String(error)
  }
  const took = performance.now() - started
  return took > SLOW_MS ? `took ${Math.round(took)} ms for ${bytes.length} bytes` : undefined
}

if (values.repeat !== undefined) {
  const wrong = examined(readFileSync(values.repeat), values.format, 1, true)
  console.log(wrong ?? 'nothing is wrong')
  process.exitCode = wrong === undefined ? 0 : 1
} else {
  const seeds = [...fixtureSeeds(), ...sharedSeeds()].filter(seed => values.only === undefined || seed.name.includes(values.only))
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
    if (random() < 0.2) {
      const other = seeds[Math.floor(random() * seeds.length)]!.bytes
      bytes = Buffer.concat([bytes.subarray(0, Math.floor(random() * bytes.length)), other.subarray(Math.floor(random() * other.length))])
    }
    const format = random() < 0.6 ? undefined : random() < 0.7 ? one.format : ids[Math.floor(random() * ids.length)]
    const wrong = examined(bytes, format, seed, random() < 0.3)
    runs++
    if (wrong === undefined) continue
    const kind = wrong.split('\n').slice(0, 3).join(' ').replace(/\d+/g, 'N').replace(/"(?:[^"\\]|\\.)*"/g, '""').slice(0, 200)
    const before = kinds.get(kind) ?? 0
    kinds.set(kind, before + 1)
    if (before > 0) continue
    mkdirSync(directory, { recursive: true })
    const path = join(directory, `find-${kinds.size}-${seed}.txt`)
    writeFileSync(path, bytes)
    console.log(`${path} (of ${one.name}${format === undefined ? '' : ` read as ${format}`}): ${wrong.split('\n').slice(0, 6).join('\n    ')}`)
  }
  console.log(`${runs} mutated inputs, ${kinds.size} kinds of finds`)
  for (const [kind, count] of kinds) console.log(`${String(count).padStart(6)} ${kind}`)
  process.exitCode = kinds.size === 0 ? 0 : 1
}
