import { z } from 'zod'

const text = z.string().max(64 * 1024)

function lenient<T extends z.ZodType>(type: T) {
  return type.optional().catch(undefined)
}

/** A file of a capture: path relative to the manifest's directory, what it holds, and what it must hash to. */
const file = z
  .object({
    path: text.min(1),
    role: text,
    bytes: z.number().int().nonnegative().optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
    /** In a capture of several tools: which one printed this, and how it was run. */
    tool: text.optional(),
    toolVersion: text.optional(),
    command: z.array(text).max(10_000).optional(),
    event: text.nullish(),
    frequency: z.number().positive().nullish(),
    duration: z.number().nonnegative().nullish(),
  })
  .loose()

/** Schema of a capture directory's manifest.json, written last by every collector. */
export const captureManifestSchema = z
  .object({
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
    /** How the capture went; a field of another shape is as good as absent. */
    absent: lenient(z.array(text).max(1000)),
    asked: lenient(z.number().positive()),
    targetsGone: lenient(z.array(z.number().int()).max(10_000)),
    runtimes: lenient(z.array(z.object({ pid: z.number().int(), kind: text, map: z.boolean() })).max(1000)),
    sizeLimit: lenient(z.number().positive()),
    diskFull: lenient(z.boolean()),
    /** Settings of the kernel that kept the tool from seeing all. */
    restricted: lenient(z.array(text).max(20)),
  })
  .loose() satisfies z.ZodType<CaptureManifest>

/** A file of a capture. */
export interface CaptureFile {
  /** Relative to the manifest's directory. */
  readonly path: string
  /** `stdout` = what the tool printed; also `stderr`, `map`, `checklist` and others. */
  readonly role: string
  readonly bytes?: number | undefined
  /** In hexadecimal digits. */
  readonly sha256?: string | undefined
  readonly tool?: string | undefined
  readonly toolVersion?: string | undefined
  readonly command?: readonly string[] | undefined
  readonly event?: string | null | undefined
  /** Hz. */
  readonly frequency?: number | null | undefined
  /** Seconds. */
  readonly duration?: number | null | undefined
}

/** What a collector wrote about a finished capture: its `manifest.json`. */
export interface CaptureManifest {
  readonly bpfview: 1
  readonly collector: string
  readonly tool: string
  readonly toolVersion?: string | undefined
  readonly command: readonly string[]
  /** ISO 8601. */
  readonly start?: string | undefined
  readonly end?: string | undefined
  /** Seconds. */
  readonly duration?: number | null | undefined
  /** Hz. */
  readonly frequency?: number | null | undefined
  readonly event?: string | null | undefined
  readonly host?: string | undefined
  readonly kernel?: string | undefined
  readonly arch?: string | undefined
  readonly cpus?: number | null | undefined
  /** Units of work done, for comparisons per unit of work. */
  readonly work?: number | null | undefined
  readonly clock?: string | undefined
  /** Events the tool reported lost; null = it does not say. */
  readonly lost?: number | null | undefined
  readonly exit?: number | null | undefined
  readonly files: readonly CaptureFile[]
  /** Tools that were tried and did not run. */
  readonly absent?: readonly string[] | undefined
  /** Seconds that were asked for. */
  readonly asked?: number | undefined
  /** Process ids that ended before their symbols were resolved. */
  readonly targetsGone?: readonly number[] | undefined
  /** Processes whose code is compiled as they run; `map` = its names were written down. */
  readonly runtimes?: readonly { readonly pid: number; readonly kind: string; readonly map: boolean }[] | undefined
  /** Megabytes at which the recording stopped. */
  readonly sizeLimit?: number | undefined
  readonly diskFull?: boolean | undefined
  /** What the kernel did not allow. */
  readonly restricted?: readonly string[] | undefined
  /** What collectors of other versions write besides. */
  readonly [field: string]: unknown
}
