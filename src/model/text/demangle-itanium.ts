/**
 * Names of C++ as the Itanium ABI encodes them, printed as GNU c++filt does. Not understood: expressions in template arguments other than literals, and what
 * vendors add. Source: https://itanium-cxx-abi.github.io/cxx-abi/abi.html#mangling
 */

/** Letters of the builtin types. */
const BUILTIN: Readonly<Record<string, string>> = {
  v: 'void',
  w: 'wchar_t',
  b: 'bool',
  c: 'char',
  a: 'signed char',
  h: 'unsigned char',
  s: 'short',
  t: 'unsigned short',
  i: 'int',
  j: 'unsigned int',
  l: 'long',
  m: 'unsigned long',
  x: 'long long',
  y: 'unsigned long long',
  n: '__int128',
  o: 'unsigned __int128',
  f: 'float',
  d: 'double',
  e: 'long double',
  g: '__float128',
  z: '...',
}
const BUILTIN_D: Readonly<Record<string, string>> = {
  Dd: 'decimal64',
  De: 'decimal128',
  Df: 'decimal32',
  Dh: '_Float16',
  Di: 'char32_t',
  Ds: 'char16_t',
  Du: 'char8_t',
  Da: 'auto',
  Dc: 'decltype(auto)',
  Dn: 'decltype(nullptr)',
}
const STANDARD: Readonly<Record<string, string>> = {
  t: 'std',
  a: 'std::allocator',
  b: 'std::basic_string',
  s: 'std::string',
  i: 'std::istream',
  o: 'std::ostream',
  d: 'std::iostream',
}
const OPERATORS: Readonly<Record<string, string>> = {
  nw: ' new',
  na: ' new[]',
  dl: ' delete',
  da: ' delete[]',
  aw: ' co_await',
  ps: '+',
  ng: '-',
  ad: '&',
  de: '*',
  co: '~',
  pl: '+',
  mi: '-',
  ml: '*',
  dv: '/',
  rm: '%',
  an: '&',
  or: '|',
  eo: '^',
  aS: '=',
  pL: '+=',
  mI: '-=',
  mL: '*=',
  dV: '/=',
  rM: '%=',
  aN: '&=',
  oR: '|=',
  eO: '^=',
  ls: '<<',
  rs: '>>',
  lS: '<<=',
  rS: '>>=',
  eq: '==',
  ne: '!=',
  lt: '<',
  gt: '>',
  le: '<=',
  ge: '>=',
  ss: '<=>',
  nt: '!',
  aa: '&&',
  oo: '||',
  pp: '++',
  mm: '--',
  cm: ',',
  pm: '->*',
  pt: '->',
  cl: '()',
  ix: '[]',
  qu: '?',
}
const SPECIAL: readonly (readonly [code: string, words: string, type: boolean])[] = [
  ['TV', 'vtable for ', true],
  ['TT', 'VTT for ', true],
  ['TI', 'typeinfo for ', true],
  ['TS', 'typeinfo name for ', true],
  ['TW', 'TLS wrapper function for ', false],
  ['TH', 'TLS init function for ', false],
  ['GV', 'guard variable for ', false],
]
const DEEPEST = 200
/** Substitutions can make a short symbol print without end. */
const MOST_PRINTED = 65_536

/** A type as printed around what is declared: `void (*` and `)(int)`. */
interface Type {
  readonly left: string
  readonly right: string
  /** Of a pack of template arguments its elements. */
  readonly pack?: readonly Type[]
}

/** A name with what its constructor is called and whether it ends in template arguments. */
interface Name {
  readonly text: string
  readonly base: string
  readonly template: boolean
  /** Constructors, destructors and conversions have no return type. */
  readonly untyped: boolean
  readonly qualifiers: string
}

class Unknown extends Error {}

/** The name behind a symbol that begins with `_Z`; undefined where it is not understood. */
export function demangleItanium(symbol: string): string | undefined {
  // names of old Rust have dots of their own
  const dot = symbol.indexOf('.', Math.max(0, symbol.search(/17h[0-9a-f]{16}E/)))
  const reader = new Reader(dot < 0 ? symbol : symbol.slice(0, dot))
  try {
    const name = reader.symbol()
    const rust = rustName(name)
    if (rust !== undefined) return rust
    const clone = dot < 0 ? '' : symbol.slice(dot).replace(/^(\.[A-Za-z_]\w*(?:\.\d+)*)$/, ' [clone $1]')
    return name + clone
  } catch (error) {
    if (error instanceof Unknown || error instanceof RangeError) return undefined
    throw error
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  SP: '@',
  BP: '*',
  RF: '&',
  LT: '<',
  GT: '>',
  LP: '(',
  RP: ')',
  C: ',',
}

/** Rust before v0 writes C++ names whose last part is a hash, `h` and 16 digits; it is cut as c++filt does. */
function rustName(name: string): string | undefined {
  const match = /^(.*)::h[0-9a-f]{16}$/.exec(name)
  if (match === null) return undefined
  return match[1]!
    .replace(/::_\$/g, '::$')
    .replace(/^_\$/, '$')
    .replace(/\$(SP|BP|RF|LT|GT|LP|RP|C|u[0-9a-f]{1,6})\$/g, (all, code: string) => {
      const plain = ESCAPES[code]
      if (plain !== undefined) return plain
      const point = Number.parseInt(code.slice(1), 16)
      return point >= 0x20 && point <= 0x10ffff && !(point >= 0x7f && point < 0xa0) ? String.fromCodePoint(point) : all
    })
    .replace(/\.\./g, '::')
}

class Reader {
  private at = 0
  private depth = 0
  private printed = 0
  private readonly text: string
  private readonly substitutions: Type[] = []
  private templates: readonly Type[] = []
  /** Element of packs that is expanded, -1 = none, and how many the last one had. */
  private element = -1
  private pack = 0

  constructor(text: string) {
    this.text = text
  }

  symbol(): string {
    this.expect('_Z')
    return this.encoding(true)
  }

  private fail(): never {
    throw new Unknown()
  }

  private is(word: string): boolean {
    return this.text.startsWith(word, this.at)
  }

  private take(word: string): boolean {
    if (!this.is(word)) return false
    this.at += word.length
    return true
  }

  private expect(word: string): void {
    if (!this.take(word)) this.fail()
  }

  private peek(): string {
    return this.text[this.at] ?? ''
  }

  private bounded(text: string): string {
    this.printed += text.length
    return this.printed > MOST_PRINTED ? this.fail() : text
  }

  private deeper<T>(read: () => T): T {
    if (++this.depth > DEEPEST) this.fail()
    const value = read()
    this.depth--
    return value
  }

  private number(): number {
    const start = this.at
    while (/\d/.test(this.peek())) this.at++
    return start === this.at ? this.fail() : Number(this.text.slice(start, this.at))
  }

  /** A function or an object; of a function inside another also its parameters. */
  private encoding(top: boolean): string {
    return this.deeper(() => {
      if (this.peek() === 'T' || this.is('GV') || this.is('GR')) return this.special()
      const name = this.name()
      if (top || this.at >= this.text.length || this.peek() === 'E' || this.peek() === '.') return name.text
      // what it returns is not told
      if (name.template && !name.untyped) this.type()
      return this.bounded(`${name.text}(${this.parameters()})${name.qualifiers}`)
    })
  }

  private special(): string {
    for (const [code, words, type] of SPECIAL)
      if (this.take(code)) return words + (type ? print(this.type()) : this.name().text)
    if (this.take('GR')) {
      const { text } = this.name()
      const number = this.sequence()
      return `reference temporary #${number} for ${text}`
    }
    if (this.take('TC')) {
      const derived = print(this.type())
      this.number()
      this.expect('_')
      return `construction vtable for ${print(this.type())}-in-${derived}`
    }
    if (this.take('Tc')) {
      this.offset()
      this.offset()
      return `covariant return thunk to ${this.encoding(false)}`
    }
    this.expect('T')
    return `${this.offset()}${this.encoding(false)}`
  }

  private offset(): string {
    const kind = this.take('h') ? 'h' : this.take('v') ? 'v' : this.fail()
    const part = (): void => {
      this.take('n')
      this.number()
      this.expect('_')
    }
    part()
    if (kind === 'v') part()
    return kind === 'h' ? 'non-virtual thunk to ' : 'virtual thunk to '
  }

  private parameters(): string {
    const types: string[] = []
    while (this.at < this.text.length && !'E.'.includes(this.peek())) {
      const mark = this.at
      types.push(print(this.type()))
      if (this.at === mark) this.fail()
    }
    return types.length === 1 && types[0] === 'void' ? '' : types.filter(type => type !== '').join(', ')
  }

  private name(): Name {
    return this.deeper(() => {
      if (this.peek() === 'N') return this.nested()
      if (this.peek() === 'Z') return this.local()
      let name: Name
      if (this.peek() === 'S' && !this.is('St')) {
        const { left, right } = this.substitution()
        name = plainName(left + right)
      } else {
        const scope = this.take('St') ? 'std::' : ''
        const own = this.unqualified('')
        name = { ...own, text: scope + own.text }
        if (this.peek() === 'I') this.substitutions.push(plain(name.text))
      }
      if (this.peek() !== 'I') return name
      return { ...name, text: this.bounded(name.text + this.templateArguments(name.text)), template: true }
    })
  }

  private nested(): Name {
    this.expect('N')
    let qualifiers = ''
    for (;;) {
      if (this.take('r')) qualifiers += ' restrict'
      else if (this.take('V')) qualifiers += ' volatile'
      else if (this.take('K')) qualifiers += ' const'
      else break
    }
    if (this.take('R')) qualifiers += ' &'
    else if (this.take('O')) qualifiers += ' &&'
    let name: Name | undefined
    while (!this.take('E')) {
      name = this.component(name)
      this.substitutions.push(plain(name.text))
    }
    if (name === undefined) return this.fail()
    this.substitutions.pop()
    return { ...name, qualifiers }
  }

  /** One more part of a nested name. What a substitution gives is in the table already: `nested` adds it once more at the end and takes it off. */
  private component(before: Name | undefined): Name {
    const next = this.peek()
    if (next === 'S' && before === undefined) {
      const standard = this.is('St')
      const { left, right } = this.substitution(true)
      const name = plainName(left + right)
      if (standard) return this.joined(name, this.unqualified(name.base))
      return this.peek() === 'E' ? name : this.component(name)
    }
    if (next === 'T' && before === undefined) return plainName(print(this.templateParameter()))
    if (next === 'D' && (this.is('Dt') || this.is('DT')) && before === undefined) return this.fail()
    if (next === 'I') {
      if (before === undefined) return this.fail()
      return { ...before, text: this.bounded(before.text + this.templateArguments(before.text)), template: true }
    }
    this.take('L')
    const own = this.unqualified(before?.base ?? '')
    if (before === undefined) return own
    return this.joined(before, own)
  }

  private joined(before: Name, own: Name): Name {
    return { ...own, text: this.bounded(`${before.text}::${own.text}`) }
  }

  private local(): Name {
    this.expect('Z')
    const outside = this.templates
    const within = this.encoding(false)
    this.expect('E')
    if (this.take('s')) {
      this.discriminator()
      return plainName(`${within}::string literal`)
    }
    if (this.take('d')) {
      if (this.peek() !== '_') this.number()
      this.expect('_')
    }
    this.templates = outside.length > 0 ? outside : this.templates
    const inner = this.name()
    this.discriminator()
    return { ...inner, text: this.bounded(`${within}::${inner.text}`) }
  }

  private discriminator(): void {
    if (this.take('__')) {
      this.number()
      this.expect('_')
    } else if (this.peek() === '_' && /\d/.test(this.text[this.at + 1] ?? '')) this.at += 2
  }

  private unqualified(outer: string): Name {
    let name = this.plainUnqualified(outer)
    while (this.take('B')) name = { ...name, text: `${name.text}[abi:${this.source()}]` }
    return name
  }

  private plainUnqualified(outer: string): Name {
    const next = this.peek()
    if (/\d/.test(next)) return plainName(this.source())
    if (next === 'L') {
      this.at++
      return plainName(this.source())
    }
    if (next === 'C' && /^C[1-5I]/.test(this.text.slice(this.at, this.at + 2)) && outer !== '') {
      this.at += this.text[this.at + 1] === 'I' ? 3 : 2
      if (this.text[this.at - 2] === 'I') this.type()
      return { ...plainName(outer), untyped: true }
    }
    if (next === 'D' && /^D[0-5]/.test(this.text.slice(this.at, this.at + 2)) && outer !== '') {
      this.at += 2
      return { ...plainName(`~${outer}`), base: outer, untyped: true }
    }
    if (this.take('Ut')) return plainName(`{unnamed type#${this.sequence() + 1}}`)
    if (this.take('Ul')) {
      const parameters = this.parameters()
      this.expect('E')
      return plainName(`{lambda(${parameters})#${this.sequence() + 1}}`)
    }
    return this.operator()
  }

  /** `_` = 0, `0_` = 1 and so on. */
  private sequence(): number {
    if (this.take('_')) return 0
    const number = this.number()
    this.expect('_')
    return number + 1
  }

  private operator(): Name {
    if (this.take('cv')) return { ...plainName(`operator ${print(this.type())}`), untyped: true }
    if (this.take('li')) return plainName(`operator"" ${this.source()}`)
    const code = this.text.slice(this.at, this.at + 2)
    const word = Object.hasOwn(OPERATORS, code) ? OPERATORS[code]! : this.fail()
    this.at += 2
    return plainName(`operator${word}`)
  }

  private source(): string {
    const length = this.number()
    if (length === 0 || this.at + length > this.text.length) this.fail()
    const name = this.text.slice(this.at, this.at + length)
    this.at += length
    return /^_GLOBAL_[._$]N/.test(name) ? '(anonymous namespace)' : name
  }

  /** `whole` = before a member: `std::string` is written out. */
  private substitution(whole = false): Type {
    this.expect('S')
    const next = this.peek()
    if (Object.hasOwn(STANDARD, next)) {
      this.at++
      if (whole && Object.hasOwn(FULL, next)) return plain(FULL[next]!)
      return plain(STANDARD[next]!)
    }
    let index = 0
    if (!this.take('_')) {
      const start = this.at
      while (/[0-9A-Z]/.test(this.peek())) this.at++
      const digits = this.text.slice(start, this.at)
      if (digits === '' || digits.length > 6) this.fail()
      index = Number.parseInt(digits, 36) + 1
      this.expect('_')
    }
    return this.substitutions[index] ?? this.fail()
  }

  private templateParameter(): Type {
    this.expect('T')
    let index = 0
    if (!this.take('_')) {
      index = this.number() + 1
      this.expect('_')
    }
    const parameter = this.templates[index] ?? this.fail()
    if (parameter.pack === undefined || this.element < 0) return parameter
    this.pack = parameter.pack.length
    return parameter.pack[this.element] ?? plain('')
  }

  private templateArguments(of: string): string {
    this.expect('I')
    const own: Type[] = []
    while (!this.take('E')) own.push(this.templateArgument())
    this.templates = own
    const words = own.map(print)
    const list = words.filter(word => word !== '').join(', ')
    // GNU keeps two brackets apart, but not where an empty pack stood between them
    return this.bounded(
      `${of.endsWith('operator<') || of.endsWith('operator<<') ? ' ' : ''}<${list}${words.at(-1)?.endsWith('>') === true ? ' ' : ''}>`,
    )
  }

  private templateArgument(): Type {
    return this.deeper(() => {
      if (this.peek() === 'L') return plain(this.literal())
      if (this.take('J')) {
        const pack: Type[] = []
        while (!this.take('E')) pack.push(this.templateArgument())
        const words = pack.map(print).filter(word => word !== '')
        return { ...plain(words.join(', ')), pack }
      }
      if (this.peek() === 'X') return plain(this.address())
      return this.type()
    })
  }

  /** The address of a function, the one expression that is common in symbols. */
  private address(): string {
    this.expect('XadL_Z')
    const outside = this.templates
    const name = this.name()
    const typed = name.template && !name.untyped
    const returned = typed ? this.type() : plain('')
    const parameters = this.peek() === 'E' ? undefined : this.parameters()
    this.templates = outside
    this.expect('E')
    this.expect('E')
    return this.bounded(
      typed ? `&(${returned.left} ${name.text}(${parameters})${name.qualifiers}${returned.right})` : `&${name.text}`,
    )
  }

  private literal(): string {
    this.expect('L')
    if (this.take('_Z')) {
      const outside = this.templates
      const name = this.encoding(false)
      this.templates = outside
      this.expect('E')
      return name
    }
    const type = print(this.type())
    const negative = this.take('n') ? '-' : ''
    const start = this.at
    while (this.peek() !== 'E' && this.at < this.text.length) this.at++
    const value = this.text.slice(start, this.at)
    this.expect('E')
    if (type === 'bool' && (value === '0' || value === '1')) return value === '1' ? 'true' : 'false'
    const suffix = Object.hasOwn(SUFFIXES, type) ? SUFFIXES[type] : undefined
    if (suffix !== undefined) return negative + value + suffix
    if (type === 'decltype(nullptr)') return value === '' || value === '0' ? `(${type})0` : this.fail()
    return /^\d*$/.test(value) ? `(${type})${negative}${value}` : this.fail()
  }

  private type(): Type {
    return this.deeper(() => {
      const next = this.peek()
      const builtin = Object.hasOwn(BUILTIN, next) ? BUILTIN[next] : undefined
      if (builtin !== undefined) {
        this.at++
        return plain(builtin)
      }
      const read = this.compound(next)
      if (read === undefined) return this.classType()
      this.bounded(read.left + read.right)
      this.substitutions.push(read)
      return read
    })
  }

  /** Types that are made of others and go into the table; undefined for names. */
  private compound(next: string): Type | undefined {
    switch (next) {
      case 'P':
      case 'R':
      case 'O':
        this.at++
        return pointer(this.type(), next === 'P' ? '*' : next === 'R' ? '&' : '&&')
      case 'C':
      case 'G':
        this.at++
        return after(this.type(), next === 'C' ? ' _Complex' : ' _Imaginary')
      case 'r':
      case 'V':
      case 'K':
        return this.qualified()
      case 'F':
        return this.functionType()
      case 'A':
        return this.array()
      case 'M': {
        this.at++
        const scope = print(this.type())
        const member = this.type()
        const left = member.right.startsWith('(') ? `${member.left}(${scope}::*` : `${member.left} ${scope}::*`
        return { left, right: member.right.startsWith('(') ? `)${member.right}` : member.right }
      }
      case 'D':
        return this.typeOfD()
      case 'U': {
        this.at++
        const name = this.source()
        return after(this.type(), ` ${name}`)
      }
      case 'u':
        this.at++
        return plain(this.source())
      default:
        return undefined
    }
  }

  private typeOfD(): Type | undefined {
    if (this.take('Dp')) return this.expansion()
    if (this.is('Dt') || this.is('DT') || this.is('Dv') || this.is('DF') || this.is('DB')) return this.fail()
    if (this.take('Do')) {
      const { left, right } = this.functionType()
      return { left, right: `${right} noexcept` }
    }
    return undefined
  }

  /** A type once for each element of the pack in it. */
  private expansion(): Type {
    const start = this.at
    const outer = this.element
    const known = this.substitutions.length
    this.pack = -1
    this.element = 0
    const types = [this.type()]
    const end = this.at
    const after = this.substitutions.slice(known)
    const count = this.pack
    for (let i = 1; i < count; i++) {
      this.at = start
      this.element = i
      types.push(this.type())
      this.substitutions.length = known
      this.substitutions.push(...after)
    }
    this.at = end
    this.element = outer
    return count === 0 ? plain('') : plain(types.map(print).join(', '))
  }

  private qualified(): Type {
    let words = ''
    for (;;) {
      if (this.take('r')) words = ` __restrict${words}`
      else if (this.take('V')) words = ` volatile${words}`
      else if (this.take('K')) words = ` const${words}`
      else break
    }
    return after(this.type(), words)
  }

  private functionType(): Type {
    this.expect('F')
    this.take('Y')
    const returned = this.type()
    const types: string[] = []
    let reference = ''
    for (;;) {
      if (this.take('E')) break
      if (this.take('RE')) {
        reference = ' &'
        break
      }
      if (this.take('OE')) {
        reference = ' &&'
        break
      }
      types.push(print(this.type()))
    }
    const list = types.length === 1 && types[0] === 'void' ? '' : types.filter(type => type !== '').join(', ')
    return { left: `${print(returned)} `, right: `(${list})${reference}` }
  }

  private array(): Type {
    this.expect('A')
    const size = /\d/.test(this.peek()) ? String(this.number()) : ''
    this.expect('_')
    const element = this.type()
    return { left: element.left, right: ` [${size}]${element.right.replace(/^ /, '')}` }
  }

  /** Classes, template parameters and what stood before. */
  private classType(): Type {
    const next = this.peek()
    if (next === 'D') {
      const code = this.text.slice(this.at, this.at + 2)
      if (!Object.hasOwn(BUILTIN_D, code)) return this.fail()
      this.at += 2
      return plain(BUILTIN_D[code]!)
    }
    if (next === 'T') {
      const parameter = this.templateParameter()
      this.substitutions.push(parameter)
      return this.peek() === 'I' ? this.withArguments(parameter) : parameter
    }
    if (next === 'S' && !this.is('St')) {
      const known = this.substitution()
      return this.peek() === 'I' ? this.withArguments(known) : known
    }
    const outside = this.templates
    const { text } = this.name()
    this.templates = outside
    const type = plain(text)
    this.substitutions.push(type)
    return type
  }

  private withArguments(of: Type): Type {
    const outside = this.templates
    const type = plain(of.left + this.templateArguments(of.left) + of.right)
    this.templates = outside
    this.substitutions.push(type)
    return type
  }
}

/** Classes behind the letters, where a member is named. */
const FULL: Readonly<Record<string, string>> = {
  s: 'std::basic_string<char, std::char_traits<char>, std::allocator<char> >',
  i: 'std::basic_istream<char, std::char_traits<char> >',
  o: 'std::basic_ostream<char, std::char_traits<char> >',
  d: 'std::basic_iostream<char, std::char_traits<char> >',
}

const SUFFIXES: Readonly<Record<string, string>> = {
  int: '',
  'unsigned int': 'u',
  long: 'l',
  'unsigned long': 'ul',
  'long long': 'll',
  'unsigned long long': 'ull',
}

function print({ left, right }: Type): string {
  return left + right
}

function plain(text: string): Type {
  return { left: text, right: '' }
}

function plainName(text: string): Name {
  return { text, base: lastPart(text), template: false, untyped: false, qualifiers: '' }
}

/** The last part of a qualified name without its template arguments: what its constructor is called. */
function lastPart(text: string): string {
  let end = text.length
  if (text.endsWith('>') && !/operator[-<>=]*>$/.test(text)) {
    let depth = 0
    for (let i = text.length - 1; i >= 0; i--) {
      if (text[i] === '>') depth++
      else if (text[i] === '<' && --depth === 0) {
        end = i
        break
      }
    }
  }
  let depth = 0
  for (let i = end - 1; i > 0; i--) {
    const char = text[i]
    if (char === '>' || char === ')' || char === '}') depth++
    else if (char === '<' || char === '(' || char === '{') depth--
    else if (depth === 0 && char === ':' && text[i - 1] === ':') return text.slice(i + 1, end)
  }
  return text.slice(0, end)
}

function pointer({ left, right }: Type, mark: string): Type {
  if (right.startsWith('(')) return { left: `${left}(${mark}`, right: `)${right}` }
  if (right.startsWith(' [')) return { left: `${left} (${mark}`, right: `)${right}` }
  // a reference to a reference is one
  if (mark !== '*' && /&$/.test(left)) return { left: mark === '&' ? left.replace(/&+$/, '&') : left, right }
  return { left: left + mark, right }
}

function after({ left, right }: Type, words: string): Type {
  return right.startsWith('(') ? { left, right: right + words } : { left: left + words, right }
}
