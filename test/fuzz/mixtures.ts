/** Inputs made of one or two others as terminals, loggers and editors make them. */

const LF = 10
const CR = 13

/** Mixes an input with another, or with itself, in one of several ways. */
export function mixed(bytes: Uint8Array, other: Uint8Array, random: () => number): Uint8Array {
  const ways = [spliced, interleaved, printedAgain, carriageOnly, brokenFields]
  return ways[Math.floor(random() * ways.length)]!(bytes, other, random)
}

/** The start of one, then the end of the other. */
function spliced(bytes: Uint8Array, other: Uint8Array, random: () => number): Uint8Array {
  return Buffer.concat([
    bytes.subarray(0, Math.floor(random() * bytes.length)),
    other.subarray(Math.floor(random() * other.length)),
  ])
}

/** Lines of both in turns of some length, as two tools write to one terminal. */
function interleaved(bytes: Uint8Array, other: Uint8Array, random: () => number): Uint8Array {
  const [a, b] = [linesOf(bytes), linesOf(other)]
  const mixed: Uint8Array[] = []
  for (let i = 0, j = 0; i < a.length; ) {
    for (let n = 1 + Math.floor(random() * 6); n > 0 && i < a.length; n--) mixed.push(a[i++]!)
    for (let n = Math.floor(random() * 4); n > 0 && j < b.length; n--) mixed.push(b[j++]!)
  }
  return Buffer.concat(mixed)
}

/** The input again behind itself with some numbers grown, as a tool prints maps that are not cleared. */
function printedAgain(bytes: Uint8Array, _: Uint8Array, random: () => number): Uint8Array {
  const again = bytes.slice()
  for (let i = 1; i < again.length; i++) {
    const digit = again[i]!
    if (digit >= 48 && digit < 57 && again[i - 1] === 32 && random() < 0.3) again[i] = digit + 1
  }
  return Buffer.concat([bytes, again.subarray(random() < 0.5 ? 0 : Math.floor(random() * again.length))])
}

/** Line feeds as carriage returns, all of them or some. */
function carriageOnly(bytes: Uint8Array, _: Uint8Array, random: () => number): Uint8Array {
  const share = random() < 0.5 ? 1 : random()
  return bytes.map(byte => (byte === LF && random() < share ? CR : byte))
}

/** Blanks and letters as line breaks: fields with newlines. */
function brokenFields(bytes: Uint8Array, _: Uint8Array, random: () => number): Uint8Array {
  const broken = bytes.slice()
  for (let n = 1 + Math.floor(random() * 8); n > 0 && broken.length > 0; n--)
    broken[Math.floor(random() * broken.length)] = LF
  return broken
}

function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = []
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(LF, start)
    lines.push(bytes.subarray(start, end < 0 ? bytes.length : end + 1))
    if (end < 0) break
    start = end + 1
  }
  return lines
}
