import { z } from 'zod'

const text = z.string().max(64 * 1024)
const count = z.number().nonnegative()

/** Schema of a baseline directory's baseline.json. */
export const baselineSchema = z
  .strictObject({
    schema: z.literal('bpfview.baseline'),
    version: z.literal(1),
    /** What every run of the baseline has in common; null = the runs do not say. */
    key: z.strictObject({
      benchmark: text.nullable(),
      runner: text.nullable(),
      event: text,
      unit: text,
      frequency: z.number().positive().nullable(),
      kernel: text.nullable(),
      arch: text.nullable(),
    }),
    /** Accepted changes, oldest first; runs of the last epoch are the baseline. */
    epochs: z
      .array(z.strictObject({ commit: text.nullable(), date: text }))
      .min(1)
      .max(10_000),
    runs: z
      .array(
        z.strictObject({
          file: z.string().regex(/^[0-9a-f]{16}\.json\.gz$/),
          label: text,
          commit: text.nullable(),
          date: text,
          epoch: z.number().int().nonnegative(),
          total: count,
          sha256: z.string().regex(/^[0-9a-f]{64}$/),
        }),
      )
      .max(100_000),
  })
  .refine(({ epochs, runs }) => runs.every(({ epoch }) => epoch < epochs.length), {
    path: ['runs'],
    message: 'an epoch that is none of the epochs',
  })

/** Schema of a baseline directory's noise.json. */
export const ledgerSchema = z.strictObject({
  schema: z.literal('bpfview.noise'),
  version: z.literal(1),
  runs: count,
  model: z.strictObject({
    delta: count,
    tau: count,
    priorDf: count,
    source: z.enum(['fitted', 'assumed', 'ledger']),
    fittedOn: count,
  }),
  entries: z
    .array(
      z.strictObject({
        name: text,
        module: text,
        kind: z.enum(['total', 'self']),
        count,
        exposure: count,
        squares: count,
        df: count,
      }),
    )
    .max(1_000_000),
})

export type Baseline = z.infer<typeof baselineSchema>
