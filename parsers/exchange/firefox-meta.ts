import type { Meta } from '../../src/model/index.ts'
import { amount, word } from './fields.ts'

/** What the profiler's meta tells of the capture. */
export function firefoxMeta(meta: Readonly<Record<string, unknown>>): Meta {
  const interval = amount(meta['interval']) ?? 0
  const start = amount(meta['startTime']) ?? 0
  const tool = word(meta['importedFrom']) || word(meta['product'])
  return {
    ...(tool !== '' && { tool }),
    ...(start > 1e9 && start < 8.64e15 && { start: new Date(start).toISOString() }),
    ...(interval > 0 && { frequency: Number((1000 / interval).toPrecision(6)) }),
  }
}
