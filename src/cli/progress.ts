/** A smaller file is read before anybody could look. */
const WORTH_SHOWING = 32 * 1024 ** 2
const EVERY_MS = 200

/** Shows bytes, rate and time left of a large input on a terminal's stderr; silent everywhere else. */
export class Progress {
  private total = 0
  private done = 0
  private begun = 0
  private shown = 0
  private active = false

  start(total: number): void {
    this.active = process.stderr.isTTY === true && total >= WORTH_SHOWING
    this.total = total
    this.done = 0
    this.begun = this.shown = Date.now()
  }

  advance(bytes: number): void {
    if (!this.active) return
    this.done += bytes
    const now = Date.now()
    if (now - this.shown < EVERY_MS) return
    this.shown = now
    process.stderr.write(`\r${progressLine(this.done, this.total, (now - this.begun) / 1000)}\x1b[K`)
  }

  stop(): void {
    if (this.active) process.stderr.write('\r\x1b[K')
    this.active = false
  }
}

/** `123 of 270 MB, 180 MB/s, 1 s left`. */
export function progressLine(done: number, total: number, seconds: number): string {
  const rate = seconds > 0 ? done / seconds : 0
  const left = rate > 0 ? Math.ceil((total - done) / rate) : 0
  const mega = (bytes: number): string => (bytes / 1e6).toFixed(0)
  return `${mega(done)} of ${mega(total)} MB, ${mega(rate)} MB/s, ${left} s left`
}
