/** What takes less is over before anybody could look. */
const PATIENCE_MS = 1000
const EVERY_MS = 200

/** Shows bytes, rate and time left of an input that takes longer than a second on a terminal's stderr; silent everywhere else. */
export class Progress {
  private total = 0
  private done = 0
  private begun = 0
  private shown = 0
  private active = false
  private visible = false

  private readonly shows: boolean

  /** `shows` = false: never, for programs that use the library. */
  constructor(shows = true) {
    this.shows = shows
  }

  start(total: number): void {
    this.active = this.shows && process.stderr.isTTY === true
    this.total = total
    this.done = 0
    this.begun = Date.now()
    this.shown = this.begun + PATIENCE_MS - EVERY_MS
    this.visible = false
  }

  advance(bytes: number): void {
    if (!this.active) return
    this.done += bytes
    const now = Date.now()
    if (now - this.shown < EVERY_MS) return
    this.shown = now
    this.visible = true
    process.stderr.write(`\r${progressLine(this.done, this.total, (now - this.begun) / 1000)}\x1b[K`)
  }

  stop(): void {
    if (this.visible) process.stderr.write('\r\x1b[K')
    this.active = false
  }
}

/** `123 of 270 MB, 180 MB/s, 1 s left`; of an input of unknown length, total 0, `123 MB, 180 MB/s`. */
export function progressLine(done: number, total: number, seconds: number): string {
  const rate = seconds > 0 ? done / seconds : 0
  const left = rate > 0 ? Math.ceil((total - done) / rate) : 0
  const mega = (bytes: number): string => (bytes / 1e6).toFixed(0)
  if (total === 0) return `${mega(done)} MB, ${mega(rate)} MB/s`
  return `${mega(done)} of ${mega(total)} MB, ${mega(rate)} MB/s, ${left} s left`
}
