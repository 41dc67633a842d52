import { inflate } from '../../client/columns.ts'
import type { ScopeSettings } from './state.ts'

/** The page's columns, inflated, by name. */
export async function inflateColumns(document: Document, settings: ScopeSettings): Promise<Map<string, Uint8Array>> {
  const { columns, header } = settings
  return new Map(
    await Promise.all(
      columns.map(async name => [name, await inflate(document, 'sc-column-' + name, header.compressed)] as const),
    ),
  )
}
