import { createHash } from 'node:crypto'

/** Identity of a stack within a service: the first eight bytes of SHA-256 over its text, as a signed big-endian number, which every engine has a type for. */
export function stackId(text: string): bigint {
  return createHash('sha256').update(text, 'utf8').digest().readBigInt64BE(0)
}

/** Identity of a capture: equal bytes of one host, service, event and time are one capture. 16 hexadecimal digits. */
export function captureId(facts: {
  readonly source: string
  readonly host: string
  readonly service: string
  readonly event: string
  readonly value: { readonly name: string; readonly unit: string }
  readonly ts: number
}): string {
  const { source, host, service, event, value, ts } = facts
  return sha256(JSON.stringify([source, host, service, event, value.name, value.unit, ts])).slice(0, 16)
}

/** SHA-256 in hexadecimal digits. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** A capture's id as the number that its rows hold. */
export function captureNumber(id: string): bigint {
  return BigInt.asIntN(64, BigInt(`0x${id}`))
}
