import { quote } from '../../model/error.ts'
import { remark } from '../exit.ts'
import type { Input } from '../input/input.ts'

/** Facts that are no fault of the input, but without which a result could be misread. */
const SAID: ReadonlySet<string> = new Set(['lost-events', 'assumed-prints', 'ambiguous-key'])

/** Says on stderr what could not be read of the inputs and what the tools lost; one line each. */
export function remarkQuality(inputs: readonly Input[]): void {
  for (const { source, parsed } of inputs) {
    for (const { severity, code, message, line, text, count } of parsed.diagnostics) {
      if (severity === 'info' && !SAID.has(code)) continue
      const where = line === undefined ? source : `${source}:${line}`
      const times = count > 1 ? ` (${count} times)` : ''
      remark(`${where}: ${message}${text === undefined ? '' : `: ${quote(text)}`}${times}`)
    }
  }
}
