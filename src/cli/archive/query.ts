import { timeRange } from '../../archive/range.ts'
import type { Query } from './find.ts'

/** What the flags of a command ask for. The end of a time back like 7d is now. */
export function queryOf(
  flags: Pick<Query, 'service' | 'host' | 'event' | 'value' | 'capture'> & { readonly range?: string | undefined },
): Query {
  const { service, host, event, value, capture, range } = flags
  return {
    service,
    host,
    event,
    value,
    capture,
    ...(range !== undefined && { range: timeRange(range, Date.now() * 1000, '--range') }),
  }
}
