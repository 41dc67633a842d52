/**
 * Whether outputs of one tool over time contain those before them, from their values alone: counters grow unless they are cleared.
 */

/** Values of one print: per key and part (a bucket, a sum), and per key what a top list is sorted by. */
export class PrintValues {
  readonly cells = new Map<number, number>()
  readonly ranks = new Map<number, number>()
  total = 0

  /** `part` below 2^20. A cell that is added twice holds the sum. */
  add(key: number, part: number, value: number): void {
    const cell = key * PARTS + part
    this.cells.set(cell, (this.cells.get(cell) ?? 0) + value)
  }

  /** Adds to what the key is sorted by. */
  rank(key: number, value: number): void {
    this.ranks.set(key, (this.ranks.get(key) ?? 0) + value)
    this.total += value
  }
}

/** More buckets or parts than a key has. */
const PARTS = 1 << 20

/** How prints follow one another. */
export interface Growth {
  /**
   * `grew`: each print contains those before it. `cleared`: each begins anew. `cleared-at-times`: only some begin anew.
   */
  readonly how: 'grew' | 'cleared' | 'cleared-at-times'
  /** Prints, by index, that begin anew for certain. */
  readonly clears: ReadonlySet<number>
  /** Evidence in bits that values that only grow do not do so by chance. */
  readonly bits: number
  /** Keys went away as they do from a list of the largest. */
  readonly top: boolean
  /** Of prints that begin anew: nothing shows it but keys that went as they may from a list of the largest. */
  readonly doubtful: boolean
}

/** What happens from one print to the next. */
interface Step {
  readonly is: 'grows' | 'falls' | 'keys-go'
  /** Values that both prints have. */
  readonly common: number
  /** Of these, how many rose: a print that equals the one before tells nothing. */
  readonly risen: number
  /** True when values rose so that keys that went may have been left out by `print(@, N)`. */
  readonly mayBeTop: boolean
  readonly rowsBefore: number
  readonly rows: number
  /** The print's sum divided by that of the print before. */
  readonly ratio: number
}

/** How prints follow one another; `stats` = part 1 of a key is a sum that may fall below 0. */
export function growthOf(prints: Iterable<PrintValues>, stats = false): Growth {
  const steps: Step[] = []
  let before: PrintValues | undefined
  for (const now of prints) {
    if (before !== undefined) steps.push(stepOf(before, now, stats))
    before = now
  }
  const most = steps.reduce((max, step) => Math.max(max, step.rows, step.rowsBefore), 0)
  const clears = new Set<number>()
  let top = false
  let certain = false
  steps.forEach((step, i) => {
    const list = step.is === 'keys-go' && step.mayBeTop && step.rows === most
    if (step.is === 'grows') return
    if (list && step.common > 0) top = true
    else clears.add(i + 1)
    if (!list) certain = true
  })
  const how = clears.size === 0 ? 'grew' : fitsClearsAtTimes(steps, clears) ? 'cleared-at-times' : 'cleared'
  return { how, clears, bits: bitsOf(steps, clears), top, doubtful: clears.size > 0 && !certain }
}

function stepOf(before: PrintValues, now: PrintValues, stats: boolean): Step {
  let common = 0
  let risen = 0
  let falls = false
  for (const [cell, was] of before.cells) {
    const is = now.cells.get(cell)
    if (is !== undefined) {
      if (was > 0) common++
      if (was > 0 && is > was) risen++
      // a total may fall where negative values are added
      if (is < was && !(stats && cell % PARTS === 1 && is < 0)) falls = true
    } else if (was > 0 && now.ranks.has(Math.floor(cell / PARTS))) falls = true
  }
  let smallest = Infinity
  for (const rank of now.ranks.values()) if (rank < smallest) smallest = rank
  let gone = 0
  let mayBeTop = !stats && now.ranks.size >= before.ranks.size
  for (const [key, rank] of before.ranks) {
    if (now.ranks.has(key) || rank === 0) continue
    gone++
    if (rank > smallest) mayBeTop = false
  }
  return {
    is: falls ? 'falls' : gone > 0 ? 'keys-go' : 'grows',
    common,
    risen,
    mayBeTop,
    rowsBefore: before.ranks.size,
    rows: now.ranks.size,
    ratio: before.total > 0 ? now.total / before.total : Infinity,
  }
}

/**
 * How unlikely it is, in bits, that prints of a map that is cleared each time only seem to grow where they do: the n-th rise in a row of
 * unrelated numbers has a chance of 1 in n + 1, and less where many values rise together.
 */
function bitsOf(steps: readonly Step[], clears: ReadonlySet<number>): number {
  let bits = 0
  let run = 1
  steps.forEach((step, i) => {
    if (clears.has(i + 1)) run = 1
    else if (step.risen > 0) {
      run++
      bits += Math.log2(run) + Math.log2(Math.max(1, step.common))
    }
  })
  return bits
}

/** Most of a print's sum that may be left after a clear. */
const RESTART = 0.7

/**
 * True when the map was cleared before some prints only, and grew in between: far fewer falls than unrelated numbers have, or falls at equal
 * distances; and after each the values begin low.
 */
function fitsClearsAtTimes(steps: readonly Step[], clears: ReadonlySet<number>): boolean {
  const restarts = steps.filter((step, i) => clears.has(i + 1) && step.ratio <= RESTART).length
  if (restarts < clears.size * 0.9) return false
  const commons = steps.map(step => step.common).sort((a, b) => a - b)
  const values = Math.max(1, commons[commons.length >> 1]!)
  const n = steps.length
  // falls of n + 1 unrelated numbers in a row: Eulerian; of several at once, independent
  const mean = (n * values) / (values + 1)
  const variance = values === 1 ? (n + 2) / 12 : (n * values) / (values + 1) ** 2
  if (clears.size <= mean - 3 * Math.sqrt(variance)) return true
  const at = [0, ...clears]
  const period = at[1]! - at[0]!
  const even = at.every((start, i) => i === 0 || start - at[i - 1]! === period) && n + 1 - at.at(-1)! <= period
  return even && ((period >= 3 && clears.size >= 3) || (period === 2 && clears.size >= 6))
}
