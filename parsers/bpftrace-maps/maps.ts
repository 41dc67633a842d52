import type { Dataset, DiagnosticLog, Meta } from '../../src/model/index.ts'
import { clockText } from '../../src/model/text/clock.ts'
import type { PrintsOption, Reading } from './growth.ts'
import { readPrints } from './growth.ts'
import { mapHistograms } from './histograms.ts'
import type { KeyPart } from './key.ts'
import { KeyTable, NO_KEY } from './keys.ts'
import type { EntryValue, Gap } from './map-log.ts'
import { MapLog } from './map-log.ts'
import type { BannerUnit } from './map-view.ts'
import { MapView } from './map-view.ts'
import type { Print } from './prints.ts'
import { printsOf } from './prints.ts'
import { MapProfiles } from './profiles.ts'
import { keyedTables, seriesTable, wordedTables } from './tables.ts'

/** Earlier prints of a map that are kept as profiles of their own, and their entries in all. */
const MAX_PRINTS = 500
const MAX_EARLIER_ENTRIES = 1 << 19

/** How maps are to be read. */
export interface MapsOptions {
  /** What joins the parts of a key in this output. */
  readonly separator: ', ' | ','
  /** Names keep their offsets. */
  readonly offsets?: boolean
  readonly prints?: PrintsOption
  /** The output says where each print ends. */
  readonly whole?: boolean
}

/**
 * Collects printed maps and turns each into datasets. A map that is printed again is either the same data grown, of which the last print
 * counts, or was cleared in between, and the prints add up: see readPrints.
 */
export class BpftraceMaps {
  readonly keys = new KeyTable()
  /** What the program's banner says its values are. */
  banner: BannerUnit | undefined
  private readonly logs = new Map<string, MapLog>()
  private readonly options: MapsOptions
  private last: MapLog | undefined
  private gap: Gap = 'end'
  private clock = NaN
  /** Maps that already have a print with the present clock. */
  private readonly stamped = new Set<string>()
  /** Text lines, without their digits, that stood before a print began. */
  private readonly headings = new Set<string>()
  private text = ''

  constructor(options: MapsOptions) {
    this.options = options
  }

  /** Adds a printed entry; without `key` one of a map that has none. */
  add(map: string, key: readonly KeyPart[] | undefined, value: EntryValue): void {
    let log = this.last
    if (log?.name !== map) {
      this.gap = 'end'
      log = this.logs.get(map)
      if (log === undefined) this.logs.set(map, (log = new MapLog(map)))
      this.last = log
    }
    if (this.gap === 'text' && this.headings.has(this.text)) this.gap = 'end'
    if (this.gap === 'end' && this.text !== '' && this.headings.size < 1000) this.headings.add(this.text)
    this.text = ''
    const begins = this.gap === 'end'
    const time = begins && !this.stamped.has(map) ? this.clock : NaN
    if (begins) this.stamped.add(map)
    log.add(key === undefined ? NO_KEY : this.keys.of(key), value, this.gap, time)
    this.gap = 'none'
  }

  /** Something that stands only between prints: the next entry of the same map begins another one. */
  interrupt(): void {
    this.gap = 'end'
  }

  /** A blank line, which ends a print of most maps. */
  blank(): void {
    if (this.gap === 'none') this.gap = 'blank'
  }

  /** A line of the program's own or of another, which may stand between prints or within one. */
  other(line: string): void {
    this.text = line.slice(0, 200).replace(/\d+/g, '#')
    if (this.gap !== 'end') this.gap = 'text'
  }

  setClock(seconds: number): void {
    this.interrupt()
    this.clock = seconds
    this.stamped.clear()
  }

  finish(log: DiagnosticLog, meta: Meta): Dataset[] {
    return [...this.logs.values()].flatMap(map => this.datasets(map, log, meta))
  }

  private datasets(map: MapLog, log: DiagnosticLog, meta: Meta): Dataset[] {
    const view = new MapView(map, this.keys, this.options.separator, this.banner)
    const prints = printsOf(map, this.keys, this.options.whole)
    const reading = readPrints(map, prints, this.options.prints)
    this.note(view, reading, log)
    const found: Dataset[] = []
    if (map.has('hist')) {
      for (const series of mapHistograms(view, prints, reading, meta)) found.push(series)
    }
    if (map.has('series')) found.push(seriesTable(view, prints.at(-1)!, meta))
    if (view.stackColumns.length > 0 || map.has('stack')) {
      for (const profile of this.profiles(view, prints, reading, log, meta)) found.push(profile)
      for (const table of wordedTables(view, prints, reading, meta)) found.push(table)
    } else if (map.has('number') || map.has('stats') || (map.has('text') && !map.has('hist'))) {
      for (const table of keyedTables(view, prints, reading, meta)) found.push(table)
    }
    return found
  }

  private note(view: MapView, reading: Reading, log: DiagnosticLog): void {
    const { name } = view.log
    if (reading.assumed !== undefined)
      log.note('assumed-prints', `${name}: ${reading.assumed}; --prints last or --prints sum says otherwise`, {
        severity: 'info',
      })
    if (view.ambiguous > 0)
      log.note(
        'ambiguous-key',
        `keys of ${name} have a comma within a part, which bpftrace does not mark; their parts may be cut at another`,
        { count: view.ambiguous, severity: 'info' },
      )
  }

  /** One profile per measure; of a map that grew, the earlier prints follow under names of their own. */
  private profiles(
    view: MapView,
    prints: readonly Print[],
    reading: Reading,
    log: DiagnosticLog,
    meta: Meta,
  ): Dataset[] {
    const profiles = new MapProfiles(view, this.options.offsets === true, log, meta)
    const { name } = view.log
    const found: Dataset[] = profiles.of(name, reading.counting)
    if (reading.how !== 'grew') return found
    const newest = prints[prints.length - 1]!
    let first = prints.length - 1
    while (
      first > 0 &&
      prints.length - first <= MAX_PRINTS &&
      newest.start - prints[first - 1]!.start <= MAX_EARLIER_ENTRIES
    )
      first--
    if (first > 0)
      log.note('prints-left-out', `${first} earlier prints of ${name} are not kept; a print contains those before it`, {
        count: first,
        severity: 'info',
      })
    for (let i = first; i < prints.length - 1; i++) {
      const { time } = prints[i]!
      const at = Number.isNaN(time) ? '' : ` at ${clockText(time)}`
      for (const profile of profiles.of(`${name} print ${i + 1}${at}`, [prints[i]!])) found.push(profile)
    }
    return found
  }
}
