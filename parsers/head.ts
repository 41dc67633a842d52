/** How many bytes of an input detection looks at. */
export const HEAD_BYTES = 64 * 1024

const BANNER = /^(?:Tracing |Sampling at |Attaching \d+ probe|Attached \d+ probe|Detaching|Lost \d+ |Possibly lost \d+ |WARNING: |Warning: |libbpf: |failed to get syms\s*$|Could not open \/|ERROR: failed to look up stack id|ERROR: Unknown error -1: couldn't set RLIMIT|if your program has maps to print|Hit Ctrl-C|\[sudo\] password|\[ perf (?:record|script|inject|data convert): |Script (?:started|done) on )/
/** A command as a terminal shows it: `root@host:~# perf script`, `[me@host dir]$ ...`, `$ sudo ./profile`, `# perf report`. */
const PROMPT = /^(?:(?:[\w.-]+@[\w.-]+:(?:[~/][^\s#$%]{0,200})?|\[[\w.-]+@[\w.-]+[: ][^\s#$%]{0,200}\])[#$%](?: .*)?|[#$%] (?:sudo |time )*(?:perf |bpftrace |\.{0,2}\/[\w./+-]+(?: |$)|[a-z][\w]*(?:-bpfcc|\.bt|\.py)(?: |$)).*|[$%] ?(?:sudo .*)?)$/

/** The start of an input as detection sees it. */
export interface Head {
  /** First non-empty lines that are no banner, leading `^C` removed, at most 400, without line ends. */
  readonly lines: readonly string[]
  /** The same part of the input untouched, for signatures that span lines. */
  readonly text: string
  /** True when the input goes on after `text`. */
  readonly cut: boolean
}

/** Head of an input from its first bytes; the last line is left out when the bytes may have cut it. */
export function headOf(bytes: Uint8Array, cut: boolean): Head {
  const text = new TextDecoder().decode(bytes)
  const all = text.split('\n')
  if (cut && all.length > 1) all.pop()
  const lines: string[] = []
  for (const raw of all) {
    const line = stripInterrupt(raw.endsWith('\r') ? raw.slice(0, -1) : raw)
    if (line.trim() === '' || BANNER.test(line) || isPrompt(line)) continue
    lines.push(line)
    if (lines.length === 400) break
  }
  return { lines, text, cut }
}

/** The line without the terminal's echo of Ctrl-C, which is glued to whatever came next. */
export function stripInterrupt(line: string): string {
  return line.startsWith('^C') ? line.replace(/^(?:\^C)+/, '') : line
}

/** True for a line that a tool prints about itself and not as data (FORMATS: banners). */
export function isBanner(line: string): boolean {
  return BANNER.test(line)
}

/** True for a command that was typed, as a copied terminal shows it. */
export function isPrompt(line: string): boolean {
  return PROMPT.test(line)
}
