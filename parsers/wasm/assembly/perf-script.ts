/**
 * Complete records of perf script, of the plainest shape, by their bytes:
 *
 *     cc1 15590 [000]   853.078961:     333444 cpu-clock:ppp:
 *             7f4e0aef2ad7 ggc_internal_alloc+0x27 (/usr/lib/gcc/x86_64-linux-gnu/12/cc1)
 *
 *     (an empty line)
 *
 * A frame line seen before is known by its bytes, a new one by those of its symbol and module, a header by those of its task and event, and a cell by its
 * task, event and frames. What is new is asked from the reader around the kernel, once. Every other line is left to the plain reader.
 */
import { ByteTable, PAD, bytesHash, keyOf, lineFeed, mixed, sameBytes, valueOf } from './bytes.ts'

/** Each gives the number of what stands at an address; negative numbers leave the line to the plain reader. */
@external('reader', 'learnTask')
declare function learnTask(at: usize, length: usize): i32
@external('reader', 'learnEvent')
declare function learnEvent(at: usize, length: usize): i32
@external('reader', 'learnModule')
declare function learnModule(at: usize, length: usize): i32
@external('reader', 'learnFrame')
declare function learnFrame(at: usize, length: usize, module: i32): i32
@external('reader', 'learnLine')
declare function learnLine(at: usize, length: usize): i32

const TAB: u8 = 9
const LF: u8 = 10
const CR: u8 = 13
const BLANK: u8 = 32
const OPEN: u8 = 40
const CLOSE: u8 = 41
const PLUS: u8 = 43
const DOT: u8 = 46
const SLASH: u8 = 47
const ZERO: u8 = 48
const COLON: u8 = 58
const BRACKET: u8 = 91
const X: u8 = 120
/** Length of `(inlined)`. */
const INLINED: usize = 9

/** Shortest and longest frame line, with its line feed, that is looked at. */
const MIN_LINE: usize = 18
const MAX_LINE: usize = 4096
/** A header's time stands within this many bytes. */
const REACH: usize = 96
/** Longest name of an event. */
const MAX_EVENT: usize = 256
/** Longest tail of a header that is remembered. */
const MAX_TAIL: usize = 512
/** More digits than a double holds exactly are left to the plain reader. */
const MAX_DIGITS: usize = 15
/** Sums of periods of so many digits are exact in any order up to 2 ** 53; beyond, every sum of doubles is rounded. */
const MAX_PERIOD_DIGITS: usize = 12

/** The text to read: at most so many bytes. */
export const WINDOW_BYTES: usize = 256 << 10
export const text: usize = heap.alloc(WINDOW_BYTES + PAD)

/**
 * What samples have in common: task, event, 1 with a period, frames (their number and address), and over all of them: how many, the sum of their periods,
 * the first and the last time.
 */
const MAX_CELLS: i32 = 1 << 16
const CELL_BYTES: usize = 48
export const cells: usize = heap.alloc(<usize>MAX_CELLS * CELL_BYTES)
export let cellCount: i32 = 0

/** Each sample by itself, when that is wanted: cell, time, period. */
const MAX_SAMPLES: i32 = 2048
const SAMPLE_BYTES: usize = 24
export const samples: usize = heap.alloc(<usize>MAX_SAMPLES * SAMPLE_BYTES)
export let sampleCount: i32 = 0

/** Why reading stopped: at a line for the plain reader, inside a record that goes on behind the text, or because there is no room for more samples or cells. */
const ODD_LINE: i32 = 0
const MORE: i32 = 1
const SAMPLES_FULL: i32 = 2
const CELLS_FULL: i32 = 3
export let reason: i32 = MORE

/** Lines of the records that were read. */
export let lineCount: i32 = 0

const lines = ByteTable.make(1 << 13, 16 << 20)
const frames = ByteTable.make(1 << 12, 8 << 20)
const modules = ByteTable.make(1 << 8, 1 << 20)
const tasks = ByteTable.make(1 << 8, 1 << 22)
const events = ByteTable.make(1 << 6, 1 << 18)
/** Cells by their frames. */
const stacks = ByteTable.make(1 << 12, 32 << 20)

/** Frames of the open record, leaf first. */
const MAX_STACK_BYTES: usize = WINDOW_BYTES / MIN_LINE * 4
const stack: usize = heap.alloc(MAX_STACK_BYTES + PAD)
let stackEnd: usize = stack
let stackHash: u64 = 0

/** What was given away for other kernels' cells: it is never taken back. */
let roomBytes: usize = 0

/** True while a record is open, and what its header says. */
let open: bool = false
let task: i32 = 0
let event: i32 = 0
let hasPeriod: i32 = 0
let time: f64 = 0
let period: f64 = 0

/** Frames of the file end in `(module)`. */
let hasModules: bool = true
/** Frames of the file begin with a TAB. */
let hasTabs: bool = false
/** Frames depend on more than their symbol and module. */
let wholeLines: bool = false
/** Each sample is wanted by itself. */
let oneByOne: bool = false

/** Starts a file. */
export function start(modulesPrinted: bool, tabsPrinted: bool, framesByLine: bool, samplesOneByOne: bool): void {
  hasModules = modulesPrinted
  hasTabs = tabsPrinted
  wholeLines = framesByLine
  oneByOne = samplesOneByOne
  lines.clear()
  frames.clear()
  modules.clear()
  forgetCells()
}

/** Numbers cells, tasks and events anew. */
export function forgetCells(): void {
  stacks.clear()
  cellCount = 0
  tasks.clear()
  events.clear()
  tailLength = 0
}

/** Bytes that the tables and other kernels' cells hold. */
export function held(): usize {
  return lines.used + frames.used + stacks.used + roomBytes
}

/** Reads whole lines of the text from `from` to `to`, outside a record at first. Returns where the first line stands that belongs to no complete record. */
export function read(from: usize, to: usize): usize {
  if (!ASC_NO_ASSERT) assert(from >= text && to <= text + WINDOW_BYTES)
  let at = from
  let count = 0
  let done = from
  open = false
  sampleCount = 0
  lineCount = 0
  reason = MORE
  while (at < to) {
    const first = load<u8>(at)
    if (first == TAB || (first == BLANK && !hasTabs)) {
      const feed = lineFeed(at)
      const frame = frameOfLine(at, feed, first)
      if (frame >= 0) {
        if (!open) {
          reason = ODD_LINE
          break
        }
        store<i32>(stackEnd, frame)
        stackEnd += 4
        if (!ASC_NO_ASSERT) assert(stackEnd <= stack + MAX_STACK_BYTES)
        stackHash = mixed(stackHash ^ <u64>frame)
        at = feed + 1
        count++
        continue
      }
      if (first == TAB) {
        reason = ODD_LINE
        break
      }
    }
    if (first == LF || (first == CR && load<u8>(at, 1) == LF)) {
      // a record without frames goes on behind an empty line
      if (open && stackEnd != stack) close()
      at += first == LF ? 1 : 2
      count++
      if (open) continue
      done = at
      lineCount = count
    } else {
      const next = header(at)
      if (next == 0) {
        reason = ODD_LINE
        break
      }
      if (open) close()
      done = at
      lineCount = count
      open = true
      stackEnd = stack
      stackHash = 0
      task = nextTask
      event = tailEvent
      hasPeriod = tailHasPeriod
      time = nextTime
      period = tailPeriod
      at = next
      count++
    }
    if (isFull()) {
      reason = CELLS_FULL
      break
    }
    if (sampleCount == MAX_SAMPLES) {
      reason = SAMPLES_FULL
      break
    }
  }
  return done
}

/** Completes the open record. */
function close(): void {
  const cell = openCell()
  if (oneByOne) addSample(cell)
  else count(cell, 1, period, time, time)
  open = false
}

/** Cell of the open record. */
function openCell(): i32 {
  const length = stackEnd - stack
  const salt = (<u32>task << 16) ^ (<u32>event << 1) ^ <u32>hasPeriod
  const hash = mixed(stackHash ^ <u64>salt)
  let entry = stacks.find(stack, length, salt, hash)
  if (entry == 0) {
    entry = stacks.add(stack, length, salt, hash, cellCount)
    newCell(keyOf(entry), <u32>(length >> 2))
  }
  return valueOf(entry)
}

function newCell(frames: usize, depth: u32): void {
  const cell = cellAt(cellCount)
  cellCount++
  store<i32>(cell, task)
  store<i32>(cell, event, 4)
  store<i32>(cell, hasPeriod, 8)
  store<u32>(cell, depth, 12)
  store<u32>(cell, <u32>frames, 16)
  store<u32>(cell, 0, 20)
  store<f64>(cell, 0, 24)
  store<f64>(cell, Infinity, 32)
  store<f64>(cell, -Infinity, 40)
}

/** Adds samples to a cell. */
function count(number: i32, samples: u32, sum: f64, firstTime: f64, lastTime: f64): void {
  const cell = cellAt(number)
  store<u32>(cell, load<u32>(cell, 20) + samples, 20)
  store<f64>(cell, load<f64>(cell, 24) + sum, 24)
  store<f64>(cell, min(load<f64>(cell, 32), firstTime), 32)
  store<f64>(cell, max(load<f64>(cell, 40), lastTime), 40)
}

/** Room for so many bytes of another kernel's cells. */
export function room(bytes: usize): usize {
  roomBytes += bytes
  return heap.alloc(bytes)
}

/**
 * Adds cells [from, to) of another kernel at `cells`, each with the place of its frames behind `frames` instead of their address. `numbers`, `tasks` and
 * `events` = numbers here of what has another one there, negative when it has none. Returns the first cell that there is no room or no number for.
 */
export function absorb(cells: usize, from: i32, to: i32, frames: usize, numbers: usize, tasks: usize, events: usize): i32 {
  for (let i = from; i < to; i++) {
    const cell = cells + <usize>i * CELL_BYTES
    task = numberAt(tasks, load<i32>(cell))
    event = numberAt(events, load<i32>(cell, 4))
    if (task < 0 || event < 0 || isFull()) return i
    hasPeriod = load<i32>(cell, 8)
    const depth = load<i32>(cell, 12)
    const start = load<i32>(cell, 16)
    stackEnd = stack
    stackHash = 0
    for (let j = 0; j < depth; j++) {
      const frame = numberAt(numbers, numberAt(frames, start + j))
      store<i32>(stackEnd, frame)
      stackEnd += 4
      if (!ASC_NO_ASSERT) assert(stackEnd <= stack + MAX_STACK_BYTES)
      stackHash = mixed(stackHash ^ <u64>frame)
    }
    count(openCell(), load<u32>(cell, 20), load<f64>(cell, 24), load<f64>(cell, 32), load<f64>(cell, 40))
  }
  return to
}

// @ts-ignore: decorator
@inline
function numberAt(column: usize, row: i32): i32 {
  return load<i32>(column + (<usize>row << 2))
}

function isFull(): bool {
  return cellCount == MAX_CELLS || !stacks.hasRoom(MAX_STACK_BYTES)
}

function cellAt(number: i32): usize {
  if (!ASC_NO_ASSERT) assert(number >= 0 && number < MAX_CELLS)
  return cells + <usize>number * CELL_BYTES
}

/** Keeps the open record by itself. */
function addSample(cell: i32): void {
  if (!ASC_NO_ASSERT) assert(sampleCount < MAX_SAMPLES)
  const sample = samples + <usize>sampleCount * SAMPLE_BYTES
  sampleCount++
  store<i32>(sample, cell)
  store<f64>(sample, time, 8)
  store<f64>(sample, period, 16)
}

/** Number of the frame on the line [at, feed), -1 when it holds none for sure. */
// @ts-ignore: decorator
@inline
function frameOfLine(at: usize, feed: usize, first: u8): i32 {
  const length = feed + 1 - at
  if (length < MIN_LINE || length > MAX_LINE) return -1
  // a tab and perf's column of addresses nearly identify a line
  const tail = load<u64>(at, 9)
  const hash = mixed(mixed(load<u64>(at, 1) ^ (<u64>length << 56)) ^ tail ^ (tail >> 32))
  const entry = lines.find(at, length, 0, hash)
  return entry != 0 ? valueOf(entry) : newFrameLine(at, feed, hash, first)
}

function newFrameLine(at: usize, feed: usize, hash: u64, first: u8): i32 {
  let frame = wholeLines ? -1 : plainFrame(at, feed)
  if (frame < 0) {
    if (first == BLANK && header(at) != 0) return -1
    frame = learnLine(at, feed - at)
    if (frame < 0) return -1
  }
  lines.add(at, feed + 1 - at, 0, hash, frame)
  return frame
}

/**
 * Number of the frame of the line [at, feed) when it is `ADDRESS SYMBOL+0xOFFSET (MODULE)` or `ADDRESS SYMBOL (MODULE)` and could be nothing else, -1 for
 * all others.
 */
function plainFrame(at: usize, feed: usize): i32 {
  const end = load<u8>(feed - 1) == CR ? feed - 1 : feed
  if (load<u8>(end - 1) != CLOSE) return -1
  let p = at
  while (load<u8>(p) == BLANK || load<u8>(p) == TAB) p++
  const address = p
  while (isHex(load<u8>(p))) p++
  if (p == address || p - address > 16 || load<u8>(p) != BLANK) return -1
  // sixteen digits with leading zeros are no frame of perf's but code in a branch listing
  if (p - address == 16 && load<u8>(address) == ZERO) return -1
  const symbol = p + 1
  if (!isPlain(load<u8>(symbol))) return -1
  let offsets = 0
  let plus: usize = 0
  let bracket: usize = 0
  let closed = 0
  for (let i = symbol; i < end; i++) {
    const code = load<u8>(i)
    if (code == OPEN) {
      bracket = i
      closed = 0
    } else if (code == CLOSE) {
      closed++
    } else if (code == PLUS) {
      if (load<u8>(i, 1) == ZERO && load<u8>(i, 2) == X) {
        plus = i
        offsets++
      }
    } else if (code == COLON) {
      const next = load<u8>(i, 1)
      if (next == BLANK || next == TAB) return -1
    }
  }
  let symbolEnd: usize
  if (offsets == 1) {
    symbolEnd = plus
    bracket = plus + 3
    while (isHex(load<u8>(bracket))) bracket++
    if (bracket == plus + 3 || load<u8>(bracket) != BLANK || load<u8>(++bracket) != OPEN) return -1
    // a module that ends in this word is none: the frame was inlined
    if (bracket != end - INLINED && isInlined(end - INLINED)) return -1
  } else {
    if (offsets > 1 || closed != 1 || bracket == 0 || load<u8>(bracket - 1) != BLANK || !isPlain(load<u8>(bracket - 2))) return -1
    symbolEnd = bracket - 1
  }
  if (symbolEnd <= symbol) return -1
  const module = bracket + 1
  // without a module the address tells whether it is the kernel's
  if (module == end - 1) return -1
  if (!hasModules && load<u8>(module) != SLASH && load<u8>(module) != BRACKET) return -1
  const number = moduleOf(module, end - 1 - module)
  return number < 0 ? -1 : frameOf(symbol, symbolEnd - symbol, number)
}

/** True when ` (inlined)` ends the line, its bracket at `at`. */
function isInlined(at: usize): bool {
  // "(inlined" as a little-endian word
  return load<u8>(at - 1) == BLANK && load<u64>(at) == 0x64656e696c6e6928
}

function moduleOf(at: usize, length: usize): i32 {
  const hash = bytesHash(at, length)
  let entry = modules.find(at, length, 0, hash)
  if (entry == 0) entry = modules.add(at, length, 0, hash, learnModule(at, length))
  return valueOf(entry)
}

function frameOf(at: usize, length: usize, module: i32): i32 {
  const hash = mixed(bytesHash(at, length) ^ <u64>module)
  let entry = frames.find(at, length, module, hash)
  if (entry == 0) entry = frames.add(at, length, module, hash, learnFrame(at, length, module))
  return valueOf(entry)
}

/** Task and time of the header read last; the rest is the tail. */
let nextTask: i32 = 0
let nextTime: f64 = 0

/** Reads the header at `at` when it is `TASK TIME: [PERIOD] EVENT:` with nothing behind. Returns where the next line starts, 0 when it is anything else. */
function header(at: usize): usize {
  if (load<u8>(at) == TAB) return 0
  const colon = timeColon(at)
  if (colon == 0) return 0
  let p = colon
  while (load<u8>(p - 1) != DOT) p--
  const decimals = colon - p
  const dot = p - 1
  p = dot
  while (p > at && isDigit(load<u8>(p - 1))) p--
  if (p == dot || p == at || load<u8>(p - 1) != BLANK || dot - p + decimals > MAX_DIGITS) return 0
  const taskEnd = p
  let ticks: u64 = 0
  for (; p < dot; p++) ticks = ticks * 10 + <u64>(load<u8>(p) - ZERO)
  let scale: u64 = 1
  for (p++; p < colon; p++) {
    ticks = ticks * 10 + <u64>(load<u8>(p) - ZERO)
    scale *= 10
  }

  const next = tailLength > 0 && sameBytes(colon, tail, tailLength) ? colon + tailLength : newTail(colon)
  if (next == 0) return 0
  nextTask = taskOf(at, taskEnd - at)
  if (nextTask < 0) return 0
  nextTime = <f64>ticks / <f64>scale
  return next
}

/** Address of the first colon behind a time, `.123456: ` or with up to nine decimals, of the line at `at`; 0 when there is none within reach. */
function timeColon(at: usize): usize {
  for (let from = at; from < at + REACH; from += 16) {
    const here = v128.load(from)
    const colons = i8x16.eq(here, i8x16.splat(COLON))
    let found = i8x16.bitmask(v128.and(colons, i8x16.eq(v128.load(from, 1), i8x16.splat(BLANK))))
    const feeds = i8x16.bitmask(i8x16.eq(here, i8x16.splat(LF)))
    if (feeds != 0) found &= (feeds & -feeds) - 1
    for (; found != 0; found &= found - 1) {
      const colon = from + <usize>ctz(found)
      let p = colon
      while (p > at && isDigit(load<u8>(p - 1))) p--
      if (colon - p >= 6 && colon - p <= 9 && p > at && load<u8>(p - 1) == DOT) return colon
    }
    if (feeds != 0) return 0
  }
  return 0
}

/** What follows the time of a header, `: [PERIOD] EVENT:` to the line feed, as it was in the last one: mostly it is the same again. */
const tail: usize = heap.alloc(MAX_TAIL + PAD)
let tailLength: usize = 0
let tailEvent: i32 = 0
/** 1 with a period. */
let tailHasPeriod: i32 = 0
let tailPeriod: f64 = 0

/** Reads the tail at `colon`. Returns where the next line starts, 0 when it is none. */
function newTail(colon: usize): usize {
  let p = colon + 1
  while (load<u8>(p) == BLANK) p++
  const digits = p
  let number: u64 = 0
  for (; isDigit(load<u8>(p)) && p - digits <= MAX_PERIOD_DIGITS; p++) number = number * 10 + <u64>(load<u8>(p) - ZERO)
  const printed = p > digits
  if (printed) {
    if (p - digits > MAX_PERIOD_DIGITS || load<u8>(p) != BLANK) return 0
    while (load<u8>(p) == BLANK) p++
  }
  const name = p
  while (load<u8>(p) > BLANK) p++
  const nameEnd = p - 1
  if (nameEnd <= name || nameEnd - name > MAX_EVENT || load<u8>(nameEnd) != COLON) return 0
  while (load<u8>(p) == BLANK) p++
  if (load<u8>(p) == CR) p++
  if (load<u8>(p) != LF) return 0
  const what = eventOf(name, nameEnd - name)
  if (what < 0) return 0
  const length = p + 1 - colon
  tailLength = length <= MAX_TAIL ? length : 0
  memory.copy(tail, colon, tailLength)
  tailEvent = what
  tailHasPeriod = <i32>printed
  tailPeriod = <f64>number
  return p + 1
}

function taskOf(at: usize, length: usize): i32 {
  const hash = bytesHash(at, length)
  let entry = tasks.find(at, length, 0, hash)
  if (entry == 0) entry = tasks.add(at, length, 0, hash, learnTask(at, length))
  return valueOf(entry)
}

function eventOf(at: usize, length: usize): i32 {
  const hash = bytesHash(at, length)
  let entry = events.find(at, length, 0, hash)
  if (entry == 0) entry = events.add(at, length, 0, hash, learnEvent(at, length))
  return valueOf(entry)
}

// @ts-ignore: decorator
@inline
function isDigit(code: u8): bool {
  return code >= 48 && code <= 57
}

// @ts-ignore: decorator
@inline
function isHex(code: u8): bool {
  return isDigit(code) || (code >= 97 && code <= 102)
}

/** ASCII that is neither blank nor control: it cannot be trimmed away. */
// @ts-ignore: decorator
@inline
function isPlain(code: u8): bool {
  return code > 32 && code < 127
}
