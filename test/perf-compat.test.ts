/** Byte equality with the golden results of stackcollapse-perf.pl and inferno-collapse-perf, over inputs that are not ours to ship. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { PerfOptions } from '../parsers/index.ts'
import { parse } from '../parsers/index.ts'
import { foldedLines } from '../renderers/listing/folded.ts'
import type { Profile } from '../src/model/index.ts'
import type { CompatOptions } from '../src/ops/index.ts'
import { compatNames } from '../src/ops/index.ts'

const PEERS = '../shared/peers/flamegraph'
const CORPUS = '../shared/corpus'

interface Variant {
  readonly addrs?: boolean
  readonly perf?: PerfOptions
  readonly names?: CompatOptions
}

const variants: ReadonlyMap<string, Variant> = new Map([
  ['addrs', { addrs: true }],
  ['all', { names: { kernel: true, jit: true } }],
  ['jit', { names: { jit: true } }],
  ['kernel', { names: { kernel: true } }],
  ['pid', { perf: { root: 'pid' } }],
  ['tid', { perf: { root: 'tid' } }],
])

function fold(path: string, compat: 'flamegraph' | 'inferno', variant: Variant): string {
  const { datasets } = parse(readFileSync(path), {
    format: 'perf-script',
    ...(variant.addrs === true && { addrs: true }),
    perf: { ...variant.perf, compat },
  })
  return foldedLines(compatNames(datasets[0] as Profile, compat, variant.names))
    .map(line => `${line}\n`)
    .join('')
}

describe.skipIf(!existsSync(PEERS))('as stackcollapse-perf.pl', () => {
  const results = existsSync(PEERS) ? readdirSync(join(PEERS, 'results')) : []
  test('all 13 inputs in 6 variants', () => expect(results.length).toBe(78))
  test.each(results)('%s', result => {
    const [, name, option] = /^(.*)-collapsed-(\w+)\.txt$/.exec(result)!
    expect(fold(join(PEERS, `${name}.txt`), 'flamegraph', variants.get(option!)!)).toBe(
      readFileSync(join(PEERS, 'results', result), 'utf8'),
    )
  })
})

describe.skipIf(!existsSync(CORPUS))('as inferno-collapse-perf', () => {
  const rust = 'perf-script-FlameGraph_rust-Yamakaky-dcpu-01.txt'
  test.each([
    [
      'perf-script-inferno_cpp-stacks-std-function-01.txt',
      'folded-inferno_cpp-stacks-std-function-collapsed-01.txt',
      {},
    ],
    ['perf-script-inferno_java-inline-01.txt', 'folded-inferno_java-inline-collapsed-01.txt', {}],
    ['perf-script-inferno_single-line-stacks-01.txt', 'folded-inferno_single-line-stacks-collapsed-01.txt', {}],
    [
      'perf-script-inferno_versioned-vmlinux-01.txt',
      'folded-inferno_versioned-vmlinux-collapsed-kernel-01.txt',
      { names: { kernel: true } },
    ],
    [rust, 'folded-inferno_perf-rust-Yamakaky-dcpu-collapsed-addrs-01.txt', { addrs: true }],
    [rust, 'folded-inferno_perf-rust-Yamakaky-dcpu-collapsed-all-01.txt', { names: { kernel: true, jit: true } }],
    [rust, 'folded-inferno_perf-rust-Yamakaky-dcpu-collapsed-jit-01.txt', { names: { jit: true } }],
  ] as const)('%s -> %s', (input, result, variant) => {
    expect(fold(join(CORPUS, input), 'inferno', variant)).toBe(readFileSync(join(CORPUS, result), 'utf8'))
  })
})
