import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { captureNumber } from '../../archive/identity.ts'
import { BpfviewError } from '../../model/error.ts'
import type { FoundCapture } from './find.ts'

/** What is used of @duckdb/node-api, which is not installed with bpfview. */
interface DuckDb {
  readonly DuckDBInstance: {
    create(
      path: string,
      options?: Readonly<Record<string, string>>,
    ): Promise<{ connect(): Promise<Connection>; closeSync?(): void }>
  }
}
interface Connection {
  runAndReadAll(sql: string): Promise<{ getColumns(): readonly (readonly unknown[])[] }>
  closeSync?(): void
}

const PACKAGE = '@duckdb/node-api'
/** How to get it. */
export const ADVICE = `npm install ${PACKAGE}`

/** DuckDB where it is installed, beside bpfview or in the working directory; undefined elsewhere. */
export async function duckDb(): Promise<DuckDb | undefined> {
  for (const from of [import.meta.url, pathToFileURL(join(process.cwd(), 'package.json'))]) {
    try {
      const path = createRequire(from).resolve(PACKAGE)
      const loaded = (await import(pathToFileURL(path).href)) as DuckDb & { default?: DuckDb }
      return loaded.DuckDBInstance === undefined ? loaded.default : loaded
    } catch {
      // not there, or not for this machine
    }
  }
  return undefined
}

/** The same. Throws BpfviewError E_USAGE where it is not installed. */
export async function needDuckDb(): Promise<DuckDb> {
  const found = await duckDb()
  if (found === undefined)
    throw new BpfviewError('E_USAGE', `DuckDB is not installed; expected ${PACKAGE} (70 MB): ${ADVICE}`)
  return found
}

/** Sums of captures by stack, worked out by DuckDB on the files themselves: numbers, sums, and the stacks' texts by number. */
export async function duckSums(
  { DuckDBInstance }: DuckDb,
  found: readonly FoundCapture[],
): Promise<{
  readonly ids: readonly bigint[]
  readonly values: readonly number[]
  readonly texts: ReadonlyMap<bigint, string>
}> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB', threads: '2' })
  const connection = await instance.connect()
  try {
    const samples = list(found.map(each => each.samples))
    const ids = found.map(({ record }) => captureNumber(record.id)).join(',')
    const sums = await connection.runAndReadAll(
      `select stack_id, sum(value) from read_parquet(${samples}, hive_partitioning=false) where capture_id in (${ids}) group by stack_id`,
    )
    const stacks = await connection.runAndReadAll(
      `select stack_id, any_value(frames) from read_parquet(${list(found.map(each => each.stacks))}, hive_partitioning=false) group by stack_id`,
    )
    const [numbers = [], values = []] = sums.getColumns() as [bigint[]?, number[]?]
    const [keys = [], texts = []] = stacks.getColumns() as [bigint[]?, string[]?]
    return { ids: numbers, values, texts: new Map(keys.map((key, i) => [key, texts[i]!])) }
  } catch (error) {
    const what = error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 300) : String(error)
    // a file that was removed meanwhile is looked for again
    throw new BpfviewError(
      /No files found|cannot open file/i.test(what) ? 'E_NOT_FOUND' : 'E_BAD_INPUT',
      `DuckDB: ${what}`,
    )
  } finally {
    connection.closeSync?.()
    instance.closeSync?.()
  }
}

/** Paths as SQL has them. */
function list(paths: readonly string[]): string {
  return `[${[...new Set(paths)].map(path => `'${path.replaceAll("'", "''")}'`).join(',')}]`
}
