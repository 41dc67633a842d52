import type { Doubt } from '../../src/ops/report/doctor.ts'
import type { Report } from '../../src/ops/report/rules.ts'

/** A report and how far its captures can be trusted. */
export interface ReportSide {
  readonly report: Report
  readonly doubts: readonly Doubt[]
}

/** A report, and the one of an earlier capture that it is compared with. */
export interface ReportPage extends ReportSide {
  readonly before?: ReportSide
}
