import { z } from 'zod'

/** Versions of the layout and of how a frame is written; readers refuse newer ones. */
export const ARCHIVE_VERSION = 1

/** Schema of archive.json, which makes a directory an archive. */
export const archiveSchema = z
  .object({
    bpfview: z.literal('archive'),
    /** Layout of the files. */
    version: z.number().int().positive(),
    /** How frames are written and hashed. */
    frames: z.number().int().positive(),
  })
  .loose()

export type ArchiveHead = z.infer<typeof archiveSchema>

const text = z.string().max(4096)
const digest = z.string().regex(/^[0-9a-f]{64}$/)
/** Microseconds since 1970 that JavaScript holds exactly. */
const micros = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

/** Schema of what an archive knows of one capture: it stands in the metadata of the capture's samples file. */
export const captureRecordSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  service: z.string().regex(/^[A-Za-z0-9._-]{1,100}$/),
  host: text,
  tool: text,
  event: text,
  value: z.object({ name: text, unit: text }),
  measures: z.enum(['on-cpu', 'off-cpu', 'memory', 'wakeup', 'chain', 'hot-cold', 'events', 'unknown']).optional(),
  /** When the capture began. */
  ts: micros,
  /** Distinct stacks. */
  rows: z.number().int().nonnegative(),
  /** Sum of all values. */
  total: z.number(),
  /** True when a frame has a module; null without frames. */
  modules: z.boolean().nullable(),
  /** What it was read from. */
  label: text,
  /** SHA-256 of the bytes it was read from. */
  source: digest,
  /** SHA-256 of its file of stacks, and of that of its times where there is one. */
  stacks: digest,
  timeline: digest.optional(),
  /** What the capture says of itself. */
  meta: z.record(z.string(), z.unknown()),
})

/** One capture of an archive: a service, a host, an event, one unit. */
export type CaptureRecord = z.infer<typeof captureRecordSchema>

/** Schema of what stands in the metadata of a day's samples: the SHA-256 of the day's other files, and its captures. */
export const dayHeadSchema = z.object({
  stacks: digest,
  functions: digest,
  captures: z.array(captureRecordSchema).max(1_000_000),
})

export type DayHead = z.infer<typeof dayHeadSchema>
