/** From the first to the last time; 0 without times. */
export function spanOf(time: Float64Array): number {
  let [low, high] = [Infinity, -Infinity]
  for (const t of time) {
    if (t < low) low = t
    if (t > high) high = t
  }
  return high > low ? high - low : 0
}
