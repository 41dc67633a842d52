/**
 * One capture of perf, printed with many choices of fields: whatever else stands in a header or under it, the stacks and the tasks are the same. Only
 * where perf runs: else the tests are skipped, which the report shows.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from '../../parsers/parse.ts'
import { foldedLines } from '../../renderers/listing/folded.ts'
import { foldSamples } from '../../src/ops/stacks/fold.ts'

const home = mkdtempSync(join(tmpdir(), 'bpfview-fields-'))
const data = join(home, 'perf.data')

/** Programs whose names end in numbers, as threads of pools do. */
const COMMS = ['pool 3', 'HTTP 12 7', 'a 1 2', 'w']

function record(): boolean {
  const sum = spawnSync('sh', ['-c', 'command -v sha1sum'], { encoding: 'utf8' }).stdout.trim()
  if (sum === '') return false
  writeFileSync(join(home, 'zeros'), new Uint8Array(32 << 20))
  for (const comm of COMMS) copyFileSync(sum, join(home, comm))
  const all = COMMS.map(comm => `"./${comm}" zeros`).join('; ')
  const perf = ['record', '-q', '-F', '499', '-g', '-d', '-e', 'cpu-clock', '-e', 'page-faults', '-o', data]
  return spawnSync('perf', [...perf, '--', 'sh', '-c', all], { cwd: home, timeout: 60_000 }).status === 0
}

function print(fields: readonly string[]): string {
  const env = { ...process.env, LC_ALL: 'C' }
  const { stdout } = spawnSync('perf', ['script', '-i', data, '-F', fields.join(',')], { env, maxBuffer: 1 << 28 })
  return String(stdout ?? '')
}

/** Folded stacks of both events; without a comm when none was printed. */
function fold(text: string): Record<string, readonly string[]> {
  const found = parse(text, { format: 'perf-script' }).datasets.flatMap(set =>
    set.kind === 'profile' ? [set] : set.kind === 'samples' ? [foldSamples(set)] : [],
  )
  return Object.fromEntries(found.map(set => [set.name, foldedLines(set)]))
}

function withoutTask(lines: readonly string[]): string[] {
  const sums = new Map<string, number>()
  for (const line of lines) {
    const end = line.lastIndexOf(' ')
    const [, ...frames] = line.slice(0, end).split(';')
    const stack = frames.length === 0 ? '[no stack]' : frames.join(';')
    sums.set(stack, (sums.get(stack) ?? 0) + Number(line.slice(end + 1)))
  }
  return [...sums.keys()].sort().map(stack => `${stack} ${sums.get(stack)!}`)
}

const FIELDS = [
  ...['pid', 'tid', 'cpu', 'time', 'period', 'addr', 'symoff', 'dso', 'srcline', 'tod', 'misc', 'insn', 'insnlen'],
  ...['srccode', 'flags', 'iregs', 'data_page_size', 'code_page_size'],
]

describe.skipIf(!record())('perf script -F', () => {
  test('any choice of fields has the same stacks', () => {
    const whole = fold(print(['comm', 'tid', 'time', 'event', 'ip', 'sym']))
    expect(Object.keys(whole).sort()).toEqual(['cpu-clock', 'page-faults'])
    const choice = fc.record({ comm: fc.boolean(), others: fc.subarray(FIELDS, { maxLength: 7 }) })
    fc.assert(
      fc.property(choice, ({ comm, others }) => {
        const text = print([...(comm ? ['comm'] : []), ...others, 'event', 'ip', 'sym'])
        // a field that this capture does not have is refused by perf; letters alone are no header of anything
        if (text === '' || (!comm && !others.some(field => ['pid', 'tid', 'cpu', 'time'].includes(field)))) return
        const found = fold(text)
        for (const [event, lines] of Object.entries(whole))
          expect(found[event], others.join()).toEqual(comm ? lines : withoutTask(lines))
      }),
      { numRuns: 40 },
    )
  })
})
