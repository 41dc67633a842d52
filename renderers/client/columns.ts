/** Columns of a page as arrays: numbers of few bits. */
export type Numbers = Uint8Array | Uint16Array | Int32Array

/** Numbers of 7 bits a byte, the low ones first. */
export function varints(bytes: Uint8Array, count: number): Int32Array {
  const values = new Int32Array(count)
  eachVarint(bytes, count, (value, i) => {
    values[i] = value
  })
  return values
}

/** Calls `each` with every number and its place. */
export function eachVarint(bytes: Uint8Array, count: number, each: (value: number, i: number) => void): void {
  let at = 0
  for (let i = 0; i < count; i++) {
    let byte = bytes[at++]!
    let value = byte & 127
    for (let scale = 128; byte > 127; scale *= 128) {
      byte = bytes[at++]!
      value += (byte & 127) * scale
    }
    each(value, i)
  }
}

/** Numbers whose first bytes stand together, then their second ones, and so on. */
export function planes(bytes: Uint8Array, count: number, many: number): Numbers {
  if (many === 1) return bytes
  const values = many === 2 ? new Uint16Array(count) : new Int32Array(count)
  for (let i = 0; i < count; i++) {
    let value = bytes[i]! | (bytes[count + i]! << 8)
    for (let plane = 2; plane < many; plane++) value |= bytes[plane * count + i]! << (8 * plane)
    values[i] = value
  }
  return values
}

/** Bytes of the element called `id`, which is emptied. `compressed` = raw deflate. */
export async function inflate(document: Document, id: string, compressed: boolean): Promise<Uint8Array> {
  const island = document.getElementById(id)
  const text = (island?.textContent ?? '').trim()
  if (island !== null) island.textContent = ''
  const bytes = bytesOf(text)
  if (!compressed) return bytes
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const decode = (Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64
  if (decode !== undefined) return decode.call(Uint8Array, base64)
  const binary = atob(base64)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}
