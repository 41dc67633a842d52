/** The memory of the kernels: their limits, where their regions stand, and that no assert of theirs fails on any file or at any border. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import type { Reader, ReadOptions } from '../parsers/index.ts'
import { dump } from './dump.ts'
import { assertingKernel, KERNELS } from './kernels/compile.ts'

vi.mock('../parsers/perf-script/kernel-wasm.ts', async () => ({
  PERF_SCRIPT_WASM: await (await import('./kernels/compile.ts')).assertingKernel(
    'parsers/wasm/assembly/perf-script.ts',
  ),
}))
vi.mock('../parsers/folded/kernel-wasm.ts', async () => ({
  FOLDED_WASM: await (await import('./kernels/compile.ts')).assertingKernel('parsers/wasm/assembly/folded.ts'),
}))
const { perfScript, plainPerfScript } = await import('../parsers/perf-script/format.ts')
const { folded } = await import('../parsers/folded/format.ts')

/** Values of the constants of a source, shifts and sums worked out. */
function limitsOf(file: string): Record<string, number> {
  const source = readFileSync(join('parsers/wasm/assembly', file), 'utf8')
  const found = source.matchAll(/^(?:export )?const ([A-Z_]+): (?:usize|i32|u32) = ([\d_<*x -]+)$/gm)
  return Object.fromEntries(
    [...found].map(([, name, text]) => [name!, Number(new Function(`return ${text!}`)() as unknown)]),
  )
}

test('limits are these: memory, and what is left to the plain readers, hang on every digit', () => {
  expect(limitsOf('bytes.ts')).toMatchObject({ PAD: 64, MAX_PROBES: 16 })
  expect(limitsOf('perf-script.ts')).toMatchObject({
    ...{
      MIN_LINE: 18,
      MAX_LINE: 4096,
      REACH: 96,
      MAX_EVENT: 256,
      MAX_TAIL: 512,
      MAX_DIGITS: 15,
      MAX_PERIOD_DIGITS: 12,
    },
    ...{ WINDOW_BYTES: 262144, MAX_CELLS: 65536, CELL_BYTES: 48, MAX_SAMPLES: 2048, SAMPLE_BYTES: 24 },
  })
  expect(limitsOf('folded.ts')).toMatchObject({
    ...{ MAX_DIGITS: 15, MAX_NAMES: 8_000_000, MAX_NODES: 64_000_000, MAX_STACK_FRAMES: 65536 },
  })
})

test('regions that a kernel gives out lie apart, each with its padding', async () => {
  const exportsOf = async (source: string): Promise<Record<string, number>> => {
    const kernel = new WebAssembly.Module(Buffer.from(await assertingKernel(source), 'base64'))
    const imports: Record<string, Record<string, () => void>> = {}
    for (const { module, name } of WebAssembly.Module.imports(kernel)) (imports[module] ??= {})[name] = () => {}
    const instance = new WebAssembly.Instance(kernel, imports)
    return Object.fromEntries(
      Object.entries(instance.exports)
        .filter(([, each]) => each instanceof WebAssembly.Global)
        .map(([name, each]) => [name, Number((each as WebAssembly.Global).value)]),
    )
  }
  const perf = await exportsOf(KERNELS[0].source)
  expect(perf['cells']! - perf['text']!).toBeGreaterThanOrEqual(perf['WINDOW_BYTES']! + 64)
  expect(perf['samples']! - perf['cells']!).toBeGreaterThanOrEqual(65536 * 48)
  const lines = await exportsOf(KERNELS[1].source)
  expect(lines['blocks']! - lines['text']!).toBeGreaterThanOrEqual(lines['WINDOW_BYTES']! + 64)
})

function read(reader: Reader, text: string, chunk: number): string {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes.subarray(at, at + chunk))
  return dump(reader.end())
}

describe('with asserts, perf script', () => {
  const header = (i: number, event = 'cycles', period = '100'): string =>
    `app  ${100 + (i % 7)} [000]  ${1000 + i}.500000: ${period} ${event}:\n`
  const frame = (name: string): string => `\t    7f0010001000 ${name}+0x10 (/lib/x.so)\n`
  const texts: Readonly<Record<string, string>> = {
    'more samples and cells than are handed over at once': Array.from(
      { length: 70_000 },
      (_, i) => `${header(i)}${frame(`f${i % 300}`)}${frame(`g${i}`)}\n`,
    ).join(''),
    'lines as long as are looked at, and longer': [4000, 4050, 4096, 4097, 9000]
      .map((length, i) => `${header(i)}${frame('x'.repeat(length - 40))}\n`)
      .join(''),
    'long events and periods': [12, 13, 15, 16, 18]
      .map((digits, i) => `${header(i, 'e'.repeat(250 + i), '1'.repeat(digits))}${frame('f')}\n`)
      .join(''),
    'a stack as deep as the window holds, and deeper': [13_000, 15_000, 30_000]
      .map((depth, i) => `${header(i)}${'\t1 f (/x/yzabcde)\n'.repeat(depth)}\n`)
      .join(''),
  }
  for (const [name, text] of Object.entries(texts))
    test(name, () => {
      for (const option of [{}, { timeline: true }, { perf: { weight: 'period' } }] as ReadOptions[])
        expect(read(perfScript.reader(option), text, 100_003) === read(plainPerfScript(option), text, 1 << 20)).toBe(
          true,
        )
    })
  test.each(readdirSync('fixtures/perf-script').filter(name => name.endsWith('.txt')))('%s', name => {
    const text = readFileSync(join('fixtures/perf-script', name), 'utf8')
    expect(read(perfScript.reader({}), text, 7)).toBe(read(plainPerfScript({}), text, 1 << 20))
  })
})

test('with asserts, folded stacks: deep ones, many names, long lines', () => {
  const text = [
    Array.from({ length: 40_000 }, (_, i) => `main;part${i % 97};name${i} ${i}`).join('\n'),
    `${'d;'.repeat(65_535)}e 1`,
    `${'d;'.repeat(65_536)}e 1`,
    `${'n'.repeat(100_000)};x 5`,
    'a;b 123456789012345',
    'a;b 1234567890123456',
  ].join('\n')
  expect(read(folded.reader({}), text, 65_537)).toContain('name39999')
})
