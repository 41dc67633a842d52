import { BpfviewError } from '../../src/model/index.ts'

/** Takes the values of a foreign document apart; what is not as it must be throws BpfviewError E_BAD_INPUT with the place in the document. */
export class Fields {
  private readonly source: string
  private readonly what: string

  /** what: the file as a message calls it, `a speedscope file`. */
  constructor(source: string, what: string) {
    this.source = source
    this.what = what
  }

  refuse(found: string): never {
    throw new BpfviewError('E_BAD_INPUT', `${found}; expected ${this.what}`, { source: this.source, line: 0 })
  }

  object(value: unknown, where: string): Readonly<Record<string, unknown>> {
    return record(value) ?? this.refuse(`${where} is ${shown(value)} where an object belongs`)
  }

  list(value: unknown, where: string): readonly unknown[] {
    return Array.isArray(value) ? value : this.refuse(`${where} is ${shown(value)} where a list belongs`)
  }

  number(value: unknown, where: string): number {
    return typeof value === 'number' && Number.isFinite(value)
      ? value
      : this.refuse(`${where} is ${shown(value)} where a number belongs`)
  }

  /** An index into a list of `count`. */
  index(value: unknown, count: number, where: string): number {
    return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < count
      ? value
      : this.refuse(`${where} is ${shown(value)} where a number below ${count} belongs`)
  }

  text(value: unknown, where: string): string {
    return typeof value === 'string' ? value : this.refuse(`${where} is ${shown(value)} where text belongs`)
  }
}

/** The value as an object; undefined when it is none. */
export function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}

/** The value as a list; an empty one when it is none. */
export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The value as text; '' when it is none. */
export function word(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The value as a finite number, also one written as text, as protobuf's JSON writes 64 bits; undefined when it is none. */
export function amount(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,20}(?:\.\d{1,20})?$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  return JSON.stringify(value).slice(0, 40)
}
