/**
 * What a terminal was told and not shown: colours (`ESC[31m`), the cursor (`ESC[2J`, `ESC[?2004l`), titles (`ESC]0;...BEL`), and the
 * carriage returns with which `script` records a line's start (`\r` after such a command, `\r\r\n` at its end):
 *
 *     Script started on 2026-11-21 10:00:00+00:00 [TERM="xterm" TTY="/dev/pts/0" COLUMNS="80" LINES="24"]
 *     ESC[?2004lCR# Overhead  Command  Shared Object  Symbol
 *     ESC[31m    31.58%ESC[m  tmpl     tmpl           [.] odd
 *
 * Source: perf's --stdio-color, bpftrace and BCC run under script(1); ECMA-48.
 */
const ESC = 0x1b
const LF = 10
const CR = 13
const BEL = 7
const BACKSLASH = 0x5c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

/** Longest command that is taken for one; what is longer stays as it stands. */
const LONGEST = 256

/** True when bytes hold a terminal's commands. */
export function hasTerminalCommands(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(ESC); at >= 0; at = bytes.indexOf(ESC, at + 1)) {
    if (bytes[at + 1] === OPEN_BRACKET || bytes[at + 1] === CLOSE_BRACKET) return true
  }
  return false
}

/** True for the start of what `script` recorded: it says so, or begins with the cursor or the title of a prompt. */
export function isRecorded(bytes: Uint8Array): boolean {
  return /^(?:Script started on |\u001b(?:\[\?|\]))/.test(String.fromCharCode(...bytes.subarray(0, 32)))
}

/** Takes a terminal's commands out of a stream of bytes; a command may be split between chunks. Lines keep their numbers. */
export class TerminalFilter {
  /** The command that is being read, from its ESC. */
  private command: number[] = []
  /** The byte before: LF at the start, for a carriage return there moves nothing. */
  private last = LF

  push(chunk: Uint8Array): Uint8Array {
    const out = new Uint8Array(chunk.length + this.command.length)
    let length = 0
    const put = (byte: number): void => {
      if (byte === CR && (this.last === LF || this.last === CR)) return
      out[length++] = byte
      this.last = byte
    }
    for (const byte of chunk) {
      const { command } = this
      if (command.length === 0) {
        if (byte === ESC) command.push(byte)
        else put(byte)
        continue
      }
      const state = next(command, byte)
      command.push(byte)
      if (state === 'open' && command.length < LONGEST) continue
      this.command = []
      if (state === 'done') continue
      // no command after all; the byte may begin one
      const again = command[command.length - 1] === ESC
      for (const kept of again ? command.slice(0, -1) : command) put(kept)
      if (again) this.command = [ESC]
    }
    return out.subarray(0, length)
  }

  /** What is left of a command that the input's end cut. */
  end(): Uint8Array {
    const rest = Uint8Array.from(this.command)
    this.command = []
    return rest
  }
}

/** What a byte makes of a command: one that goes on, one that ends here, or none. */
function next(command: readonly number[], byte: number): 'open' | 'done' | 'none' {
  const kind = command[1]
  if (kind === undefined)
    return byte === OPEN_BRACKET || byte === CLOSE_BRACKET || (byte >= 0x20 && byte <= 0x2f)
      ? 'open'
      : byte >= 0x30 && byte <= 0x7e
        ? 'done'
        : 'none'
  if (kind === CLOSE_BRACKET)
    return byte === BEL || (byte === BACKSLASH && command[command.length - 1] === ESC)
      ? 'done'
      : byte === LF
        ? 'none'
        : 'open'
  if (kind === OPEN_BRACKET && byte >= 0x20 && byte <= 0x3f) return 'open'
  return byte >= (kind === OPEN_BRACKET ? 0x40 : 0x30) && byte <= 0x7e ? 'done' : 'none'
}
