/** Seconds as printed of a tick, with as many decimals as it needs. */
export function tickText(start: number, tick: number, ticks: number): string {
  const whole = Math.floor(tick / ticks)
  const rest = tick - whole * ticks
  if (rest === 0) return String(start + whole)
  const micros = Math.ceil((rest * 1e6) / ticks - 1e-6)
  return start + whole + '.' + String(micros).padStart(6, '0').replace(/0+$/, '')
}

/** Flat pairs of ticks of `12.3..14.1,20..21` in seconds as printed; what cannot be read is left out. */
export function parseTicks(text: string, start: number, ticks: number): number[] {
  const flat: number[] = []
  for (const part of text.split(',')) {
    const [from, to] = part.split('..').map(Number)
    if (from === undefined || to === undefined || !(to > from)) continue
    flat.push(Math.round((from - start) * ticks), Math.round((to - start) * ticks))
  }
  return flat
}
