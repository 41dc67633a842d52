/** Names of Rust as v0 encodes them, as c++filt and rustfilt print them: without hashes of crates. Source: Rust RFC 2603. */

const BASIC: Readonly<Record<string, string>> = {
  a: 'i8',
  b: 'bool',
  c: 'char',
  d: 'f64',
  e: 'str',
  f: 'f32',
  h: 'u8',
  i: 'isize',
  j: 'usize',
  l: 'i32',
  m: 'u32',
  n: 'i128',
  o: 'u128',
  p: '_',
  s: 'i16',
  t: 'u16',
  u: '()',
  v: '...',
  x: 'i64',
  y: 'u64',
  z: '!',
}
const DEEPEST = 200
const MOST_PRINTED = 65_536

class Unknown extends Error {}

/** The name behind a symbol that begins with `_R`; undefined where it is not understood. */
export function demangleRust(symbol: string): string | undefined {
  const dot = symbol.indexOf('.')
  const reader = new Reader((dot < 0 ? symbol : symbol.slice(0, dot)).slice(2))
  try {
    return reader.path(true) + (dot < 0 ? '' : symbol.slice(dot).replace(/^\.llvm\.\w+$/, ''))
  } catch (error) {
    if (error instanceof Unknown || error instanceof RangeError) return undefined
    throw error
  }
}

class Reader {
  private at = 0
  private depth = 0
  private printed = 0
  private lifetimes = 0
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  private fail(): never {
    throw new Unknown()
  }

  private next(): string {
    return this.text[this.at++] ?? this.fail()
  }

  private peek(): string {
    return this.text[this.at] ?? ''
  }

  private take(letter: string): boolean {
    if (this.peek() !== letter) return false
    this.at++
    return true
  }

  private bounded(text: string): string {
    this.printed += text.length
    return this.printed > MOST_PRINTED ? this.fail() : text
  }

  /** A number in base 62: `_` = 0, `0_` = 1. */
  private base62(): number {
    if (this.take('_')) return 0
    let value = 0
    for (;;) {
      const letter = this.next()
      if (letter === '_') return value + 1
      const digit = /\d/.test(letter)
        ? Number(letter)
        : /[a-z]/.test(letter)
          ? letter.charCodeAt(0) - 87
          : /[A-Z]/.test(letter)
            ? letter.charCodeAt(0) - 29
            : this.fail()
      value = value * 62 + digit
      if (value > Number.MAX_SAFE_INTEGER / 64) this.fail()
    }
  }

  private disambiguator(): number {
    return this.take('s') ? this.base62() + 1 : 0
  }

  private identifier(): string {
    const unicode = this.take('u')
    let digits = ''
    while (/\d/.test(this.peek())) digits += this.next()
    if (digits === '' || (digits.length > 1 && digits.startsWith('0'))) this.fail()
    const length = Number(digits)
    this.take('_')
    const name = this.text.slice(this.at, this.at + length)
    if (name.length !== length) this.fail()
    this.at += length
    return unicode ? punycode(name) : name
  }

  /** Reads what stood elsewhere, then goes on here. */
  private back<T>(read: () => T): T {
    const to = this.base62()
    const from = this.at
    if (to >= from) this.fail()
    this.at = to
    const value = read()
    this.at = from
    return value
  }

  private deeper<T>(read: () => T): T {
    if (++this.depth > DEEPEST) this.fail()
    const value = read()
    this.depth--
    return value
  }

  /** `value` = in an expression, where generic arguments are written with `::`. */
  path(value: boolean): string {
    return this.deeper(() => {
      const tag = this.next()
      switch (tag) {
        case 'C':
          this.disambiguator()
          return this.bounded(this.identifier())
        case 'M':
          this.implementation()
          return this.bounded(`<${this.type()}>`)
        case 'X':
        case 'Y': {
          if (tag === 'X') this.implementation()
          const type = this.type()
          return this.bounded(`<${type} as ${this.path(false)}>`)
        }
        case 'N':
          return this.nested(value)
        case 'I': {
          const path = this.path(value)
          const generics: string[] = []
          while (!this.take('E')) generics.push(this.generic())
          return this.bounded(`${path}${value ? '::' : ''}<${generics.join(', ')}>`)
        }
        case 'B':
          return this.back(() => this.path(value))
        default:
          return this.fail()
      }
    })
  }

  private implementation(): void {
    this.disambiguator()
    this.path(false)
  }

  private nested(value: boolean): string {
    const space = this.next()
    const path = this.path(value)
    const number = this.disambiguator()
    const name = this.identifier()
    if (/[a-z]/.test(space)) return this.bounded(name === '' ? path : `${path}::${name}`)
    const kind = space === 'C' ? 'closure' : space === 'S' ? 'shim' : space
    return this.bounded(`${path}::{${kind}${name === '' ? '' : `:${name}`}#${number}}`)
  }

  private generic(): string {
    if (this.take('L')) return this.lifetime()
    if (this.take('K')) return this.constant()
    return this.type()
  }

  private lifetime(): string {
    const index = this.base62()
    if (index === 0) return "'_"
    const depth = this.lifetimes - index
    if (depth < 0) return this.fail()
    return depth < 26 ? `'${String.fromCharCode(97 + depth)}` : `'_${depth}`
  }

  private binder<T>(read: (words: string) => T): T {
    const count = this.take('G') ? this.base62() + 1 : 0
    if (count > 1000) this.fail()
    const names: string[] = []
    for (let i = 0; i < count; i++) {
      this.lifetimes++
      const depth = this.lifetimes - 1
      names.push(depth < 26 ? `'${String.fromCharCode(97 + depth)}` : `'_${depth}`)
    }
    const result = read(count === 0 ? '' : `for<${names.join(', ')}> `)
    this.lifetimes -= count
    return result
  }

  private type(): string {
    return this.deeper(() => {
      const tag = this.next()
      if (Object.hasOwn(BASIC, tag)) return BASIC[tag]!
      switch (tag) {
        case 'R':
        case 'Q': {
          const lifetime = this.take('L') ? this.lifetime() : "'_"
          const shown = lifetime === "'_" ? '' : `${lifetime} `
          return this.bounded(`&${shown}${tag === 'Q' ? 'mut ' : ''}${this.type()}`)
        }
        case 'P':
          return this.bounded(`*const ${this.type()}`)
        case 'O':
          return this.bounded(`*mut ${this.type()}`)
        case 'A': {
          const element = this.type()
          return this.bounded(`[${element}; ${this.constant()}]`)
        }
        case 'S':
          return this.bounded(`[${this.type()}]`)
        case 'T': {
          const parts: string[] = []
          while (!this.take('E')) parts.push(this.type())
          return this.bounded(`(${parts.join(', ')}${parts.length === 1 ? ',' : ''})`)
        }
        case 'F':
          return this.binder(words => this.functionType(words))
        case 'D': {
          const bounds = this.binder(words => words + this.bounds())
          if (!this.take('L')) this.fail()
          const lifetime = this.lifetime()
          return this.bounded(`dyn ${bounds}${lifetime === "'_" ? '' : ` + ${lifetime}`}`)
        }
        case 'B':
          return this.back(() => this.type())
        default:
          this.at--
          return this.path(false)
      }
    })
  }

  private functionType(words: string): string {
    const unsafe = this.take('U') ? 'unsafe ' : ''
    const abi = this.take('K') ? `extern "${this.take('C') ? 'C' : this.identifier().replaceAll('_', '-')}" ` : ''
    const parts: string[] = []
    while (!this.take('E')) parts.push(this.type())
    const returned = this.type()
    return this.bounded(`${words}${unsafe}${abi}fn(${parts.join(', ')})${returned === '()' ? '' : ` -> ${returned}`}`)
  }

  private bounds(): string {
    const all: string[] = []
    while (!this.take('E')) all.push(this.bound())
    return all.join(' + ')
  }

  /** A trait with what its associated types are, inside its own brackets. */
  private bound(): string {
    const path = this.path(false)
    const bindings: string[] = []
    while (this.take('p')) {
      const name = this.identifier()
      bindings.push(`${name} = ${this.type()}`)
    }
    if (bindings.length === 0) return path
    return path.endsWith('>')
      ? this.bounded(`${path.slice(0, -1)}, ${bindings.join(', ')}>`)
      : this.bounded(`${path}<${bindings.join(', ')}>`)
  }

  private constant(): string {
    if (this.take('B')) return this.back(() => this.constant())
    const type = this.next()
    if (type === 'p') return '_'
    const negative = this.take('n') ? '-' : ''
    let digits = ''
    while (!this.take('_')) digits += this.next()
    if (!/^[0-9a-f]*$/.test(digits) || digits.length > 32) this.fail()
    const value = BigInt(`0x${digits === '' ? '0' : digits}`)
    if (type === 'b') return value === 1n ? 'true' : value === 0n ? 'false' : this.fail()
    if (type === 'c') {
      const point = Number(value)
      return point >= 0x20 && point < 0x7f ? `'${String.fromCodePoint(point)}'` : `'\\u{${value.toString(16)}}'`
    }
    if (!'ahlmnostxyij'.includes(type)) this.fail()
    return negative + value.toString()
  }
}

/** RFC 3492 as Rust writes it: the delimiter is `_`. */
function punycode(name: string): string {
  const cut = name.lastIndexOf('_')
  const points = cut < 0 ? [] : [...name.slice(0, cut)].map(letter => letter.codePointAt(0)!)
  let [n, i, bias] = [128, 0, 72]
  let at = cut + 1
  while (at < name.length) {
    const before = i
    let weight = 1
    for (let k = 36; ; k += 36) {
      const letter = name.charCodeAt(at++)
      const digit = letter >= 97 && letter <= 122 ? letter - 97 : letter >= 48 && letter <= 57 ? letter - 22 : NaN
      if (Number.isNaN(digit)) throw new Unknown()
      i += digit * weight
      const threshold = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias
      if (digit < threshold) break
      weight *= 36 - threshold
      if (weight > 1e9) throw new Unknown()
    }
    const length = points.length + 1
    let delta = before === 0 ? Math.floor((i - before) / 700) : (i - before) >> 1
    delta += Math.floor(delta / length)
    let k = 0
    for (; delta > 455; k += 36) delta = Math.floor(delta / 35)
    bias = k + Math.floor((36 * delta) / (delta + 38))
    n += Math.floor(i / length)
    i %= length
    if (n > 0x10ffff || (n >= 0xd800 && n < 0xe000)) throw new Unknown()
    points.splice(i++, 0, n)
  }
  return String.fromCodePoint(...points)
}
