import { z } from 'zod'

const text = z.string().max(64 * 1024)

/** A file of a capture: path relative to the manifest's directory, what it holds, and what it must hash to. */
const file = z.object({
  path: text.min(1),
  role: text,
  bytes: z.number().int().nonnegative().optional(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/).optional(),
  /** In a capture of several tools: which one printed this, and how it was run. */
  tool: text.optional(),
  toolVersion: text.optional(),
  command: z.array(text).max(10_000).optional(),
  event: text.nullish(),
  frequency: z.number().positive().nullish(),
  duration: z.number().nonnegative().nullish(),
}).loose()

/** Schema of a capture directory's manifest.json, written last by every collector. */
export const captureManifestSchema = z.object({
  bpfview: z.literal(1),
  collector: text,
  tool: text,
  toolVersion: text.optional(),
  command: z.array(text).max(10_000),
  start: text.optional(),
  end: text.optional(),
  /** Seconds. */
  duration: z.number().nonnegative().nullish(),
  /** Hz. */
  frequency: z.number().positive().nullish(),
  event: text.nullish(),
  host: text.optional(),
  kernel: text.optional(),
  arch: text.optional(),
  cpus: z.number().int().positive().nullish(),
  /** Units of work done, for comparisons per unit of work. */
  work: z.number().positive().nullish(),
  clock: text.optional(),
  /** Events the tool reported lost; null = it does not say. */
  lost: z.number().nonnegative().nullish(),
  exit: z.number().int().nullish(),
  files: z.array(file).max(10_000),
}).loose()

/** What a collector wrote about a finished capture. */
export type CaptureManifest = z.infer<typeof captureManifestSchema>
