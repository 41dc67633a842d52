export * from './model/index.ts'
export * from './ops/index.ts'
export * from '../parsers/index.ts'
export * from '../renderers/index.ts'
