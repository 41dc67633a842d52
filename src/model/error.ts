import { visible } from './visible.ts'

/** Where in an input something was found: `line` counts from 1; 0 = the input as a whole. */
export interface Location {
  readonly source: string
  readonly line: number
}

/** Why a BpfviewError was thrown, for programs. */
export type ErrorCode =
  | 'E_USAGE'
  | 'E_NOT_FOUND'
  | 'E_READ'
  | 'E_WRITE'
  | 'E_EMPTY'
  | 'E_UNKNOWN_FORMAT'
  | 'E_BAD_INPUT'
  | 'E_BAD_LINE'
  | 'E_MANIFEST'
  | 'E_NO_DATA'
  | 'E_NO_EVENT'
  | 'E_MIXED'
  | 'E_INPUT_TOO_LARGE'
  | 'E_TOO_MANY'
  | 'E_COUNT_RANGE'
  | 'E_POLICY'
  | 'E_UNSAFE_PATH'

/** "No answer possible." The message is one line: what was found; what was expected. */
export class BpfviewError extends Error {
  readonly code: ErrorCode
  readonly at: Location | undefined

  constructor(code: ErrorCode, message: string, at?: Location) {
    super(at === undefined ? message : at.line > 0 ? `${at.source}:${at.line}: ${message}` : `${at.source}: ${message}`)
    this.name = 'BpfviewError'
    this.code = code
    this.at = at
  }
}

/** Untrusted text for an error message: control characters made visible, cut at 80 characters, in double quotes. */
export function quote(text: string): string {
  const points = Array.from(text.length > 400 ? text.slice(0, 400) : text)
  const cut = points.length > 80 ? points.slice(0, 79).join('') + '…' : points.join('')
  return `"${visible(cut)}"`
}
