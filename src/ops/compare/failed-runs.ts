import { BpfviewError, quote } from '../../model/index.ts'

/** Runs whose command failed: how many, and each by name. */
export interface FailedRuns {
  readonly message: string
  readonly names: readonly string[]
}

/** What is expected in place of runs that failed. */
export const SUCCEEDED = 'runs whose command succeeds'

/** Runs whose command ended with another status than 0; undefined when there are none. `noun` = what a run is called. */
export function failedRuns(
  runs: readonly { readonly label: string; readonly exit: number | undefined }[],
  noun = 'runs',
): FailedRuns | undefined {
  const failed = runs.filter(({ exit }) => (exit ?? 0) !== 0)
  if (failed.length === 0) return undefined
  return {
    message: `the command failed in ${failed.length} of ${runs.length} ${noun}`,
    names: failed.map(({ label, exit }) => `${quote(label)} (exit ${exit})`),
  }
}

/** The whole sentence. */
export function failedText({ message, names }: FailedRuns): string {
  return `${message}: ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', ...' : ''}`
}

/** Throws BpfviewError E_MIXED when there are runs that failed, unless `force`d. */
export function refuseFailed(failed: FailedRuns | undefined, force: boolean | undefined): void {
  if (failed !== undefined && force !== true)
    throw new BpfviewError('E_MIXED', `${failedText(failed)}; expected ${SUCCEEDED}, or --force`)
}
