/**
 * Profiles of pprof: Go's runtime and `go tool pprof`, gperftools, Pyroscope, Parca, Node's and Rust's pprof libraries. One protobuf message, usually in
 * gzip; as `protoc --decode perftools.profiles.Profile profile.proto` shows it:
 *
 *     sample_type { type: 1 unit: 2 }                    "cpu" "nanoseconds"; string numbers
 *     sample { location_id: 2 location_id: 1 value: 10000000 label { key: 7 str: 8 } }      leaf first
 *     mapping { id: 1 memory_start: 4194304 filename: 3 }
 *     location { id: 2 mapping_id: 1 address: 4198400 line { function_id: 2 line: 12 } line { function_id: 1 line: 40 } }   innermost inlined first
 *     function { id: 1 name: 5 system_name: 5 filename: 6 }
 *     string_table: "" string_table: "cpu" string_table: "nanoseconds" ...
 *     period_type { type: 1 unit: 2 } period: 10000000 time_nanos: 1764000000000000000 duration_nanos: 5000000000
 *
 * Source: proto/profile.proto of google/pprof.
 */
import type { Parsed } from '../../src/model/index.ts'
import { DiagnosticLog } from '../../src/model/index.ts'
import { GrowingBytes } from '../build/byte-table.ts'
import type { Format, Reader, ReadOptions } from '../reading/format.ts'
import { PprofRows } from './pprof-rows.ts'
import { pprofDatasets } from './pprof-samples.ts'
import { readTables } from './pprof-tables.ts'
import { LEN, VARINT, Wire, WireError } from './protobuf.ts'
import type { TopField } from './top-fields.ts'
import { TopFields } from './top-fields.ts'
import type { Reading } from './whole-file.ts'
import { readingOf } from './whole-file.ts'

const WHAT = 'a pprof profile'

export const pprof: Format = {
  id: 'pprof',
  title: 'pprof profiles, gzip or not: Go, gperftools, Pyroscope, Parca and others',
  sniff: head => isPprof(head.bytes, head.cut),
  reader: options => new PprofReader(options),
}

/** Adds samples up as they come and keeps the other fields, which name what samples point to and stand behind them. */
class PprofReader implements Reader {
  private readonly reading: Reading
  private readonly rows: PprofRows
  private readonly rest = new GrowingBytes()
  private readonly fields = new TopFields(field => this.take(field))

  constructor(options: ReadOptions) {
    this.reading = readingOf(options, new DiagnosticLog(options.source, options.strict), WHAT)
    this.rows = new PprofRows(options.timeline === true)
  }

  push(chunk: Uint8Array): void {
    this.whole(() => this.fields.push(chunk))
  }

  end(): Parsed {
    const { reading, rows } = this
    const { log } = reading
    const datasets = this.whole(() => {
      this.fields.end()
      return pprofDatasets(rows, readTables(this.rest.whole(), reading.fields), reading)
    })
    return { format: pprof.id, datasets, diagnostics: log.list(), skippedLines: log.skippedLines, lost: log.lost }
  }

  private take({ number, type, bytes, whole, start, stop }: TopField): void {
    if (number === 2 && type === LEN) this.rows.add(bytes, start, stop)
    else this.rest.append(bytes, whole, stop)
  }

  private whole<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      if (error instanceof WireError) return this.reading.fields.refuse(`broken protobuf: ${error.message}`)
      throw error
    }
  }
}

/** Wire type of each field of a Profile; 0 is none. */
const TYPES = [-1, LEN, LEN, LEN, LEN, LEN, LEN, VARINT, VARINT, VARINT, VARINT, LEN, VARINT, VARINT, VARINT, VARINT]

/**
 * True for the start of a pprof message. Perfetto's traces and OTLP begin with the same byte: of pprof's fields only sample_type (1) and period_type (11) hold
 * nothing but two numbers, samples hold only fields 1 to 3, and the first string is empty.
 */
export function isPprof(bytes: Uint8Array, cut: boolean): boolean {
  const wire = new Wire(bytes)
  let fields = 0
  let told = false
  let strings = 0
  try {
    while (wire.next()) {
      const { field, type } = wire
      if (field > 15 || (TYPES[field] !== type && !(field === 13 && type === LEN))) return false
      if ((field === 1 || field === 11) && !onlyFields(wire.inside(), 2, true)) return false
      if ((field === 2 || field === 5) && fields < 50 && !onlyFields(wire.inside(), field === 2 ? 3 : 5, false))
        return false
      if (field === 6 && strings++ === 0 && wire.stop !== wire.start) return false
      if (field === 1 || field === 6) told = true
      fields++
    }
    return told && (strings > 0 || cut)
  } catch {
    // a head may end inside a field, and a file that is cut is refused as what it is
    return told && fields > 1
  }
}

function onlyFields(wire: Wire, most: number, numbers: boolean): boolean {
  let count = 0
  while (wire.next()) {
    if (wire.field > most || (numbers && wire.type !== VARINT)) return false
    count++
  }
  return !numbers || count > 0
}
