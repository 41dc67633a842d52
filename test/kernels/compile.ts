import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import asc from 'assemblyscript/asc'
import { scratch } from '../command.ts'

/** Kernels and the modules that hold them compiled. */
export const KERNELS = [
  {
    source: 'parsers/wasm/assembly/perf-script.ts',
    module: 'parsers/perf-script/kernel-wasm.ts',
    name: 'PERF_SCRIPT_WASM',
  },
  { source: 'parsers/wasm/assembly/folded.ts', module: 'parsers/folded/kernel-wasm.ts', name: 'FOLDED_WASM' },
] as const

const FLAGS = [
  '-O3',
  '--enable',
  'simd',
  '--enable',
  'bulk-memory',
  '--runtime',
  'stub',
  '--noAssert',
  '--uncheckedBehavior',
  'always',
  '--use',
  'abort=',
]

/** Text of the module that holds a kernel compiled. Throws an Error with what the compiler says. */
export async function compiledKernel({ source, name }: (typeof KERNELS)[number]): Promise<string> {
  return `// Compiled from ${source} by \`npm run kernels\`.\nexport const ${name} = '${await compiled(source, FLAGS)}'\n`
}

/** The same kernel with its asserts, in base64: one that does not hold is a trap. */
export async function assertingKernel(source: string): Promise<string> {
  return compiled(
    source,
    FLAGS.filter(flag => flag !== '--noAssert'),
  )
}

async function compiled(source: string, flags: readonly string[]): Promise<string> {
  const file = join(scratch(), 'kernel.wasm')
  const { error, stderr } = await asc.main([source, ...flags, '-o', file])
  if (error !== null) throw new Error(`${source}: ${stderr.toString()}`)
  return readFileSync(file).toString('base64')
}

export async function compileKernels(): Promise<void> {
  for (const kernel of KERNELS) writeFileSync(kernel.module, await compiledKernel(kernel))
}
