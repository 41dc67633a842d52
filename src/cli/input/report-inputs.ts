import type { ParseOptions } from '../../../parsers/parse.ts'
import type { ReportPage } from '../../../renderers/report/page-data.ts'
import { BpfviewError } from '../../model/error.ts'
import { doubtsOf } from '../../ops/report/doctor.ts'
import { comparisonDoubts } from '../../ops/report/doctor-compare.ts'
import type { ReportInput } from '../../ops/report/report-input.ts'
import { reportOf } from '../../ops/report/rules.ts'
import { complain } from '../exit.ts'
import { readInput } from './input.ts'
import { runsIn } from './run-files.ts'

/** Inputs that could be read, and how many could not. */
export interface ReadInputs {
  readonly inputs: readonly ReportInput[]
  readonly failed: number
}

/** What captures and files hold, with times; one that cannot be read is said on stderr and does not hide the others. Throws when the reading is strict. */
export async function readForReport(paths: readonly string[], options: ParseOptions): Promise<ReadInputs> {
  const inputs: ReportInput[] = []
  let failed = 0
  for (const path of paths.length === 0 ? ['-'] : paths) {
    try {
      for (const run of runsIn(path)) {
        try {
          const parsed = await readInput(run, { ...options, timeline: true, perf: { weight: 'period', waits: true } })
          inputs.push({ source: run === '-' ? 'standard input' : run, parsed })
        } catch (error) {
          if (!(error instanceof BpfviewError) || options.strict === true) throw error
          complain(error)
          failed++
        }
      }
    } catch (error) {
      if (!(error instanceof BpfviewError) || options.strict === true) throw error
      complain(error)
      failed++
    }
  }
  return { inputs, failed }
}

/** The report of captures, with that of earlier ones where there are some. Throws BpfviewError E_NO_DATA when a side could not be read. */
export async function readPage(
  paths: readonly string[],
  before: readonly string[] | undefined,
  options: ParseOptions,
): Promise<ReportPage> {
  const inputs = requireInputs(await readForReport(paths, options))
  const report = reportOf(inputs)
  const doubts = doubtsOf(inputs, report.facts)
  if (before === undefined) return { report, doubts }
  const earlier = requireInputs(await readForReport(before, options))
  const first = reportOf(earlier)
  return {
    report,
    doubts: [...comparisonDoubts(earlier, inputs), ...doubts],
    before: { report: first, doubts: doubtsOf(earlier, first.facts) },
  }
}

/** Throws BpfviewError E_NO_DATA when not one input could be read. */
export function requireInputs({ inputs }: ReadInputs): readonly ReportInput[] {
  if (inputs.length > 0) return inputs
  throw new BpfviewError('E_NO_DATA', 'no input could be read; expected at least one capture or file')
}
