import { closeSync, openSync, readSync } from 'node:fs'
import type { ErrorCode } from '../../model/error.ts'
import { BpfviewError, quote } from '../../model/error.ts'
import { cannotRead } from './bytes.ts'

/** What checkedJson needs of a zod schema. */
export interface Schema<T> {
  safeParse(
    value: unknown,
  ):
    | { success: true; data: T }
    | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } }
}

interface Expectation {
  readonly code: ErrorCode
  readonly maxBytes: number
  /** What the file should have been, for a message. */
  readonly expected: string
}

/** The JSON of a file, as its schema has it. Throws BpfviewError naming the first field that is wrong. */
export function checkedJson<T>(path: string, schema: Schema<T>, { code, maxBytes, expected }: Expectation): T {
  const at = { source: path, line: 0 }
  let json: unknown
  try {
    json = jsonOf(
      readAtMost(path, maxBytes, () => new BpfviewError(code, `more than ${maxBytes} bytes; expected ${expected}`, at)),
    )
  } catch (error) {
    if (error instanceof BpfviewError) throw error
    throw error instanceof SyntaxError
      ? new BpfviewError(code, `${error.message.replace(/\s+/g, ' ')}; expected JSON`, at)
      : cannotRead(path, error, expected)
  }
  const result = schema.safeParse(json)
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  throw new BpfviewError(
    code,
    `${quote(issue.path.map(String).join('.') || 'the document')}: ${issue.message}; expected ${expected}`,
    at,
  )
}

/** What a JSON text says; a byte order mark, as editors leave it, is none of it. Throws SyntaxError. */
export function jsonOf(text: string): unknown {
  return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text)
}

/** The text of a file, whatever kind of file: a device may have no end, and a pipe no size. */
function readAtMost(path: string, most: number, tooLarge: () => BpfviewError): string {
  const file = openSync(path, 'r')
  try {
    const parts: Buffer[] = []
    let length = 0
    for (;;) {
      const part = Buffer.alloc(1 << 16)
      const read = readSync(file, part)
      if (read === 0) return Buffer.concat(parts).toString()
      length += read
      if (length > most) throw tooLarge()
      parts.push(part.subarray(0, read))
    }
  } finally {
    closeSync(file)
  }
}
