/**
 * An archive of 1,000 captures of 3,000 stacks, over 10 services and 7 days: adding, one service and day, all services, one file by one and put together.
 * `--large` takes 3,334 captures: 10 million rows.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { captureFiles } from '../../src/archive/capture-file.ts'
import { sha256 } from '../../src/archive/identity.ts'
import { filePath, initArchive, makeFolder } from '../../src/cli/archive/store.ts'
import type { Profile } from '../../src/model/index.ts'
import { StackTreeBuilder } from '../../src/model/index.ts'
import { randomSource } from '../../src/stats/random.ts'

const PROGRAM = fileURLToPath(new URL('../../bin/main.js', import.meta.url))
const SERVICES = 10
const DAYS = 7
const STACKS_OF_SERVICE = 20_000
const STACKS_OF_CAPTURE = 3_000
const FIRST = Date.UTC(2026, 10, 10) * 1000

export async function benchArchive(large: boolean): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bpfview-bench-archive-'))
  try {
    await run(folder, large ? 3334 : 1000)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function run(folder: string, captures: number): Promise<void> {
  const archive = join(folder, 'archive')
  await initArchive(archive)
  const random = randomSource(7)
  const services = Array.from({ length: SERVICES }, (_, s) => stacksOf(`svc${s}`, random))
  for (let i = 0; i < captures; i++) {
    const service = i % SERVICES
    const ts = FIRST + Math.floor((i * DAYS * 86_400e6) / captures)
    const profile = captureOf(services[service]!, random)
    const files = await captureFiles(profile, {
      service: `svc${service}`,
      host: `host-${Math.floor(i / SERVICES) % 50}`,
      ts,
      label: `capture ${i}`,
      source: sha256(String(i)),
    })
    for (const [kind, bytes] of [
      ['stacks', files.stacks],
      ['samples', files.samples],
    ] as const) {
      const path = filePath(archive, kind, files.record, sha256(bytes))
      makeFolder(dirname(path))
      writeFileSync(path, bytes)
    }
  }
  const say = (what: string, figure: string): void => void process.stdout.write(`  ${what.padEnd(58)} ${figure}\n`)
  const rows = captures * STACKS_OF_CAPTURE
  say(
    `${captures} captures, ${rows} rows`,
    `${sizeOf(archive)} MB, ${((sizeOf(join(archive, 'samples')) * 1e6) / rows).toFixed(1)} bytes per row`,
  )
  addSome(folder, archive, services[0]!, random, say)
  const start = timed(['-e', '0'], true)
  const ask = (what: string, words: string[]): void => {
    const { seconds, megabytes } = timed(words)
    say(what, `${seconds.toFixed(2)} s, ${(seconds / start.seconds).toFixed(1)} x node -e 0, ${megabytes} MB`)
  }
  const day = ['--service', 'svc3', '--range', '2026-11-12']
  const week = ['--before', '2026-11-10..2026-11-13', '--after', '2026-11-13..2026-11-17']
  const questions = (state: string): void => {
    ask(`flame, a service and day, ${state}`, ['archive', 'flame', archive, ...day, '-o', join(folder, 'day.svg')])
    ask(`top, a service and 7 days, ${state}`, ['archive', 'top', archive, '--service', 'svc3', '--engine', 'js'])
    if (existsSync(join(process.cwd(), 'node_modules/@duckdb/node-api')) || process.env['NODE_PATH'] !== undefined)
      ask(`top, the same, DuckDB, ${state}`, ['archive', 'top', archive, '--service', 'svc3', '--engine', 'duckdb'])
  }
  questions('file by file')
  ask('compact', ['archive', 'compact', archive, '--grace', '0'])
  say(
    'bytes after that',
    `${sizeOf(archive)} MB, ${((sizeOf(join(archive, 'day-samples')) * 1e6) / rows).toFixed(1)} bytes per row`,
  )
  questions('days')
  ask('functions of all services, days', ['archive', 'functions', archive, ...week])
}

/** How fast the command adds files of folded stacks. */
function addSome(
  folder: string,
  archive: string,
  stacks: readonly string[],
  random: () => number,
  say: (what: string, figure: string) => void,
): void {
  const count = 20
  const paths = Array.from({ length: count }, (_, i) => {
    const path = join(folder, `add-${i}.folded`)
    writeFileSync(
      path,
      `${chosen(stacks, random)
        .map(stack => `${stack} ${1 + Math.floor(20 * random())}`)
        .join('\n')}\n`,
    )
    return path
  })
  const words = ['archive', 'add', archive, ...paths, '--service', 'added', '--host', 'h', '--ts', '2026-11-10']
  const { seconds } = timed(words)
  say(`add ${count} files of ${STACKS_OF_CAPTURE} folded stacks`, `${(count / seconds).toFixed(1)} per second`)
}

function stacksOf(service: string, random: () => number): string[] {
  const names = Array.from({ length: 3000 }, (_, i) => `${service}::Module_${i % 40}::function_${i}`)
  const stacks = new Set<string>()
  while (stacks.size < STACKS_OF_SERVICE) {
    const frames = [service]
    let at = Math.floor(3 * random())
    for (let depth = 10 + Math.floor(24 * random()); depth > 0; depth--) {
      frames.push(names[at]!)
      at = (at * 3 + 1 + Math.floor(3 * random())) % names.length
    }
    stacks.add(frames.join(';'))
  }
  return [...stacks]
}

function chosen(stacks: readonly string[], random: () => number): string[] {
  const some = new Set<string>()
  while (some.size < STACKS_OF_CAPTURE) some.add(stacks[Math.floor(random() ** 2 * stacks.length)]!)
  return [...some]
}

function captureOf(stacks: readonly string[], random: () => number): Profile {
  const builder = new StackTreeBuilder()
  const values: [number, number][] = chosen(stacks, random).map(stack => {
    let node = 0
    for (const name of stack.split(';')) node = builder.child(node, builder.frame(name, '', 2))
    return [node, 1 + Math.floor(20 * random())]
  })
  const tree = builder.finish()
  const self = new Float64Array(tree.parent.length)
  for (const [node, value] of values) self[node]! += value
  return { kind: 'profile', name: 'samples', value: { name: 'samples', unit: 'samples' }, stacks: tree, self, meta: {} }
}

/** Seconds and peak megabytes of a command, the best of three. */
function timed(words: readonly string[], node = false): { seconds: number; megabytes: number } {
  let best = { seconds: Infinity, megabytes: 0 }
  for (let trial = 0; trial < (words.includes('compact') || words.includes('add') ? 1 : 3); trial++) {
    const begun = process.hrtime.bigint()
    const args = ['-f', '%M', process.execPath, ...(node ? [] : [PROGRAM]), ...words]
    const { stderr, status } = spawnSync('/usr/bin/time', args, { encoding: 'utf8', maxBuffer: 1 << 28 })
    const seconds = Number(process.hrtime.bigint() - begun) / 1e9
    if (status !== 0) throw new Error(stderr)
    if (seconds < best.seconds)
      best = { seconds, megabytes: Math.round(Number(stderr.trim().split('\n').at(-1)) / 1024) }
  }
  return best
}

/** Megabytes of the files in a folder. */
function sizeOf(folder: string): number {
  let bytes = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size
  return Number((bytes / 1e6).toFixed(1))
}
