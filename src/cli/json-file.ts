import { readFileSync, statSync } from 'node:fs'
import { BpfviewError, quote } from '../model/error.ts'
import type { ErrorCode } from '../model/error.ts'
import { cannotRead } from './bytes.ts'

/** What checkedJson needs of a zod schema. */
export interface Schema<T> {
  safeParse(value: unknown): { success: true, data: T } | { success: false, error: { issues: readonly { path: readonly PropertyKey[], message: string }[] } }
}

interface Expectation {
  readonly code: ErrorCode
  readonly maxBytes: number
  /** Message for a file of more than maxBytes. */
  readonly tooLarge: (size: number) => string
  /** What the file should have been, for a message. */
  readonly expected: string
}

/** The JSON of a file, as its schema has it. Throws BpfviewError naming the first field that is wrong. */
export function checkedJson<T>(path: string, schema: Schema<T>, { code, maxBytes, tooLarge, expected }: Expectation): T {
  const at = { source: path, line: 0 }
  let text: string
  try {
    const { size } = statSync(path)
    if (size > maxBytes) throw new BpfviewError(code, tooLarge(size), at)
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw error instanceof BpfviewError ? error : cannotRead(path, error)
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new BpfviewError(code, `${(error as Error).message.replace(/\s+/g, ' ')}; expected JSON`, at)
  }
  const result = schema.safeParse(json)
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  throw new BpfviewError(code, `${quote(issue.path.map(String).join('.') || 'the document')}: ${issue.message}; expected ${expected}`, at)
}
