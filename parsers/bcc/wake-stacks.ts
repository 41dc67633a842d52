/**
 * Who woke whom: wakeuptime (python, libbpf) and offwaketime, microseconds of waiting per pair of stacks:
 *
 *     Tracing blocked time (us) by kernel stack... Hit Ctrl-C to end.
 *
 *         target:          vmstat              wakeuptime: the target, the waker's stack leaf first, the waker
 *         ffffffff810df082 hrtimer_wakeup
 *         ffffffff8178adee xen_do_hypervisor_callback
 *         waker:           swapper/1
 *             4000415
 *
 *         waker:           swapper/0 0         offwaketime: the waker's stack, `--`, the target's stack leaf first, the target
 *         __wake_up
 *         --               --                  2016: `-                -`, the waker's stack root first, no pids
 *         schedule
 *         target:          cksum 1234
 *             56529
 *
 * Source: bcc tools/wakeuptime.py:261, offwaketime.py:433; libbpf-tools wakeuptime.c:180; FORMATS c3.
 */

import type { FrameKind, Parsed } from '../../src/model/index.ts'
import { DiagnosticLog, kindCode, ROOT } from '../../src/model/index.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import type { Format, ReadOptions } from '../reading/format.ts'
import { stripInterrupt } from '../reading/head.ts'
import type { LineSink } from '../reading/lines.ts'
import { lineReader } from '../reading/lines.ts'
import { TASK } from '../stacks/frame-kind.ts'
import { addFrame, addStack, kernelFrames, kindOfSymbol } from '../stacks/kernel-side.ts'
import type { FrameLine } from '../stacks/symbol.ts'
import { readSymbol } from '../stacks/symbol.ts'
import { bannerFacts, isBanner } from '../words/banners.ts'
import { commOf } from '../words/comm.ts'
import { takeCutMark } from '../words/cut-mark.ts'
import type { BannerFacts } from '../words/tool-values.ts'
import { BLOCKED, bannerMeta } from '../words/tool-values.ts'

const MARKER = kindCode('marker')
const WAKER = kindCode('waker')

const PARTY = /^\s*(target|waker):(?: {10,11}|\s+)([^]*)$/
const PADDED_PARTY = /^(?: {4}|\t {0,10})(?:target: {10}|waker: {1,11})([^]*)$/
const VALUE = /^\s*(-?\d+)\s*$/
const HALVES = /^\s*(?:--\s+--|-\s+-|--)\s*$/
const SIDES = /^\s*-\s*$/

/** Roots of user stacks: what is printed after them belongs to the kernel. */
const USER_ROOT = /^\[unknown|^(?:_start|__libc_start_(?:main|call_main)|__clone3?|clone3?|start_thread|main)\b/

export const wakeStacks: Format = {
  id: 'wake-stacks',
  title: 'BCC wake-up stacks (wakeuptime, offwaketime)',
  /** Both parties; or the banner and no data at all. */
  sniff: head =>
    (head.lines.some(line => /^\s*waker:\s/.test(line)) && head.lines.some(line => /^\s*target:\s/.test(line))) ||
    (head.lines.length === 0 && head.text.split('\n').some(line => bannerFacts(line)?.value?.name === BLOCKED.name)),
  reader(options) {
    const log = new DiagnosticLog(options.source, options.strict)
    return lineReader(new WakeStacksReader(log, options), log)
  },
}

interface Record {
  /** The party named first: the target of wakeuptime, the waker of offwaketime. */
  readonly first: 'target' | 'waker'
  readonly firstComm: string
  secondComm: string | undefined
  /** Frames before and after the line between the two halves. */
  before: FrameLine[]
  after: FrameLine[] | undefined
  /** Where `-` stood in each half; -1 = nowhere. */
  beforeSides: number
  afterSides: number
  /** The line between the halves was that of 2016. */
  old: boolean
  lines: number
  readonly line: number
  readonly text: string
}

class WakeStacksReader implements LineSink {
  private readonly log: DiagnosticLog
  private readonly offsets: boolean
  private readonly profile: ProfileBuilder
  private facts: BannerFacts = {}
  private record: Record | undefined
  private chains = 0

  constructor(log: DiagnosticLog, options: ReadOptions) {
    this.log = log
    this.profile = new ProfileBuilder(options)
    this.offsets = options.offsets === true
  }

  line(text: string, number: number): void {
    const line = stripInterrupt(text)
    if (line.trim() === '') return this.abandon(true)
    const party = PARTY.exec(line)
    if (party !== null)
      return this.party(party[1] as 'target' | 'waker', commOf(PADDED_PARTY.exec(line)?.[1] ?? party[2]!), number, text)
    if (takeCutMark(this.log, line, number, text)) return this.abandon(true)
    const { record } = this
    if (record === undefined) return this.between(line, number, text)
    record.lines++
    const value = VALUE.exec(line)
    if (value !== null && record.secondComm !== undefined) return this.close(record, Number(value[1]), number, text)
    if (SIDES.test(line)) {
      if (record.after === undefined) record.beforeSides = record.before.length
      else record.afterSides = record.after.length
    } else if (HALVES.test(line)) {
      record.old = !line.includes('--')
      record.after ??= []
    } else {
      ;(record.after ?? record.before).push(readSymbol(line, this.offsets))
    }
  }

  end(): Parsed {
    this.abandon(false)
    const tool = this.facts.tool ?? (this.chains > 0 ? 'offwaketime' : 'wakeuptime')
    const datasets =
      this.profile.samples === 0
        ? []
        : [
            this.profile.finish(
              'blocked',
              this.facts.value ?? BLOCKED,
              bannerMeta({ ...this.facts, tool, event: 'blocked' }),
            ),
          ]
    return {
      format: wakeStacks.id,
      datasets,
      diagnostics: this.log.list(),
      skippedLines: this.log.skippedLines,
      lost: this.log.lost,
    }
  }

  private party(role: 'target' | 'waker', comm: string, number: number, text: string): void {
    const { record } = this
    if (record !== undefined && record.first !== role && record.secondComm === undefined) {
      record.secondComm = comm
      record.lines++
      return
    }
    this.abandon(true)
    this.record = {
      first: role,
      firstComm: comm,
      secondComm: undefined,
      before: [],
      after: undefined,
      beforeSides: -1,
      afterSides: -1,
      old: false,
      lines: 1,
      line: number,
      text,
    }
  }

  private between(line: string, number: number, text: string): void {
    const facts = bannerFacts(line)
    if (facts !== undefined) this.facts = { ...this.facts, ...facts }
    else if (!isBanner(line)) this.log.skip(number, text, 'a line outside of a record; expected `target:` or `waker:`')
  }

  private close(record: Record, value: number, number: number, text: string): void {
    this.record = undefined
    if (value < 0) {
      this.profile.leaveOut(value)
      return this.log.note('negative-value', 'a stack with a negative value cannot be drawn and is left out', {
        line: number,
        text,
      })
    }
    if (value > Number.MAX_SAFE_INTEGER)
      this.log.note('inexact-value', 'a value above 2^53 is kept only to 53 bits', { line: number, text })
    this.profile.add(record.first === 'target' ? this.wakeup(record) : this.chain(record), value)
  }

  /** waker; its stack; target */
  private wakeup(record: Record): number {
    const { stacks } = this.profile
    const waker = stacks.child(ROOT, stacks.frame(record.secondComm!, '', TASK))
    const frames = record.after === undefined ? record.before : [...record.before, ...record.after]
    const kernel = kernelFrames(frames)
    const node = addStack(stacks, waker, frames, kernel > 0 ? kernel : frames.length)
    return stacks.child(node, stacks.frame(record.firstComm, '', TASK))
  }

  /** target; its user stack; its kernel stack; --; the waker's stacks, innermost first; waker */
  private chain(record: Record): number {
    this.chains++
    const { stacks } = this.profile
    const withPids = !record.old && record.after !== undefined
    const [waker, target] = [record.firstComm, record.secondComm!].map(comm =>
      withPids ? comm.replace(/ -?\d+$/, '') : comm,
    )
    const after = record.after ?? []
    let node = stacks.child(ROOT, stacks.frame(target!, '', TASK))
    if (record.afterSides >= 0) {
      node = addStack(stacks, node, after.slice(record.afterSides), 0)
      node = stacks.child(node, stacks.frame('-', '', MARKER))
      node = addStack(stacks, node, after.slice(0, record.afterSides), record.afterSides)
    } else {
      const kernel = this.facts.side === 'kernel' ? after.length : kernelFrames(after)
      node = addStack(stacks, node, after, kernel)
    }
    node = stacks.child(node, stacks.frame('--', '', MARKER))
    for (const symbol of wakerFrames(record)) node = addFrame(stacks, node, symbol, wakerKind(symbol))
    return stacks.child(node, stacks.frame(waker!, '', WAKER))
  }

  private abandon(inside: boolean): void {
    const { record } = this
    if (record === undefined) return
    this.record = undefined
    if (inside) this.log.skippedLines += record.lines
    this.log.note('truncated-record', 'a pair of stacks without a value at its end', {
      line: record.line,
      text: record.text,
    })
  }
}

const SEPARATOR: FrameLine = { name: '-', module: '' }

/** The waker's frames as they stand in a chain: kernel innermost first, then user innermost first. */
function wakerFrames(record: Record): readonly FrameLine[] {
  const { before, beforeSides } = record
  if (record.old) return [...before].reverse()
  const cut = beforeSides >= 0 ? beforeSides : userFrames(before)
  const [user, kernel] = [before.slice(0, cut), before.slice(cut)]
  return beforeSides >= 0 ? [...kernel, SEPARATOR, ...user] : [...kernel, ...user]
}

/** How many frames at the start of user-then-kernel frames are the user's. */
function userFrames(frames: readonly FrameLine[]): number {
  for (let i = frames.length - 1; i >= 0; i--) if (USER_ROOT.test(frames[i]!.name)) return i + 1
  return 0
}

function wakerKind(symbol: FrameLine): FrameKind {
  const kind = kindOfSymbol(symbol, false)
  return symbol.name === '-' ? 'marker' : kind === 'marker' ? kind : 'waker'
}
