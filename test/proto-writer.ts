/** Protobuf by hand, in every form that a writer may choose. */
export type Field = readonly number[]

export function varint(value: number | bigint): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return bytes
}

export function number(field: number, value: number | bigint): Field {
  return [...varint(field * 8), ...varint(value)]
}

export function bytes(field: number, content: readonly number[]): Field {
  return [...varint(field * 8 + 2), ...varint(content.length), ...content]
}

export function text(field: number, content: string): Field {
  return bytes(field, [...new TextEncoder().encode(content)])
}

/** A list of numbers: packed, one by one, or the first of them alone and the others packed. */
export function list(field: number, values: readonly (number | bigint)[], form: 'packed' | 'single' | 'both'): Field {
  const single = form === 'single' ? values : form === 'both' ? values.slice(0, 1) : []
  const packed = values.slice(single.length)
  return [
    ...single.flatMap(value => number(field, value)),
    ...(packed.length === 0 ? [] : bytes(field, packed.flatMap(varint))),
  ]
}
