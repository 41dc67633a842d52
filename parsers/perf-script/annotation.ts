/**
 * Lines that perf script prints beside a sample and that are neither header nor frame:
 *
 *      ilen: 3 insn: 48 01 c2                                                     -F +insn,+insnlen
 *      ABI:2    AX:0x2f5e5ce4bcaa    BX:0x7f84a949e6c0                            -F +iregs
 *                    1d046d5f8 4K 2M                                              -F +phys_addr,+data_page_size,+code_page_size
 *     (TAB)foo+6:                                                                 -F +brstackinsn
 *     (TAB)0000000000401127(TAB)insn: 48 89 e5                     # PRED 1 cycles [1] 3.00 IPC
 *     |5        for (int i = 0; i < n; i++)                                       -F +srccode
 *       BPF output: 0000: 68 65 6c 6c 6f 20 77 6f  hello wo                       event bpf-output
 *                   app  1234 [002]  100.000100: (TAB)metric:     1.23 insn per cycle     -F +metric
 *
 * Source: linux tools/perf/builtin-script.c.
 */
import { frameTextStart } from './frame.ts'

/** What such a line holds; `values` are attributes of the sample, the others are not read. */
export type Annotation = keyof typeof ANNOTATIONS | 'values'

/** What is not read, in words. */
export const ANNOTATIONS = {
  instructions: 'instructions (-F +insn,+insnlen)',
  registers: 'registers (-F +iregs,+uregs)',
  branches: 'branch stacks (-F +brstack,+brstacksym)',
  listings: 'branch listings (-F +brstackinsn)',
  source: 'source code (-F +srccode)',
  metrics: 'metrics (-F +metric)',
  output: 'data of bpf-output events',
} as const

const TAB = 9
const BLANK = 32
const BAR = 124

const METRIC = /\d\.\d{6,9}: ?\tmetric: /
const INSTRUCTION = /^ +(?:ilen: \d+(?: |$)|insn:(?: [0-9a-f]{2})+(?:\s|$))/
const REGISTERS = /^ +ABI:\d+(?: |$)/
const OUTPUT = /^ +(?:BPF (?:output|string): |[0-9a-f]{4}:(?: [0-9a-f]{2}| {3}){1,32}(?: |$))/
/** `%-8d` and a blank behind the bar. */
const SOURCE = /^\|(?=.{8} )\d{1,8} +(?:\S|$)/
const SOURCE_NUMBER = /^\|\d{1,8} {1,8}/
const VALUES = /^ +[0-9a-f]{1,16}(?: (?:N\/A|\d+[KMG]))*$/
/** `FROM/TO/P/-/-/CYCLES`, as -F +brstack prints them. */
const BRANCHES = /^\s*\S+\/[PMN-]\/[X-]\/[A-]\/\d+/
const LISTING = /^\t(?:0[0-9a-f]{15}[\t ]|[0-9a-f]{16}(?:\t| +insn: ))/
const LISTED_SYMBOL = /^\t[^\s][^\t]*[+-]\d+:(?:\t|$)/
const LISTED_START = /^\t[^\s:]+:(?:\t|$)/

/** What the line holds beside a sample, undefined for headers, frames and all others. `tabs` = frames of the file begin with a TAB. */
export function annotationOf(line: string, tabs = false): Annotation | undefined {
  const first = line.charCodeAt(0)
  if (first === TAB) {
    if (LISTING.test(line)) return 'listings'
    return frameTextStart(line) < 0 && (LISTED_SYMBOL.test(line) || LISTED_START.test(line)) ? 'listings' : undefined
  }
  if (first === BAR) return SOURCE.test(line) && line.length > 9 && isSource(line) ? 'source' : undefined
  if (first === BLANK) {
    if (INSTRUCTION.test(line)) return 'instructions'
    if (REGISTERS.test(line)) return 'registers'
    if (OUTPUT.test(line)) return 'output'
    if (BRANCHES.test(line)) return 'branches'
    if (tabs && VALUES.test(line)) return 'values'
  }
  return line.includes('\tmetric: ') && METRIC.test(line) ? 'metrics' : undefined
}

/** True when nothing but a line number stands in the nine columns behind the bar. */
function isSource(line: string): boolean {
  const number = SOURCE_NUMBER.exec(line)![0].trimEnd()
  return line.slice(number.length, 10).trim() === ''
}
