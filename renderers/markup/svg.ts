import { escapeXml } from './escape.ts'

export type Attributes = Readonly<Record<string, string | number | undefined>>

/** Markup of one element. Attribute values are escaped; children are markup and are not. undefined attributes are left out. */
export function el(name: string, attributes: Attributes, ...children: readonly string[]): string {
  let open = `<${name}`
  for (const key in attributes) {
    const value = attributes[key]
    if (value !== undefined) open += ` ${key}="${typeof value === 'number' ? fixed(value) : escapeXml(value)}"`
  }
  return children.length === 0 ? `${open}/>` : `${open}>${children.join('')}</${name}>`
}

/** Escaped text content. */
export function text(content: string): string {
  return escapeXml(content)
}

/** A number with at most `digits` decimals, no trailing zeros, never an exponent or -0: the same bytes on every machine. */
export function fixed(value: number, digits = 2): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return value === 0 ? '0' : String(value)
  const long = value.toFixed(digits)
  const shown = long.includes('.') ? long.replace(/\.?0+$/, '') : long
  return shown === '-0' ? '0' : shown
}
