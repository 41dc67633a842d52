import { median } from './quantile.ts'

/**
 * Scale of each run against the median run: the trimmed mean (30 % off each end) of the log share ratios of its entries, as a factor.
 * A run where one huge entry squeezes all others gets a factor below 1 that undoes the squeeze. All 1 with fewer than `least` shared entries.
 */
export function trimmedScales(shares: readonly ArrayLike<number>[], least = 30): Float64Array {
  const scales = new Float64Array(shares.length).fill(1)
  const entries = shares[0]?.length ?? 0
  const reference = new Float64Array(entries)
  for (let i = 0; i < entries; i++) reference[i] = median(shares.map(run => run[i]!))
  for (let r = 0; r < shares.length; r++) {
    const ratios: number[] = []
    for (let i = 0; i < entries; i++) {
      const share = shares[r]![i]!
      if (share > 0 && reference[i]! > 0) ratios.push(Math.log(share / reference[i]!))
    }
    if (ratios.length < least) continue
    ratios.sort((a, b) => a - b)
    const cut = Math.floor(ratios.length * 0.3)
    let total = 0
    for (let i = cut; i < ratios.length - cut; i++) total += ratios[i]!
    scales[r] = Math.exp(total / (ratios.length - 2 * cut))
  }
  return scales
}
