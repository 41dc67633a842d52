/** What `bpfview/parsers` offers: text of tools in, datasets out. */

export type { FlamegraphInput, FlamegraphInputOptions, FlamegraphLine } from './folded/flamegraph-lines.ts'
export { readFlamegraphLines } from './folded/flamegraph-lines.ts'
export { formats } from './formats.ts'
export type { ParseOptions } from './parse.ts'
export { createReader, detect, formatById, parse, parseStream } from './parse.ts'
export type { PerfOptions, PerfScriptOptions, SampleFilter } from './perf-script/options.ts'
export type { Format, Reader, ReadOptions } from './reading/format.ts'
export type { Head } from './reading/head.ts'
export type { JitMaps } from './stacks/jit-map.ts'
