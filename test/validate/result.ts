/** One line of the validation table. */
export interface Result {
  readonly id: string
  readonly what: string
  readonly value: string
  readonly limit: string
  readonly ok: boolean
}

export function atMost(id: string, what: string, value: number, limit: number, show = percent): Result {
  return { id, what, value: show(value), limit: `<= ${show(limit)}`, ok: value <= limit }
}

export function atLeast(id: string, what: string, value: number, limit: number, show = percent): Result {
  return { id, what, value: show(value), limit: `>= ${show(limit)}`, ok: value >= limit }
}

export function within(id: string, what: string, value: number, low: number, high: number, show = percent): Result {
  return { id, what, value: show(value), limit: `${show(low)} to ${show(high)}`, ok: value >= low && value <= high }
}

export function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`
}

export function decimal(value: number): string {
  return value.toFixed(4)
}
