import { z } from 'zod'

const value = z.union([z.string(), z.number(), z.boolean()])

/** Schema of bpfview.config.json: options that commands get when the command line does not have them. */
export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  /** By command, `*` = every command that has the option; then by the long name of the option, without dashes. */
  defaults: z.record(z.string().min(1), z.record(z.string().min(1), z.union([value, z.array(value).max(1000)]))),
})

export type Config = z.infer<typeof configSchema>
