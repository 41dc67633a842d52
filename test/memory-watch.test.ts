import { describe, expect, it } from 'vitest'
import type { MemoryUse } from '../src/cli/input/memory.ts'
import { MemoryWatch, refusedAllocation } from '../src/cli/input/memory.ts'

const USE: MemoryUse = { heap: 10e6, heapLimit: 100e6, resident: 0, granted: Infinity }

function read(use: (collect: boolean) => MemoryUse, bytes: number): number {
  const watch = new MemoryWatch('big.txt', use)
  let looks = 0
  for (let at = 0; at < bytes; at += 1 << 18) {
    watch.read(1 << 18)
    looks++
  }
  return looks
}

describe('memory while reading', () => {
  it('is no matter while there is room, and looked at once per megabyte', () => {
    let looks = 0
    read(() => {
      looks++
      return USE
    }, 64 << 20)
    expect(looks).toBe(64)
  })

  it('a full heap is one line with the limit and the way out', () => {
    expect(() => read(() => ({ ...USE, heap: 80e6 }), 64 << 20)).toThrow(
      /^big\.txt: 80 MB of at most 100 MB of memory are used after 2 MB of input; expected more memory by NODE_OPTIONS=--max-old-space-size=MB, or less input: /,
    )
  })

  it('so is the limit of a container', () => {
    const use = { ...USE, resident: 500e6, granted: 512e6 }
    expect(() => read(() => use, 64 << 20)).toThrow(
      /500 MB of at most 512 MB .* expected a larger memory limit of the container/,
    )
  })

  it('garbage is collected before anything is refused, and not at every look', () => {
    let collections = 0
    read(collect => {
      if (collect) collections++
      return collect ? USE : { ...USE, heap: 99e6 }
    }, 256 << 20)
    expect(collections).toBeGreaterThan(0)
    expect(collections).toBeLessThan(100)
  })
})

it('what V8 cannot allocate is no defect of ours', () => {
  expect(refusedAllocation(new RangeError('Array buffer allocation failed'))?.message).toContain(
    'too much to be held at once',
  )
  expect(refusedAllocation(new RangeError('Map maximum size exceeded'))?.code).toBe('E_TOO_MANY')
  expect(refusedAllocation(new RangeError('Maximum call stack size exceeded'))).toBeUndefined()
  expect(refusedAllocation(new Error('Array buffer allocation failed'))).toBeUndefined()
})
