import type { FrameKind } from '../../src/model/index.ts'

/** Kinds of frame in the order of a legend, and what they are called there. */
export const KIND_WORDS: readonly (readonly [FrameKind, string])[] = [
  ['user', 'user'],
  ['kernel', 'kernel'],
  ['jit', 'JIT'],
  ['inline', 'inlined'],
  ['waker', 'waker'],
  ['unknown', 'no symbol'],
  ['marker', 'marker'],
]
