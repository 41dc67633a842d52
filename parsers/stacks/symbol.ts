/** A frame line of a BPF tool taken apart. */
export interface FrameLine {
  /** Function as printed, without address, offset and module; an address in hex when that is all there is. */
  readonly name: string
  /** '' = the line names none. */
  readonly module: string
  /** Hex digits of the address as printed, when the line has one. */
  readonly address?: string
  /** What follows the name with its sign: `+0x1a` or `+26`. */
  readonly offset?: string
  /** True for a frame that the tool marks as inlined into its caller. */
  readonly inlined?: boolean
  /** What the frame is called in pictures, where that is not `name`. */
  readonly label?: string
}

const NUMBERED = /^#\d+\s+(?=0x[0-9a-f])/
const LEADING_ADDRESS = /^(?:@\s+)?(?:\[<)?(?:0x)?([0-9a-f]{4,16})(?:>\])?(?:\s+|$)/
const OFFSET = /\+(?:0x[0-9a-f]+|\d+)$/
/** What stands in brackets behind a name and is no module: what a compiler made of the function. */
const NO_MODULE = /^(?:clone \.|with |abi:)/
const V8_NAME = /^(?:JS|LazyCompile|Eval|Function|Script|RegExp|Builtin|BytecodeHandler|Stub|Handler):/
const BUILD_ID = /^([0-9a-f]{40})\s+(0x[0-9a-f]+)$/

/**
 * Function, module, address and offset of a frame line of BCC, libbpf-tools or bpftrace. Source: bcc `b.sym()`, libbpf-tools
 * trace_helpers, bpftrace's stack modes bpftrace, perf and raw (FORMATS c, d):
 *
 *     filemap_map_pages                       vfs_read+0x8e [kernel]           [unknown] [libc-2.31.so]
 *     ffffffff811a2eb0 find_get_entry         7f7212694b70     [unknown]       0x00000000004fb51c<TAB>[unknown] [python3.11]
 *     #6  0x00007f748d9ed519 sym+0xf9 (/path/lib.so+0x15ed519)                 @ 00000000004024d0 pthread_mutex_lock
 *     do_syscall_64+115                       7f1e2c main+2470 (/usr/bin/app)  [inlined] helper@/src/a.c:12
 */
export function parseSymbol(line: string): FrameLine {
  let text = line.trim().replace(NUMBERED, '')
  if (text.startsWith('[inlined] ')) return { name: withoutSource(text.slice(10), true), module: '', inlined: true }
  const built = BUILD_ID.exec(text)
  if (built !== null) return { name: text, module: `build-id ${built[1]!}` }

  let address: string | undefined
  const leading = LEADING_ADDRESS.exec(text)
  if (leading !== null && isAddress(leading[1]!, text)) {
    address = leading[1]!
    text = text.slice(leading[0].length)
    if (text === '') return { name: `0x${address}`, module: '', address }
    if (text.startsWith('<null sym>')) text = `[unknown]${text.slice(10)}`
  }

  let module = ''
  let inlined = false
  if (text.endsWith(']')) {
    const open = text.lastIndexOf(' [')
    if (open > 0 && !NO_MODULE.test(text.slice(open + 2))) {
      module = text.slice(open + 2, -1)
      if (module === 'kernel') module = '[kernel]'
      text = text.slice(0, open).trimEnd()
    } else if (open <= 0 && address !== undefined && !text.startsWith('[unknown')) {
      // libbpf memleak prints only the object of an unknown function
      return { name: '[unknown]', module: text.slice(1, -1), address }
    }
  } else if (address !== undefined && text.endsWith(')')) {
    const open = text.startsWith('(/') || text.startsWith('([') ? 0 : text.lastIndexOf(' (') + 1
    const inside = text.slice(open + 1, -1)
    if (
      (open > 0 || text.startsWith('(')) &&
      (inside.startsWith('/') ||
        inside.startsWith('[') ||
        inside === 'inlined' ||
        OFFSET.test(inside) ||
        !/[,*&<]/.test(inside))
    ) {
      if (inside === 'inlined') inlined = true
      else module = inside.startsWith('[unknown') ? '' : inside.replace(OFFSET, '')
      text = text.slice(0, open).trimEnd()
      if (text === '') text = '[unknown]'
    }
  }
  text = withoutSource(text, address !== undefined)
  const offset = OFFSET.exec(text)
  if (offset !== null && offset.index > 0) text = text.slice(0, offset.index)
  if (text === 'Unknown' && address !== undefined) text = '[unknown]'
  return {
    name: text,
    module: module === 'unknown' ? '' : module,
    ...(address !== undefined && { address }),
    ...(offset !== null && offset.index > 0 && { offset: offset[0] }),
    ...(inlined && { inlined }),
  }
}

/** True for an address in the kernel's half of a 64-bit address space. */
export function isKernelAddress(address: string): boolean {
  return address.length === 16 && address.startsWith('ffff')
}

/** Leading hex digits are an address when they are too many for a word, or when `0x`, `@` or a digit says so. */
function isAddress(digits: string, text: string): boolean {
  if (text.startsWith('0x') || text.startsWith('@') || text.startsWith('[<')) return true
  if (digits.length === text.length) return digits.length >= 8
  return digits.length >= 12 || /[0-9]/.test(digits)
}

/**
 * A name without the source line that bpftrace >= 0.24 (`f+12@/src/a.c:12`) and libbpf memleak (`f+0xc /src/a.c:12`) append to it. The
 * place in a script is part of a name of V8 and stays: `LazyCompile:~ /srv/app.js:12:3`.
 */
function withoutSource(text: string, addressed: boolean): string {
  const line = /:\d+$/.exec(text.slice(-12))
  if (line === null || V8_NAME.test(text) || /:\d+:\d+$/.test(text.slice(-24))) return text
  const end = text.length - line[0].length
  const sign = text.lastIndexOf('@', end)
  const blank = text.lastIndexOf(' ', end)
  const at = blank > sign && !addressed && !OFFSET.test(text.slice(0, blank)) ? sign : Math.max(sign, blank)
  return at > 0 && /[./]/.test(text.slice(at + 1, end)) ? text.slice(0, at) : text
}

/** parseSymbol; with `offsets` the frame is called by its name and offset, as printed. */
export function readSymbol(line: string, offsets: boolean): FrameLine {
  const symbol = parseSymbol(line)
  return offsets && symbol.offset !== undefined ? { ...symbol, label: symbol.name + symbol.offset } : symbol
}
