export function exactNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(12)))
}

/** Pixels to two decimals. */
export function r(value: number): number {
  return Math.round(value * 100) / 100
}
