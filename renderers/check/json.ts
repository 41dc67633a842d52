import { compareTexts } from '../../src/model/text/compare.ts'
import type { Comparison } from '../../src/ops/compare/comparison.ts'
import type { CheckFacts } from './facts.ts'
import { headline, reasons } from './headline.ts'

/** What the JSON says of one input; sha256 is that of its folded stacks, sorted: what `bpfview fold RUN | sha256sum` prints. */
export interface CheckInput {
  readonly label: string
  readonly sha256: string
}

/** What the JSON of a check says besides the comparison. */
export interface CheckJsonOptions extends CheckFacts {
  readonly tool: { readonly name: string; readonly version: string }
  readonly inputs?: { readonly before: readonly CheckInput[]; readonly after: readonly CheckInput[] }
}

/** A check's whole answer as JSON text; numbers that are not finite are null. */
export function checkJson(comparison: Comparison, { tool, inputs, ...facts }: CheckJsonOptions): string {
  const { schema, version, verdict, violated, ...rest } = comparison
  const plain = (name: string): string => name
  const side = (which: 'before' | 'after'): object => ({
    ...comparison[which],
    ...(facts[which] !== undefined && { commit: facts[which].commit }),
    ...(inputs !== undefined && { inputs: [...inputs[which]].sort((a, b) => compareTexts(a.label, b.label)) }),
  })
  const answer = {
    schema,
    version,
    tool,
    verdict,
    violated,
    headline: headline(comparison, plain),
    why: reasons(comparison, plain),
    ...(facts.reproduce !== undefined && { reproduce: facts.reproduce }),
    ...rest,
    before: side('before'),
    after: side('after'),
  }
  return JSON.stringify(answer, finite, 1) + '\n'
}

/** JSON knows no infinity. */
export function finite(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value
}
