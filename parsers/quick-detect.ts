/**
 * The format of an input that is beyond doubt from its first bytes: 'folded' or 'perf-script', undefined when the table of formats has to be
 * asked. A claim always agrees with detection; it only saves loading every other reader for the two commonest inputs.
 */
export function plainFormat(head: Uint8Array): 'folded' | 'perf-script' | undefined {
  if (head.length === 0 || head[0]! >= 0x80 || head.subarray(0, 4096).includes(0)) return undefined
  const lines = new TextDecoder().decode(head).split('\n')
  if (lines.length > 1 || head.length >= 512) lines.pop()
  let folded = 0
  let headers = 0
  let frames = 0
  for (const raw of lines.slice(0, 400)) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    // lines that end in a carriage return alone
    if (line.includes('\r')) return undefined
    if (isPlainStack(line)) folded++
    else if (line === '' || FRAME.test(line)) frames++
    else if (line.length < 400 && HEADER.test(line)) headers++
    else return undefined
  }
  // austin's processes and threads
  if (/^[PW]\d+;T/.test(lines[0]!)) return undefined
  if (folded > 0 && headers === 0 && frames === 0) return 'folded'
  return headers > 0 && frames > headers && folded === 0 && HEADER.test(lines[0]!) ? 'perf-script' : undefined
}

const HEADER = /^[A-Za-z][^\t:]{0,15} +\d+(?:\/\d+)? +(?:\[\d{3}\] +)?\d+\.\d{6,9}: +(?:\d+ +)?[\w-]+(?::[\w-]+)?: *$/
const FRAME = /^\t *[0-9a-f]{1,16} \S.* \(\S*\)$/

/** A name, at least one `;` and name more, a blank, a whole number. */
function isPlainStack(line: string): boolean {
  const blank = line.lastIndexOf(' ')
  return (
    blank > 0 &&
    line.length - blank < 17 &&
    /^[A-Za-z_]/.test(line) &&
    /^\d+$/.test(line.slice(blank + 1)) &&
    line.lastIndexOf(';', blank) > 0 &&
    !line.includes(';;')
  )
}
