/** Order of two texts by their UTF-16 units, the same on every machine: below 0, 0 or above 0. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Order of two texts by code points, which is the order of their UTF-8 bytes. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    let x = a.charCodeAt(i)
    let y = b.charCodeAt(i)
    if (x === y) continue
    // surrogates stand for code points above all others
    if (x >= 0xd800 && y >= 0xd800) {
      x = x >= 0xe000 ? x - 0x2000 : x + 0x2000
      y = y >= 0xe000 ? y - 0x2000 : y + 0x2000
    }
    return x - y
  }
  return a.length - b.length
}
