import { randomSource } from '../../src/stats/random.ts'

/** One changed token of a source file: `text` = the whole file with the change. */
export interface Mutant {
  readonly line: number
  readonly from: string
  readonly to: string
  readonly text: string
}

const SWAPS: readonly (readonly [RegExp, string])[] = [
  [/ \+ /g, ' - '],
  [/ - /g, ' + '],
  [/ \* /g, ' / '],
  [/ \/ /g, ' * '],
  [/ < /g, ' <= '],
  [/ > /g, ' >= '],
  [/ <= /g, ' < '],
  [/ >= /g, ' > '],
  [/ === /g, ' !== '],
  [/ !== /g, ' === '],
  [/ && /g, ' || '],
  [/ \|\| /g, ' && '],
  [/ \+= /g, ' -= '],
  [/\btrue\b/g, 'false'],
  [/\bfalse\b/g, 'true'],
  [/\b0\b/g, '1'],
  [/\b1\b/g, '2'],
  [/(?<=[(\s])!(?=[a-zA-Z(])/g, ''],
  [/\bMath\.max\b/g, 'Math.min'],
  [/\bMath\.min\b/g, 'Math.max'],
]

/** Every single-token change of a source: operators, comparisons, truth values, 0 and 1. Comments, imports, types and texts stay. */
export function mutantsOf(source: string): Mutant[] {
  const found: Mutant[] = []
  let at = 0
  let comment = false
  source.split('\n').forEach((line, index) => {
    const bare = line.trim()
    if (bare.startsWith('/*')) comment = true
    const code =
      !comment && !/^(?:\/\/|\*|import |export (?:type|interface)|type |interface |readonly |} from )/.test(bare)
    if (bare.endsWith('*/')) comment = false
    if (code) {
      const masked = maskTexts(line)
      for (const [token, to] of SWAPS) {
        for (const match of masked.matchAll(token)) {
          const start = at + match.index
          const text = source.slice(0, start) + to + source.slice(start + match[0].length)
          found.push({ line: index + 1, from: match[0], to, text })
        }
      }
    }
    at += line.length + 1
  })
  return found
}

/** The line with its texts and regular expressions blanked, so that only code is left. */
function maskTexts(line: string): string {
  return line
    .replace(/'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*"/g, text => '_'.repeat(text.length))
    .replace(/(?<=[=(,:&|] ?)\/(?:[^/\\\n]|\\.)+\/[a-z]*/g, text => '_'.repeat(text.length))
    .replace(/\/\/.*$/, text => '_'.repeat(text.length))
}

/** A sample of `count` of them, the same for the same seed. */
export function sampleOf<T>(items: readonly T[], count: number, seed: number): T[] {
  const random = randomSource(seed)
  const left = [...items]
  const taken: T[] = []
  while (taken.length < count && left.length > 0) taken.push(...left.splice(Math.floor(random() * left.length), 1))
  return taken
}
