export { formats } from './formats.ts'
export { createReader, detect, formatById, parse, parseStream } from './parse.ts'
export type { ParseOptions } from './parse.ts'
export type { Format, PerfOptions, ReadOptions, Reader, SampleFilter } from './format.ts'
