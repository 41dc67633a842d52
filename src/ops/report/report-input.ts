import type { Parsed } from '../../model/index.ts'

/** One input of a report, named as it is to be named in commands. */
export interface ReportInput {
  readonly source: string
  readonly parsed: Parsed
}
