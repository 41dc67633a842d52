import { z } from 'zod'

const percent = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d+(\.\d+)?\s*%?$/, 'expected a number of per cent')
      .transform(text => Number.parseFloat(text)),
  ])
  .pipe(z.number().min(0).max(100))
const pattern = z.string().min(1).max(500)

/** Schema of a policy file; every field is optional, unknown fields are errors. Numbers are per cent, except fdr. */
export const policySchema = z.strictObject({
  bpfview: z.literal('policy').optional(),
  version: z.literal(1).optional(),
  fdr: z.number().gt(0).lt(0.5).optional(),
  method: z.enum(['bh', 'by']).optional(),
  minPoints: percent.optional(),
  minRelative: percent.optional(),
  maxTotal: z.union([z.number().min(0).max(10_000), percent]).optional(),
  prove: percent.optional(),
  minRuns: z.number().int().min(3).max(1000).optional(),
  normalize: z.enum(['share', 'work', 'time', 'absolute', 'robust']).optional(),
  failOn: z
    .array(z.enum(['regressed', 'improved', 'slower', 'shifted', 'unchanged']))
    .max(5)
    .optional(),
  allow: z.array(pattern).max(10_000).optional(),
  budgets: z
    .array(z.strictObject({ frame: pattern, max: percent, kind: z.enum(['total', 'self']).optional() }))
    .max(10_000)
    .optional(),
  seed: z.number().int().min(0).max(4294967295).optional(),
  strict: z.boolean().optional(),
  names: z.enum(['raw', 'align', 'bare']).optional(),
})

/** What a policy file says. */
export type PolicyFile = z.infer<typeof policySchema>
