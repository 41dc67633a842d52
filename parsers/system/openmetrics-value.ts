/**
 * Composite values of OpenMetrics 2.0, which hold a whole histogram or summary in one sample:
 *
 *     {count:39,sum:0.25,bucket:[0.1:12,1.0:38,+Inf:39]}
 *     {count:17,sum:324789.3,quantile:[0.95:123.7,0.99:150.0]}
 *
 * Native histograms hold spans of exponential buckets instead (`schema:`, `positive_spans:[0:2]`, `positive_buckets:[5,7]`). Source: OpenMetrics 2.0.
 */
export interface CompositeValue {
  readonly numbers: ReadonlyMap<string, number>
  /** Lists of pairs: cumulative counts by edge of `bucket`, values by share of `quantile`. */
  readonly pairs: ReadonlyMap<string, readonly (readonly [number, number])[]>
  /** True for exponential buckets, which have no edges of their own. */
  readonly native: boolean
}

/** The value, undefined when the text is none. Linear. */
export function compositeValue(text: string): CompositeValue | undefined {
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined
  const numbers = new Map<string, number>()
  const pairs = new Map<string, (readonly [number, number])[]>()
  let native = false
  let at = 1
  while (at < text.length - 1) {
    const colon = text.indexOf(':', at)
    if (colon < 0) return undefined
    const name = text.slice(at, colon)
    if (!/^[a-z_]{1,64}$/.test(name)) return undefined
    if (text[colon + 1] === '[') {
      const close = text.indexOf(']', colon)
      if (close < 0) return undefined
      const list = listOf(text.slice(colon + 2, close))
      if (list === undefined) return undefined
      if (/_(?:spans|buckets)$/.test(name)) native = true
      else pairs.set(name, list)
      at = close + 1
    } else {
      const end = text.indexOf(',', colon)
      const stop = end < 0 ? text.length - 1 : end
      const value = exposedNumber(text.slice(colon + 1, stop))
      if (value === undefined) return undefined
      numbers.set(name, value)
      at = stop
    }
    if (text[at] === ',') at++
  }
  return { numbers, pairs, native }
}

function listOf(text: string): [number, number][] | undefined {
  const list: [number, number][] = []
  if (text === '') return list
  for (const item of text.split(',')) {
    const [left = '', right] = item.split(':')
    const key = exposedNumber(left)
    const value = right === undefined ? 0 : exposedNumber(right)
    if (key === undefined || value === undefined) return undefined
    list.push([key, value])
  }
  return list
}

/** A number as expositions print it, infinities and NaN included; undefined for anything else. */
export function exposedNumber(text: string): number | undefined {
  if (/^[+-]?Inf(?:inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  if (/^nan$/i.test(text)) return NaN
  return text !== '' && /^[+-]?(?:\d|\.\d)/.test(text) && !Number.isNaN(Number(text)) ? Number(text) : undefined
}
