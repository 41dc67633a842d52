import { isBlank } from '../../src/model/text/chars.ts'
import type { Cell } from '../build/table-builder.ts'
import { durationCell, isAbsent, numberCell, parseNumber } from '../words/cells.ts'
import { dayOf, parseStamp } from '../words/clock.ts'

/** A column of a row layout: what its cells are, and where its label stood. */
export interface Slot {
  readonly cell: Cell
  readonly start: number
  readonly end: number
  /** The last text column takes what is left of the line, blanks and all. */
  readonly rest: boolean
  /** A text column of paths, which mostly begin with `/`: told where the text before it may have blanks too. */
  readonly path?: boolean
}

/** How rows of one table are cut. */
export interface Layout {
  readonly slots: readonly Slot[]
  /** False for copies with collapsed blanks. */
  readonly aligned: boolean
  /** Tokens that only draw (`->`, `<->`): left out of rows. */
  readonly drawn: ReadonlySet<string>
  /** The last column shows depth by indentation, which is kept. */
  readonly indented?: boolean
  /** Rows may stop before the last columns, or leave numbers out in place. */
  readonly short?: boolean
  /** What stands between fields; undefined = blanks. Between separators, an empty field is a field. */
  readonly separator?: string
}

/** A piece of a line that belongs to one column or is part of what belongs to it. */
export interface Token {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** A token that would be longer than any number of them is glued from what is between the outer ones. */
const OUTER = 48
const NO = 1e9
const EMPTY = 40
const EMPTY_IN_PLACE = 6
const DISTANCE_CAP = 14
/** More than one blank between words of one text: mostly the end of the column before. */
const WIDE_GAP = 2
const TIGHT = 6
/** A path that does not begin with `/`, where another word does. */
const NO_PATH = 8

/**
 * Cell texts of a row, one per slot, '' = empty; undefined when the line cannot be a row of this layout. Of all ways to give the line's words
 * to the columns in order, the one that fits the places of the labels best: a shifted column, a blank in a comm and an empty cell all
 * leave the other columns where they were. Cost: words x columns.
 */
export function alignRow(line: string, layout: Layout): string[] | undefined {
  const { slots } = layout
  const tokens = layout.separator === undefined ? wordsOf(line, layout) : fieldsOf(line, layout.separator)
  if (tokens.length === 0) return undefined
  const quick = straight(line, tokens, layout)
  if (quick !== undefined) return quick
  const n = tokens.length
  const k = slots.length
  const width = n + 1
  const search = scratch((k + 1) * width)
  const { cost, from } = search
  cost[0] = 0
  for (let i = 0; i < k; i++) {
    const slot = slots[i]!
    const empty =
      layout.separator !== undefined
        ? NO
        : emptyCost(layout.short === true, slot, layout.aligned && isBlankBetween(line, slot.start, slot.end))
    for (let j = 0; j <= n; j++) {
      const base = cost[i * width + j]!
      if (base >= NO) continue
      const next = (i + 1) * width + j
      if (empty < NO && base + empty < cost[next]!) {
        cost[next] = base + empty
        from[next] = j
      }
      if (j < n) place(line, tokens, layout, { i, j, base }, search)
    }
  }
  if (cost[k * width + n]! >= NO) return undefined
  const cells = cellsOf(line, tokens, layout, from)
  return sparse(cells, slots) ? undefined : cells
}

/** A state of the search: the words before `j` are given to the slots before `i`, for `base`. */
interface State {
  readonly i: number
  readonly j: number
  readonly base: number
}

/** Gives slot `i` one or more words from word `j` on, in every way that its type allows. */
function place(
  line: string,
  tokens: readonly Token[],
  layout: Layout,
  { i, j, base }: State,
  { cost, from }: Scratch,
): void {
  const slot = layout.slots[i]!
  const first = tokens[j]!
  const n = tokens.length
  const most = mostWords(slot, tokens, j, layout)
  const tight =
    j > 0 && i > 0 && layout.aligned && layout.slots[i - 1]!.cell === 'text' && isOneWord(slot.cell)
      ? tightCost(slot, tokens[j - 1]!, first)
      : 0
  let gaps = 0
  for (let m = slot.rest ? n - j : 1; m <= most; m++) {
    const last = tokens[j + m - 1]!
    const gap = m > 1 && last.start - tokens[j + m - 2]!.end > 1
    if (gap) gaps++
    if (slot.cell === 'comm' && m > 1 && last.end - first.start > commLimit(first.text)) break
    if (m === 1 && !fits(slot.cell, first.text) && most === 1) break
    if (slot.cell === 'time' && most === 2 && !fits('time', line.slice(first.start, last.end))) continue
    if (m > 1 && (isOneWord(slot.cell) || slot.cell === 'number')) {
      if (gap) break
      const measured = m === 2 && isMeasured(first.text, last.text, slot.cell)
      if (!measured && (slot.cell === 'number' || !stands(slot, first, last))) continue
    }
    const apart = layout.aligned ? distance(slot, first.start, slot.rest ? first.start : last.end) : 0
    const total = base + apart + tight + wordsCost(slot, first.text, m, layout.aligned && !slot.rest ? gaps : 0)
    const next = (i + 1) * (n + 1) + j + m
    if (total < cost[next]!) {
      cost[next] = total
      from[next] = j
    }
  }
}

/** Most words a slot may take from word `j` on. */
function mostWords(slot: Slot, tokens: readonly Token[], j: number, layout: Layout): number {
  const left = tokens.length - j
  if (slot.cell === 'text') return left
  if (slot.cell === 'comm') return Math.min(left, 8)
  if (slot.cell === 'time') return dayOf(tokens[j]!.text) === undefined ? 1 : Math.min(left, 2)
  if (slot.cell === 'number') return left > 1 && isMeasured(tokens[j]!.text, tokens[j + 1]!.text, slot.cell) ? 2 : 1
  return slot.cell === 'auto' && layout.aligned ? Math.min(left, 12) : 1
}

const SIZE_WORD = /^(?:[KMGTP]i?B?|[KMGTPk]?i?B)$/
const TIME_WORD = /^(?:[nu\u00b5\u03bcm]?s|%)$/

/** A number and, as the next word, its unit. */
function isMeasured(value: string, unit: string, cell: Cell): boolean {
  return (SIZE_WORD.test(unit) || (cell === 'auto' && TIME_WORD.test(unit))) && parseNumber(value) !== undefined
}

/** Cells of one word, unless a table shows by its places that they have more: `15 GB`, `filename="/bin/ls", a`. */
function isOneWord(cell: Cell): boolean {
  return cell === 'auto' || cell === 'word'
}

/** True when the words stand where the label does, at its left or its right end. */
function stands(slot: Slot, first: Token, last: Token): boolean {
  return Math.abs(first.start - slot.start) <= 2 || Math.abs(last.end - slot.end) <= 2
}

/** One blank after a word of a text and not under its own label: mostly another word of that text. */
function tightCost(slot: Slot, before: Token, first: Token): number {
  return first.start - before.end === 1 && (first.start >= slot.end || first.end <= slot.start) ? TIGHT : 0
}

function wordsCost(slot: Slot, first: string, words: number, gaps: number): number {
  if (slot.rest) return restCost(slot, first)
  if (slot.cell === 'comm') return (words - 1) * 2 + gaps * WIDE_GAP
  if (slot.cell === 'text') return (words - 1) * 0.1 + gaps * WIDE_GAP
  return slot.cell === 'number' ? 0 : words - 1
}

/** The cells that the cheapest way through the search gives. */
function cellsOf(line: string, tokens: readonly Token[], layout: Layout, from: Int16Array): string[] {
  const { slots } = layout
  const n = tokens.length
  const cells: string[] = new Array<string>(slots.length).fill('')
  let j = n
  for (let i = slots.length; i > 0; i--) {
    const before = from[i * (n + 1) + j]!
    if (before < j)
      cells[i - 1] =
        before + 1 === j && layout.separator !== undefined
          ? tokens[before]!.text
          : slots[i - 1]!.rest
            ? line.slice(restStart(tokens[before]!.start, slots[i - 1]!, layout)).trimEnd()
            : line.slice(tokens[before]!.start, tokens[j - 1]!.end)
    j = before
  }
  return cells
}

/** Tables of a row's search, used again for every row; they hold nothing between calls. */
let costs = new Float64Array(1024)
let origins = new Int16Array(1024)

interface Scratch {
  readonly cost: Float64Array
  readonly from: Int16Array
}

function scratch(size: number): Scratch {
  if (size > costs.length) {
    costs = new Float64Array(size * 2)
    origins = new Int16Array(size * 2)
  }
  costs.fill(NO, 0, size)
  origins.fill(-1, 0, size)
  return { cost: costs, from: origins }
}

/**
 * Cell texts of a row that is as plain as can be, undefined for all others: its words stand under the labels, and it begins with a number or a time, as
 * nothing but rows of the table does. For most lines of most files, and several times faster than the search.
 */
export function plainRow(line: string, layout: Layout): string[] | undefined {
  const first = layout.slots[0]?.cell
  if (!layout.aligned || layout.separator !== undefined || (first !== 'number' && first !== 'time')) return undefined
  const code = line.charCodeAt(0)
  return code === 32 || (code >= 45 && code < 58) ? straight(line, wordsOf(line, layout), layout) : undefined
}

/** Where the last column begins: at its first word, or under its label where indentation means something. */
function restStart(start: number, slot: Slot, { indented, aligned }: Layout): number {
  return indented === true && aligned && slot.start < start ? slot.start : start
}

/** More words missing than a tool ever leaves out: a line of another kind. */
function sparse(cells: readonly string[], slots: readonly Slot[]): boolean {
  let missing = 0
  for (let i = 0; i < slots.length; i++)
    if (cells[i] === '' && (slots[i]!.cell === 'word' || slots[i]!.cell === 'auto')) missing++
  return missing > Math.max(1, slots.length / 3)
}

/** The plain case: as many words as columns (or more, where the last takes the rest), each of its type and each where its label stands. */
function straight(line: string, tokens: readonly Token[], layout: Layout): string[] | undefined {
  const { slots, aligned, separator } = layout
  const k = slots.length
  if (separator !== undefined)
    return tokens.length === k && tokens.every((token, i) => fits(slots[i]!.cell, token.text))
      ? tokens.map(token => token.text)
      : undefined
  const open = slots[k - 1]!.rest
  if (open ? tokens.length < k : tokens.length !== k) return undefined
  if (!aligned && slots.some(slot => slot.cell === 'comm')) return undefined
  const cells: string[] = []
  for (let i = 0; i < k; i++) {
    const slot = slots[i]!
    const token = tokens[i]!
    if (!fits(slot.cell, token.text)) return undefined
    if (aligned && (token.start >= Math.max(slot.end, slot.start + 2) + 1 || token.end <= slot.start)) return undefined
    cells.push(slot.rest ? line.slice(restStart(token.start, slot, layout)).trimEnd() : token.text)
  }
  return cells
}

/** Fields between separators; one in double quotes may hold separators, two of them inside are one. */
export function fieldsOf(line: string, separator: string): Token[] {
  const tokens: Token[] = []
  let start = 0
  while (start <= line.length) {
    const found = line.indexOf(separator, start)
    const end = found < 0 ? line.length : found
    tokens.push({ text: line.slice(start, end).trim(), start, end })
    start = end + 1
  }
  return glued(line, tokens)
}

function wordsOf(line: string, layout: Layout): Token[] {
  const tokens: Token[] = []
  let i = 0
  while (i < line.length) {
    if (isBlank(line.charCodeAt(i))) {
      i++
      continue
    }
    let end = i + 1
    while (end < line.length && !isBlank(line.charCodeAt(end))) end++
    const text = line.slice(i, end)
    if (!layout.drawn.has(text)) tokens.push({ text, start: i, end })
    i = end
  }
  return glued(line, tokens)
}

/** Words and fields beyond what any table has are one: then cost stays linear in the line. */
function glued(line: string, tokens: Token[]): Token[] {
  if (tokens.length <= 2 * OUTER) return tokens
  const first = tokens[OUTER]!
  const last = tokens[tokens.length - OUTER - 1]!
  return [
    ...tokens.slice(0, OUTER),
    { text: line.slice(first.start, last.end), start: first.start, end: last.end },
    ...tokens.slice(-OUTER),
  ]
}

function fits(cell: Cell, text: string): boolean {
  switch (cell) {
    case 'number':
      return numberCell(text) !== undefined
    case 'time':
      return isAbsent(text) || numberCell(text) !== undefined || parseStamp(text) !== undefined
    case 'duration':
      return durationCell(text) !== undefined
    case 'endpoint':
      return isAbsent(text) || text.includes(':')
    default:
      return true
  }
}

/** Numbers and times are never left out; other cells may be, best where the line is blank under their label. */
function emptyCost(short: boolean, slot: Slot, blank: boolean): number {
  if (short) return blank ? EMPTY_IN_PLACE : EMPTY / 2
  if (slot.cell === 'number' || slot.cell === 'time' || slot.cell === 'duration' || slot.cell === 'endpoint') return NO
  if (slot.cell !== 'comm' && slot.cell !== 'text') return blank ? EMPTY_IN_PLACE : NO
  if (blank) return EMPTY_IN_PLACE / 2
  return slot.rest ? EMPTY_IN_PLACE : EMPTY / 2
}

/** Comms end at 15 bytes; Python 3 prints them as b'..', and some libbpf tools pad with what they know better. */
function commLimit(first: string): number {
  return first.startsWith("b'") || first.startsWith('b"') ? 60 : 36
}

function restCost(slot: Slot, first: string): number {
  if (slot.path === true && !first.startsWith('/')) return NO_PATH
  return slot.cell === 'text' && /^-?\d+$/.test(first) ? 0.5 : 0
}

/** True when there is a cell for every slot, each of its type. */
export function fitsLayout(cells: readonly string[], { slots }: Layout): boolean {
  return cells.length === slots.length && slots.every((slot, i) => fits(slot.cell, cells[i]!))
}

/** How far a word lies from where its label stands: 0 for the same start or end, little for any overlap. */
function distance(slot: Slot, start: number, end: number): number {
  const near = Math.min(Math.abs(start - slot.start), Math.abs(end - slot.end))
  const overlap = start < slot.end && end > slot.start
  return Math.min(overlap ? Math.min(near, 1) : near, DISTANCE_CAP)
}

function isBlankBetween(line: string, start: number, end: number): boolean {
  for (let i = start; i < end && i < line.length; i++) if (!isBlank(line.charCodeAt(i))) return false
  return true
}
