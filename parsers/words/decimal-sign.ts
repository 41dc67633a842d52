import type { DiagnosticLog } from '../../src/model/index.ts'

/**
 * Which sign stands before decimals, over a whole file: a locale changes it for all its numbers at once. `0,860` and `335,72` have a decimal comma,
 * `12.5` and `1,234,567` have none; `1,234` alone may be either, and is a thousand unless another number of the file shows the comma.
 */
export class DecimalSign {
  comma = false
  point = false

  /** Takes in what a number cell shows; true when its own comma may be either. */
  see(text: string): boolean {
    const at = text.indexOf(',')
    if (at < 0) {
      if (!this.point && /\d\.\d/.test(text)) this.point = true
      return false
    }
    if (/^-?[1-9]\d{0,2},\d{3}$/.test(text)) return true
    if (/^-?\d+,\d+%?$/.test(text)) this.comma = true
    else if (/^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(text)) this.point = true
    return false
  }
}

const SIGNS = new WeakMap<DiagnosticLog, DecimalSign>()

/** The decimal sign of the file a log is of. */
export function decimalSignOf(log: DiagnosticLog): DecimalSign {
  let sign = SIGNS.get(log)
  if (sign === undefined) SIGNS.set(log, (sign = new DecimalSign()))
  return sign
}
