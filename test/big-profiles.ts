/** Files of other profilers of any size, piece by piece: ten thousand stacks of thirty frames, each sampled again and again. */

const FUNCTIONS = 2000
const STACKS = 10_000
const DEPTH = 30

/** Frames of a stack by number, root first; stacks share their callers as real ones do. */
function framesOf(stack: number): number[] {
  return Array.from(
    { length: DEPTH },
    (_, depth) => (depth * 61 + Math.floor(stack / 3 ** Math.max(0, 9 - depth))) % FUNCTIONS,
  )
}

function varint(into: number[], value: number): void {
  let rest = value
  while (rest > 0x7f) {
    into.push((rest & 0x7f) | 0x80)
    rest = Math.floor(rest / 128)
  }
  into.push(rest)
}

function field(number: number, data: readonly number[] | Uint8Array): number[] {
  const bytes: number[] = []
  varint(bytes, number * 8 + 2)
  varint(bytes, data.length)
  for (const byte of data) bytes.push(byte)
  return bytes
}

function numbers(...pairs: readonly (readonly [number, number])[]): number[] {
  const bytes: number[] = []
  for (const [number, value] of pairs) {
    varint(bytes, number * 8)
    varint(bytes, value)
  }
  return bytes
}

/** A pprof profile, not compressed, of about `size` bytes; each sample counts 1 and 10 ms. Gives the samples in all. */
export function* bigPprof(size: number): Generator<Uint8Array, number> {
  const text = new TextEncoder()
  const samples = Array.from({ length: STACKS }, (_, stack) => {
    const ids: number[] = []
    for (const frame of framesOf(stack).reverse()) varint(ids, frame + 1)
    const values: number[] = []
    varint(values, 1)
    varint(values, 10_000_000)
    return field(2, [...field(1, ids), ...field(2, values)])
  })
  const all = Uint8Array.from(samples.flat())
  yield Uint8Array.from([...field(1, numbers([1, 1], [2, 2])), ...field(1, numbers([1, 3], [2, 4]))])
  const rounds = Math.max(1, Math.round(size / all.length))
  for (let i = 0; i < rounds; i++) yield all
  for (let i = 1; i <= FUNCTIONS; i++) {
    yield Uint8Array.from(field(4, [...numbers([1, i]), ...field(4, numbers([1, i]))]))
    yield Uint8Array.from(field(5, numbers([1, i], [2, i + 4])))
  }
  for (const word of ['', 'samples', 'count', 'cpu', 'nanoseconds']) yield Uint8Array.from(field(6, text.encode(word)))
  for (let i = 1; i <= FUNCTIONS; i++) yield Uint8Array.from(field(6, text.encode(`package/path.Function${i}`)))
  return rounds * STACKS
}

/** A speedscope file of about `size` bytes; each sample weighs 1. Gives the samples in all. */
export function* bigSpeedscope(size: number): Generator<Uint8Array, number> {
  const text = new TextEncoder()
  const frames = Array.from({ length: FUNCTIONS }, (_, i) =>
    JSON.stringify({ name: `Function${i}`, file: 'app.py', line: i }),
  )
  const samples = Array.from({ length: STACKS }, (_, stack) => JSON.stringify(framesOf(stack)))
  const all = text.encode(`,${samples.join(',')}`)
  const rounds = Math.max(1, Math.round(size / (all.length + STACKS * 2)))
  yield text.encode(
    `{"$schema":"https://www.speedscope.app/file-format-schema.json","profiles":[{"type":"sampled","name":"cpu","unit":"none","startValue":0,"endValue":${rounds * STACKS},"samples":[`,
  )
  for (let i = 0; i < rounds; i++) yield i === 0 ? all.subarray(1) : all
  yield text.encode('],"weights":[')
  const ones = text.encode(',1'.repeat(STACKS))
  for (let i = 0; i < rounds; i++) yield i === 0 ? ones.subarray(1) : ones
  yield text.encode(`]}],"shared":{"frames":[${frames.join(',')}]}}`)
  return rounds * STACKS
}
