import { BpfviewError } from '../model/error.ts'
import { visible } from '../model/visible.ts'

/** Exit statuses of the command. */
export const EXIT = {
  fine: 0,
  /** A threshold or check was crossed. */
  crossed: 1,
  /** Bad usage, unreadable or incomparable input, an output that cannot be opened. */
  cannot: 2,
  /** Nothing could be decided, and --strict asked for a decision. */
  inconclusive: 3,
  /** A defect of bpfview itself. */
  defect: 70,
  /** An output broke while it was being written: full disk, I/O error. */
  writeFailed: 74,
} as const

/** An output that failed while it was being written. */
export class OutputError extends Error {}

/** Exit status for what a command threw. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof BpfviewError) return EXIT.cannot
  if (error instanceof OutputError) return EXIT.writeFailed
  return EXIT.defect
}

/** Writes one clear line about an error to stderr; a defect of ours shows its stack. */
export function complain(error: unknown): void {
  if (error instanceof BpfviewError || error instanceof OutputError)
    process.stderr.write(`bpfview: ${oneLine(error.message)}\n`)
  else
    process.stderr.write(
      `bpfview: internal error, please report it: ${error instanceof Error ? error.stack : String(error)}\n`,
    )
}

/** Says something on stderr that is no error. */
export function remark(message: string): void {
  process.stderr.write(`bpfview: ${oneLine(message)}\n`)
}

const said = new Set<string>()

/** The same, but only once in a run. */
export function remarkOnce(message: string): void {
  if (said.has(message)) return
  said.add(message)
  remark(message)
}

/** Begins a run: nothing has been said. */
export function forgetRemarks(): void {
  said.clear()
}

/** The text on one line with control characters made visible; a final line break stays. */
export function oneLine(text: string): string {
  const body = text.replace(/\n+$/, '')
  const shown = visible(body)
  return text.length > body.length ? `${shown}\n` : shown
}
