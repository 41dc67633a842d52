import { gunzipSync, gzipSync } from 'node:zlib'
import type { FileMetaData } from 'hyparquet'
import type { ColumnSource } from 'hyparquet-writer'
import { BpfviewError } from '../model/index.ts'

/** One Parquet file in memory, its columns read when they are wanted. */
export interface ParquetFile {
  readonly rows: number
  /** What the writer put beside the data. */
  readonly metadata: ReadonlyMap<string, string>
  column(name: string): Promise<ArrayLike<unknown>>
}

/** The bytes of a Parquet file; equal columns give equal bytes. gzip, because every engine reads it and Node has it. */
export async function parquetBytes(
  columns: readonly ColumnSource[],
  metadata: readonly (readonly [string, string])[] = [],
): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer')
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: columns.map(column => ({ ...column, nullable: false, offsetIndex: false })),
      codec: 'GZIP',
      compressors: { GZIP: bytes => gzipSync(bytes) },
      rowGroupSize: ROW_GROUP,
      statistics: true,
      createdBy: 'bpfview',
      kvMetadata: metadata.map(([key, value]) => ({ key, value })),
    }),
  )
}

const ROW_GROUP = 1_000_000
/** A page that unpacks to more is no page of ours. */
const MAX_PAGE_BYTES = 1 << 30

/** Opens a Parquet file. Throws BpfviewError E_BAD_INPUT when it is none or was cut. */
export async function openParquet(bytes: Uint8Array, source: string): Promise<ParquetFile> {
  const { parquetMetadata, parquetScan } = await import('hyparquet')
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  const metadata = await readable(source, async () => parquetMetadata(file))
  return {
    rows: Number(metadata.num_rows),
    metadata: new Map((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? ''])),
    column: name =>
      readable(source, async () => {
        refuseHuge(metadata, bytes.length)
        const scan = await parquetScan({ file, metadata, columns: [name], compressors: COMPRESSORS })
        const parts = await Promise.all(
          scan.ranges.map(({ rowStart, rowEnd }) => scan.readColumn({ column: name, rowStart, rowEnd })),
        )
        return parts.length === 1 ? parts[0]! : parts.flatMap(part => Array.from(part as ArrayLike<unknown>))
      }),
  }
}

const COMPRESSORS = {
  GZIP: (input: Uint8Array): Uint8Array => gunzipSync(input, { maxOutputLength: MAX_PAGE_BYTES }),
}

/** A row takes at least a bit. */
function refuseHuge(metadata: FileMetaData, bytes: number): void {
  if (Number(metadata.num_rows) > bytes * 8192) throw new Error(`${metadata.num_rows} rows in ${bytes} bytes`)
}

async function readable<T>(source: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof BpfviewError) throw error
    const what = error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 200) : String(error)
    throw new BpfviewError('E_BAD_INPUT', `${what}; expected a Parquet file that bpfview wrote`, { source, line: 0 })
  }
}
