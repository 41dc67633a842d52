/** Why a file, or lines of it, cannot be read; by the file's name in corpus or captures. Everything else must be read to the last line. */
export interface Explanation {
  readonly file: RegExp
  /** Lines that no reader takes; undefined = the file as a whole is of no known format. */
  readonly skipped?: number
  readonly why: string
}

export const EXPLAINED: readonly Explanation[] = [
  {
    file: /^folded-inferno_nameattr/,
    why: 'attributes for the frames of a picture (flamegraph.pl --nameattr), no stacks',
  },
  { file: /^folded-inferno_bad_before-01/, skipped: 1, why: 'a stack without a value, made so on purpose' },
  { file: /^perf-script-inferno_no-events-01/, why: 'an empty file' },
  { file: /^bpftrace-btdoc_e_c-01/, why: 'the message of a Go program that crashed, quoted in a manual' },
  { file: /^bpftrace-btdoc_info-01/, why: 'what bpftrace --info says of its build' },
  { file: /^reset_trace-bcc/, why: 'prose of a tool that resets the tracing state' },
  { file: /^funccount-bcc-04/, skipped: 1, why: 'a sentence of the manual between two outputs' },
  { file: /^trace-bccdoc_I-01/, skipped: 2, why: 'a shell prompt and the output of grep under the table' },
]

/** The reason for a file, undefined when there is none. */
export function explanationOf(file: string): Explanation | undefined {
  return EXPLAINED.find(explanation => explanation.file.test(file))
}
