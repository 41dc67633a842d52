/**
 * Words and numbers of a picture. The functions of this file are shipped as text inside interactive pictures too (flame-script.ts), so each
 * stands by itself: no import, no call of another function of this file.
 */

/**
 * Widths of the characters U+0020 to U+007E in hundredths of the font size, each the larger of Arial's and DejaVu Sans', so that a label
 * measured with them fits whichever sans the viewer has.
 */
export const WIDTHS: readonly number[] = [
  32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 56, 102, 68, 69, 72, 77, 67, 61, 78, 75, 29, 50,
  67, 56, 86, 75, 79, 67, 79, 72, 67, 61, 73, 68, 99, 69, 67, 69, 39, 34, 39, 84, 56, 50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59,
  82, 59, 59, 52, 64, 34, 64, 84,
]

/** Width of a text in units of the font size / 100. Characters outside `widths` count as one em, combining marks too. */
export function textWidth(text: string, widths: readonly number[]): number {
  let width = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 0xdc00 && code <= 0xdfff) continue
    width += widths[code - 32] ?? 100
  }
  return width
}

/**
 * A function name cut to fit `room`, by `width`: first without a script's place, arguments and template parameters, then without the front of its path (the
 * method of a Java or C++ name is worth more than its package), at last without its end. '' when not even two characters fit.
 */
export function fitLabel(name: string, room: number, width: (text: string) => number): string {
  if (room < width('ab…')) return width(name) <= room ? name : ''
  const head = name.length > 400 ? name.slice(0, 200) + '…' + name.slice(-199) : name
  if (width(head) <= room) return head
  let bare = head
  // a script function's place (`JS:*route /srv/shop.js:26:15`) goes before its name does
  const script = /^(?:JS|LazyCompile|Function):[*~^+']?[^ *~^+'][^ ]*(?= [^ ]*:\d+:\d+$)/.exec(head)
  if (script !== null) {
    bare = script[0]
    if (width(bare) <= room) return bare
  }
  // arguments and template parameters, by brackets; operators, lambdas and anonymous namespaces keep theirs
  if (/^[^ ]*[<(]/.test(head) && !/operator|^\(|^<|\{|\.\(/.test(head)) {
    let depth = 0
    bare = ''
    for (const char of head) {
      if (char === '<' || char === '(') {
        if (depth++ === 0) bare += char === '<' ? '<…>' : '(…)'
      } else if ((char === '>' || char === ')') && depth > 0) depth--
      else if (depth === 0) bare += char
    }
    // what follows the arguments is a type or a qualifier
    const args = bare.lastIndexOf('(…)')
    if (args > 0 && !/::|\./.test(bare.slice(args))) bare = bare.slice(0, args + 3)
    if (width(bare) <= room) return bare
    bare = bare.replace(/<…>|\(…\)/g, '')
    if (bare === '') bare = head
    if (width(bare) <= room) return bare
  }
  const dotted = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$<][\w$<>]*){2,}$/.test(bare) && !/\.(?:isra|part|constprop|cold|lto_priv|llvm)\b/.test(bare)
  const separators = dotted ? /\./g : /(?:\/|::|;\.|;::|:\.)+/g
  let last = ''
  const starts: number[] = []
  for (let found = separators.exec(bare); found !== null; found = separators.exec(bare)) starts.push(found.index + found[0].length)
  if (starts.length > 0) last = bare.slice(starts[starts.length - 1]!)
  // kworker/0:1 is no path: its last part says nothing
  if (/^[A-Za-z_$~<&*](?:[\w$<>~&*.,-]{2,}|[\w$.]{4,}(?::\d+)+)$/.test(last) && !bare.startsWith('[')) {
    for (const start of starts) {
      const rest = bare.slice(start)
      if (start > 1 && width('…' + rest) <= room) return '…' + rest
    }
    bare = last
  }
  const points = Array.from(bare)
  let low = 0
  let high = points.length
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (width(points.slice(0, middle).join('') + '…') <= room) low = middle
    else high = middle - 1
  }
  if (low === points.length) return bare
  return low < 2 ? '' : points.slice(0, low).join('') + '…'
}

/** A value with its unit for people: `58,112 samples`, `1.25 s`, `12.3 MB`. */
export function formatValue(value: number, unit: string): string {
  const short = (n: number): string => {
    const size = Math.abs(n)
    const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2
    const text = n.toFixed(digits)
    return digits === 0 ? text : text.replace(/\.?0+$/, '')
  }
  const grouped = (n: number): string => {
    const [whole, part] = (Number.isInteger(n) ? String(n) : n.toFixed(2).replace(/\.?0+$/, '')).split('.')
    const digits = whole!.replace(/\B(?=(\d{3})+$)/g, ',')
    return part === undefined ? digits : digits + '.' + part
  }
  const seconds = unit === 's' ? 1 : unit === 'ms' ? 1e-3 : unit === 'us' ? 1e-6 : unit === 'ns' ? 1e-9 : 0
  if (seconds > 0) {
    const nanoseconds = value * (seconds * 1e9)
    const size = Math.abs(nanoseconds)
    if (size >= 999.5e6 || value === 0) return (size >= 1e11 ? grouped(Math.round(nanoseconds / 1e8) / 10) : short(nanoseconds / 1e9)) + ' s'
    if (size >= 999.5e3) return short(nanoseconds / 1e6) + ' ms'
    if (size >= 999.5) return short(nanoseconds / 1e3) + ' µs'
    return short(nanoseconds) + ' ns'
  }
  const bytes = unit === 'bytes' ? 1 : unit === 'KiB' ? 1024 : unit === 'MiB' ? 1048576 : unit === 'GiB' ? 1073741824 : unit === 'pages' ? 0 : 0
  if (bytes > 0) {
    const size = value * bytes
    const names = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB']
    let step = 0
    while (step < names.length - 1 && Math.abs(size) >= 999.5 * 1000 ** step) step++
    return short(size / 1000 ** step) + ' ' + (step === 0 && size === 1 ? 'byte' : names[step]!)
  }
  if (unit === '' || unit === '%') return grouped(value) + unit
  return grouped(value) + ' ' + (value === 1 && /[^s]s$/.test(unit) ? unit.slice(0, -1) : unit === 'count' ? (value === 1 ? 'event' : 'events') : unit)
}

/** A part of a whole as a percentage: `14.62%`, `<0.01%`, `0%`. */
export function formatShare(part: number, whole: number): string {
  if (!(whole > 0) || part === 0) return part === whole && whole > 0 ? '100%' : '0%'
  const percent = part / whole * 100
  if (percent === 100) return '100%'
  if (percent > 0 && percent < 0.005) return '<0.01%'
  if (percent < 100 && percent > 99.995) return '>99.99%'
  return percent.toFixed(2) + '%'
}

/** A frame's name as people read it: without the `_[k]` marks of stackcollapse and BCC. */
export function plainName(name: string): string {
  return name.length > 4 && /_\[[kwij]\]$/.test(name) ? name.slice(0, -4) : name
}

/** A line of facts joined by ` · `, cut between facts where it can be, to fit `room`. */
export function fitLine(line: string, room: number, width: (text: string) => number): string {
  if (width(line) <= room) return line
  const facts = line.split(' · ')
  while (facts.length > 1) {
    facts.pop()
    const shorter = facts.join(' · ') + ' · …'
    if (width(shorter) <= room) return shorter
  }
  const points = Array.from(facts[0] ?? '')
  while (points.length > 1 && width(points.join('') + '…') > room) points.pop()
  return points.length === 0 ? '' : points.join('') + '…'
}

/** Round places between two numbers, at most `count` of them and their distance a 1, 2 or 5 with zeros. */
export function roundTicks(from: number, to: number, count: number): number[] {
  const rough = (to - from) / Math.max(count, 1)
  if (!(rough > 0)) return []
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * (rough <= power ? 1 : rough <= 2 * power ? 2 : rough <= 5 * power ? 5 : 10)
  const ticks: number[] = []
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to * (1 + 1e-12) && ticks.length < 200; i++) ticks.push(i * step + 0)
  return ticks
}
