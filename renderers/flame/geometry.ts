/** Sizes in px that the script needs too. */
export const GEOMETRY = { pad: 16, top: 104, row: 18, gap: 1, foot: 58, font: 11.5, radius: 2, headLine: 88 } as const
export const DEFAULT_WIDTH = 1200

/** An integer of 1/scale as an exact decimal. */
export function exact(value: number, scale: number): string {
  if (scale === 1) return String(value)
  const sign = value < 0 ? '-' : ''
  const digits = String(Math.abs(value)).padStart(String(scale).length, '0')
  const at = digits.length - String(scale).length + 1
  const part = digits.slice(at).replace(/0+$/, '')
  return sign + digits.slice(0, at) + (part === '' ? '' : `.${part}`)
}

/** Pixels to two decimals. */
export function round(value: number): number {
  return Math.round(value * 100) / 100
}
