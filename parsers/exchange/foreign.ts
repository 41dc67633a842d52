import type { Head } from '../reading/head.ts'
import type { JsonShape } from './json-shape.ts'
import { jsonShape } from './json-shape.ts'
import { LEN, VARINT, Wire } from './protobuf.ts'

/** A kind of file that is known and not read: what it is and how to make one that is. */
interface Foreign {
  readonly what: string
  readonly way: string
}

const MAGIC: readonly (Foreign & { readonly magic: string })[] = [
  { magic: '\xfd7zXZ\0', what: 'xz-compressed data', way: '`xz -dc FILE | bpfview ... -`' },
  { magic: '\x28\xb5\x2f\xfd', what: 'zstd-compressed data', way: '`zstd -dc FILE | bpfview ... -`' },
  { magic: 'BZh', what: 'bzip2-compressed data', way: '`bzip2 -dc FILE | bpfview ... -`' },
  { magic: 'PK\x03\x04', what: 'a zip archive', way: '`unzip -p FILE | bpfview ... -`' },
  { magic: '7z\xbc\xaf\x27\x1c', what: 'a 7z archive', way: '`7z x -so FILE | bpfview ... -`' },
  { magic: '\x04\x22\x4d\x18', what: 'lz4-compressed data', way: '`lz4 -dc FILE | bpfview ... -`' },
  { magic: 'Nettrace', what: 'a .nettrace file of .NET', way: '`dotnet-trace convert --format Speedscope FILE`' },
  {
    magic: 'JAVA PROFILE 1.',
    what: 'a heap dump of Java (hprof)',
    way: 'a profile: `asprof -e alloc -o collapsed PID`',
  },
  { magic: 'MOJ', what: 'a binary file of austin (MOJO)', way: '`mojo2austin FILE OUT`' },
  {
    magic: 'heap profile:',
    what: 'a heap profile in the old text form of pprof',
    way: '`go tool pprof -proto FILE > OUT.pb.gz`',
  },
]

/** What a file is that is known and not read, with the way to one that is; undefined for all others. */
export function nameForeign(head: Head): string | undefined {
  const found = byMagic(head) ?? byWire(head) ?? byShape(jsonShape(head))
  return found === undefined ? undefined : `${found.what}; expected ${found.way}`
}

function byMagic({ bytes, text }: Head): Foreign | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 20))
  const found = MAGIC.find(({ magic }) => start.startsWith(magic))
  if (found?.magic === 'BZh' && !/^BZh[1-9](?:1AY&SY|\x17rE8P\x90)/.test(start)) return undefined
  if (found?.magic === 'MOJ' && bytes[3]! > 9) return undefined
  if (found !== undefined) return found
  if (/^go 1\.\d+ trace\0/.test(start))
    return { what: 'an execution trace of Go', way: '`go tool trace -pprof=sync FILE > OUT.pb.gz`' }
  if (
    /^(?:\.\n)?\n?(?:\. \.\.\. raw event|(?:\d+ )?0x[0-9a-f]+(?:@\S{1,256})? \[0x[0-9a-f]+\]: event: \d+)/m.test(
      text.slice(0, 2000),
    )
  )
    return { what: 'raw records of perf (-D)', way: '`perf script` without -D' }
  if (/^v8-version,\d/.test(text)) return { what: 'a log of node --prof', way: '`node --cpu-prof` and its .cpuprofile' }
  const dump = /^(?:goroutine profile: total|threadcreate profile: total|--- contention:|--- mutex:)/.exec(text)
  if (dump !== null)
    return {
      what: 'a profile of Go in text form (debug=1)',
      way: 'the same page without `?debug=1`, or `pprof.Lookup(NAME).WriteTo(file, 0)`',
    }
  if (/^goroutine \d+ [^\n]{0,80}\[[^\]\n]{1,80}\]:\n/.test(text))
    return {
      what: 'stacks of goroutines as Go prints them',
      way: 'a profile: `curl -o OUT.pb.gz HOST/debug/pprof/goroutine`',
    }
  if (/^(?:# callgrind format\s*\n|(?:version: \d+\s*\n)?creator: callgrind)/.test(text))
    return { what: 'a call graph of callgrind, which has no stacks', way: 'a profile of samples: `perf record -g`' }
  if (isOldCpuProfile(bytes))
    return {
      what: 'a CPU profile in the old binary form of gperftools',
      way: '`go tool pprof -proto PROGRAM FILE > OUT.pb.gz`',
    }
  return undefined
}

/** The header of gperftools' CPU profile: the words 0, 3, 0, period, 0 of 32 or 64 bits. */
function isOldCpuProfile(bytes: Uint8Array): boolean {
  if (bytes.length < 40) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, 40)
  const words = (size: 4 | 8, little: boolean): number[] =>
    Array.from({ length: 5 }, (_, i) =>
      size === 4 ? view.getUint32(i * 4, little) : Number(view.getBigUint64(i * 8, little)),
    )
  return [words(4, true), words(4, false), words(8, true), words(8, false)].some(
    ([a, b, c, period, e]) => a === 0 && b === 3 && c === 0 && period! > 0 && period! < 1e9 && e === 0,
  )
}

/** Protobufs that begin like pprof's: the packets of Perfetto, each with a time (8) or a sequence (10). */
function byWire({ bytes, cut }: Head): Foreign | undefined {
  if (bytes[0] !== 0x0a) return undefined
  let packets = 0
  let told = false
  try {
    const wire = new Wire(bytes)
    while (wire.next()) {
      if (wire.field !== 1 || wire.type !== LEN) return undefined
      packets++
      const packet = wire.inside()
      while (packet.next()) if ((packet.field === 8 || packet.field === 10) && packet.type === VARINT) told = true
    }
  } catch {
    if (!cut) return undefined
  }
  return packets > 1 && told
    ? { what: 'a trace of Perfetto', way: '`traceconv profile FILE` (pprof files) or `traceconv json FILE OUT.json`' }
    : undefined
}

function byShape(shape: JsonShape): Foreign | undefined {
  if (shape.has('snapshot.meta')) return { what: 'a heap snapshot of V8', way: 'a sampled heap: `node --heap-prof`' }
  if (shape.has('flamebearer') || shape.has('flamebearer.names'))
    return {
      what: 'a flame graph of Pyroscope (flamebearer)',
      way: 'pprof: `profilecli query profile --output pprof=OUT.pb.gz`',
    }
  if (shape.has('recording.events'))
    return {
      what: 'the JSON of `jfr print`',
      way: 'the recording itself',
    }
  if (shape.has('recording.sampleStackTraces') || shape.has('recording.displayName'))
    return { what: 'a timeline recording of Safari', way: 'a profile of Chrome or Firefox' }
  if (shape.text('fileType') === 'Recorded Performance Data')
    return { what: 'a recording of the old Firefox DevTools', way: 'one of profiler.firefox.com' }
  if (shape.has('cost_centres'))
    return { what: 'a profile of GHC', way: 'speedscope: `hs-speedscope`, or folded: `ghc-prof-flamegraph`' }
  if (shape.has('ticks') && shape.has('code'))
    return { what: 'a preprocessed log of node --prof', way: '`node --cpu-prof` and its .cpuprofile' }
  return undefined
}
