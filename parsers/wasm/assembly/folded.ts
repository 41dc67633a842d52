/**
 * Folded stacks by their bytes:
 *
 *     bash;__libc_start_main;main;execute_command 12
 *
 * A line goes frame by frame through a table of names into a prefix tree, and what it shares with the line before is not looked at again. What a name
 * means is asked from the reader around the kernel, once. Every line that is not plainly `frame;frame integer` is left to the plain reader.
 */
import { ByteTable, PAD, bytesHash, lineFeed, valueOf } from './bytes.ts'

/** Number of the frame of this name + 1, times 4, plus the state behind it; see STATES. */
@external('reader', 'learnFrame')
declare function learnFrame(at: usize, length: usize, state: i32): i32
/** What a name says about the tool that printed it, as bits. */
@external('reader', 'learnSigns')
declare function learnSigns(at: usize, length: usize): i32
@external('reader', 'tooManyNodes')
declare function tooManyNodes(): void

const TAB: u8 = 9
const CR: u8 = 13
const BLANK: u8 = 32
const SEMICOLON: u8 = 59

/** Digits of a value at most: as many as a double holds exactly. */
const MAX_DIGITS: usize = 15
/** What a line starts with within so many bytes decides whether it is a comment or a banner. */
const START: usize = 32

/** The text to read: at most so many bytes. */
export const WINDOW_BYTES: usize = 256 << 10
export const text: usize = heap.alloc(WINDOW_BYTES + PAD)

/** Lines that were read. */
export let lineCount: i32 = 0
/** Stacks of the profile and the sum of their values, in the order they came. */
export let stackCount: i32 = 0
export let total: f64 = 0

/** How many stacks have a waker's half, end in the scheduler, or in a name behind a wake-up. */
export let chains: i32 = 0
export let switches: i32 = 0
export let wakes: i32 = 0
const SWITCH_SIGN: i32 = 1
const WAKE_SIGN: i32 = 2

/** States of a walk from root to leaf: bit 0 = in the kernel, bit 1 = in the waker's half; 4 before the first frame. */
const ROOT_STATE: i32 = 4
const STATES: i32 = 5
const WAKER: i32 = 2

const names = ByteTable.make(1 << 12, 64 << 20)
let nameCount: i32 = 0
/** Per name: its signs, then what each state makes of it as learnFrame says; 0 = not asked yet. */
const NAME_WORDS: i32 = STATES + 1
/** Lines with more names than that are left to the plain reader. */
const MAX_NAMES: i32 = 8_000_000
let nameRoom: i32 = 1 << 11
let meanings: usize = heap.alloc(<usize>(nameRoom * NAME_WORDS) << 2)

/** Nodes stand in blocks that never move: parent, frame, and the two children made first (0 = none); nearly every node has at most two. */
const BLOCK_BITS: i32 = 12
export const BLOCK_NODES: i32 = 1 << BLOCK_BITS
const NODE_BYTES: usize = 16
const MAX_NODES: i32 = 64_000_000
export const blocks: usize = heap.alloc(<usize>(MAX_NODES / BLOCK_NODES + 1) << 2)
let blockCount: i32 = 0
export let nodeCount: i32 = 1
/** Values of the nodes of a block stand behind them. */
const VALUES: usize = <usize>BLOCK_NODES * NODE_BYTES

/** The other children: node by (parent, frame), open addressing; 0 = free. */
let others: usize = 0
let othersMask: u32 = 0
let otherCount: u32 = 0

/** The line before, and for each of its frames where it ends in the line, its node, its name and the state after it. */
const MAX_STACK_FRAMES: i32 = 1 << 16
const path: usize = heap.alloc(<usize>MAX_STACK_FRAMES << 4)
let depth: i32 = 0
let before: usize = 0
let beforeLength: usize = 0

/** Starts a file. */
export function start(): void {
  names.clear()
  nameCount = 0
  nodeCount = 1
  if (blockCount == 0) addBlock()
  clearNodes(0)
  store<i32>(load<u32>(blocks), -1)
  store<i32>(load<u32>(blocks), -1, 4)
  if (others == 0) {
    othersMask = (1 << 12) - 1
    others = heap.alloc(<usize>(othersMask + 1) << 2)
  }
  memory.fill(others, 0, <usize>(othersMask + 1) << 2)
  otherCount = 0
  lineCount = 0
  stackCount = 0
  total = 0
  chains = 0
  switches = 0
  wakes = 0
}

/** Bytes that tables and tree hold. */
export function held(): usize {
  return names.used + <usize>nodeCount * (NODE_BYTES + 8)
}

/** Reads whole lines of the text from `from` to `to`. Returns where the first line stands that is for the plain reader, or `to`. */
export function read(from: usize, to: usize): usize {
  if (!ASC_NO_ASSERT) assert(from >= text && to <= text + WINDOW_BYTES)
  let at = from
  depth = 0
  beforeLength = 0
  while (at < to) {
    const feed = lineFeed(at)
    if (!line(at, feed)) break
    lineCount++
    at = feed + 1
  }
  return at
}

/** Takes a plain line. False leaves it to the plain reader. */
function line(at: usize, feed: usize): bool {
  const end = feed > at && load<u8>(feed - 1) == CR ? feed - 1 : feed
  let p = end
  while (p > at && isDigit(load<u8>(p - 1))) p--
  if (p == end || end - p > MAX_DIGITS || p - at < 2) return false
  let value: u64 = 0
  for (let i = p; i < end; i++) value = value * 10 + <u64>(load<u8>(i) - 48)
  p--
  if (load<u8>(p) != BLANK && load<u8>(p) != TAB) return false
  const length = p - at

  let frames = shared(at, min(length, beforeLength))
  let name = at
  let node = 0
  let state = ROOT_STATE
  if (frames > 0) {
    const last = path + (<usize>(frames - 1) << 4)
    name = at + <usize>load<u32>(last) + 1
    node = load<i32>(last, 4)
    state = load<i32>(last, 12)
    // the line before had no blank here
    if (load<u8>(name) == BLANK) return false
  }
  if (name - at < START && !isPlainStart(at, end)) return false
  while (true) {
    const nameEnd = semicolon(name, p)
    // a single frame is no comm, and `; ` may be part of a name
    if (nameEnd == p ? frames == 0 : load<u8>(nameEnd, 1) == BLANK) return false
    if (frames == MAX_STACK_FRAMES) return false
    const number = nameOf(name, nameEnd - name)
    if (number < 0) return false
    const meaning = meanings + (<usize>(number * NAME_WORDS + 1 + state) << 2)
    let known = load<i32>(meaning)
    if (known == 0) {
      known = learnFrame(name, nameEnd - name, state)
      store<i32>(meaning, known)
    }
    state = known & 3
    node = child(node, (known >> 2) - 1)
    if (!ASC_NO_ASSERT) assert(frames < MAX_STACK_FRAMES)
    const here = path + (<usize>frames << 4)
    store<u32>(here, <u32>(nameEnd - at))
    store<i32>(here, node, 4)
    store<i32>(here, number, 8)
    store<i32>(here, state, 12)
    frames++
    if (nameEnd == p) break
    name = nameEnd + 1
  }
  depth = frames
  before = at
  beforeLength = length
  countSigns(frames, state)
  addValue(node, <f64>value)
  return true
}

/** How many whole frames the line at `at` shares with the line before, when they can share `limit` bytes at most. */
function shared(at: usize, limit: usize): i32 {
  let same: usize = 0
  while (same < limit) {
    const unlike = ~i8x16.bitmask(i8x16.eq(v128.load(at + same), v128.load(before + same))) & 0xffff
    if (unlike != 0) {
      same = min(same + <usize>ctz(unlike), limit)
      break
    }
    same += 16
  }
  same = min(same, limit)
  let low = 0
  let high = depth
  while (low < high) {
    const middle = (low + high) >> 1
    if (<usize>load<u32>(path + (<usize>middle << 4)) < same) low = middle + 1
    else high = middle
  }
  return low
}

/** Address of the first `;` from `at` on, at most `end`. */
function semicolon(at: usize, end: usize): usize {
  const wanted = i8x16.splat(SEMICOLON)
  for (let p = at; p < end; p += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(p), wanted))
    if (found != 0) return min(p + <usize>ctz(found), end)
  }
  return end
}

/** Number of a name, -1 when there are too many. */
function nameOf(at: usize, length: usize): i32 {
  const hash = bytesHash(at, length)
  let entry = names.find(at, length, 0, hash)
  if (entry == 0) {
    if (nameCount == MAX_NAMES) return -1
    if (nameCount == nameRoom) growMeanings()
    const signs = learnSigns(at, length)
    const first = meanings + (<usize>(nameCount * NAME_WORDS) << 2)
    memory.fill(first, 0, NAME_WORDS << 2)
    store<i32>(first, signs)
    entry = names.add(at, length, 0, hash, nameCount++)
  }
  return valueOf(entry)
}

function growMeanings(): void {
  const old = meanings
  meanings = heap.alloc(<usize>(nameRoom * 2 * NAME_WORDS) << 2)
  memory.copy(meanings, old, <usize>(nameRoom * NAME_WORDS) << 2)
  nameRoom *= 2
}

/** Counts what a stack says about its tool. */
function countSigns(frames: i32, state: i32): void {
  const last = signsAt(frames - 1)
  if ((state & WAKER) != 0) chains++
  else if ((last & SWITCH_SIGN) != 0) switches++
  else if (frames > 2 && (last & WAKE_SIGN) == 0 && (signsAt(frames - 2) & WAKE_SIGN) != 0) wakes++
}

function signsAt(frame: i32): i32 {
  return load<i32>(meanings + (<usize>(load<i32>(path + (<usize>frame << 4), 8) * NAME_WORDS) << 2))
}

/** Number of the node for `frame` called from the node `parent`. */
export function child(parent: i32, frame: i32): i32 {
  const above = nodeAt(parent)
  const first = load<i32>(above, 8)
  if (first == 0) {
    const made = addNode(parent, frame)
    store<i32>(above, made, 8)
    return made
  }
  if (load<i32>(nodeAt(first), 4) == frame) return first
  const second = load<i32>(above, 12)
  if (second == 0) {
    const made = addNode(parent, frame)
    store<i32>(above, made, 12)
    return made
  }
  return load<i32>(nodeAt(second), 4) == frame ? second : otherChild(parent, frame)
}

function otherChild(parent: i32, frame: i32): i32 {
  let slot = slotOf(parent, frame)
  while (true) {
    const node = load<i32>(others + (<usize>slot << 2))
    if (node == 0) break
    const place = nodeAt(node)
    if (load<i32>(place, 4) == frame && load<i32>(place) == parent) return node
    slot = (slot + 1) & othersMask
  }
  const made = addNode(parent, frame)
  store<i32>(others + (<usize>slot << 2), made)
  if (++otherCount * 2 > othersMask) growOthers()
  return made
}

function slotOf(parent: i32, frame: i32): u32 {
  const hash = (<u64>(<u32>parent) << 32 | <u64>(<u32>frame)) * 0x9e3779b97f4a7c15
  return <u32>(hash >> 32) & othersMask
}

function growOthers(): void {
  const old = others
  const end = old + (<usize>(othersMask + 1) << 2)
  othersMask = othersMask * 2 + 1
  others = heap.alloc((end - old) * 2)
  memory.fill(others, 0, (end - old) * 2)
  for (let place = old; place < end; place += 4) {
    const node = load<i32>(place)
    if (node == 0) continue
    let slot = slotOf(parentOf(node), frameOf(node))
    while (load<i32>(others + (<usize>slot << 2)) != 0) slot = (slot + 1) & othersMask
    store<i32>(others + (<usize>slot << 2), node)
  }
}

function addNode(parent: i32, frame: i32): i32 {
  const node = nodeCount
  if (node >= MAX_NODES) tooManyNodes()
  if ((node & (BLOCK_NODES - 1)) == 0) {
    if (node >> BLOCK_BITS == blockCount) addBlock()
    clearNodes(node >> BLOCK_BITS)
  }
  const place = nodeAt(node)
  store<i32>(place, parent)
  store<i32>(place, frame, 4)
  nodeCount++
  return node
}

function addBlock(): void {
  store<u32>(blocks + (<usize>blockCount << 2), <u32>heap.alloc(VALUES + (<usize>BLOCK_NODES << 3)))
  blockCount++
}

function clearNodes(block: i32): void {
  memory.fill(<usize>load<u32>(blocks + (<usize>block << 2)), 0, VALUES + (<usize>BLOCK_NODES << 3))
}

export function parentOf(node: i32): i32 {
  return load<i32>(nodeAt(node))
}

export function frameOf(node: i32): i32 {
  return load<i32>(nodeAt(node), 4)
}

/** Adds to the value of the stack that ends in a node. */
export function addValue(node: i32, value: f64): void {
  const place = valueAt(node)
  store<f64>(place, load<f64>(place) + value)
  total += value
  stackCount++
}

// @ts-ignore: decorator
@inline
function nodeAt(node: i32): usize {
  return <usize>load<u32>(blocks + (<usize>(node >> BLOCK_BITS) << 2)) + (<usize>(node & (BLOCK_NODES - 1)) << 4)
}

// @ts-ignore: decorator
@inline
function valueAt(node: i32): usize {
  return <usize>load<u32>(blocks + (<usize>(node >> BLOCK_BITS) << 2)) + VALUES + (<usize>(node & (BLOCK_NODES - 1)) << 3)
}

/** True unless a line may be a comment, a banner or the echo of an interrupt, by its first bytes. */
function isPlainStart(at: usize, end: usize): bool {
  const first = load<u8>(at)
  if (first <= BLANK || first >= 0x80 || end - at < 3) return false
  switch (first) {
    case 35: // #
    case 45: // -
    case 47: // /
    case 94: // ^
    case SEMICOLON:
      return false
  }
  switch (load<u32>(at) & 0xffffff) {
    case 0x617254: // Tra
    case 0x6d6153: // Sam
    case 0x747441: // Att
    case 0x746544: // Det
    case 0x736f4c: // Los
    case 0x736f50: // Pos
    case 0x524157: // WAR
    case 0x726157: // War
    case 0x206669: // if
    case 0x746948: // Hit
    case 0x75735b: // [su
      return false
  }
  return true
}

// @ts-ignore: decorator
@inline
function isDigit(code: u8): bool {
  return code >= 48 && code <= 57
}
