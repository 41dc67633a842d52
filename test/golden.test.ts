/**
 * fixtures/FORMAT/CASE.EXT is read and everything it gave is compared with fixtures/FORMAT/CASE.golden; its bytes in other chunks, and with CRLF ends,
 * must give the same. fixtures/malformed/CASE.EXT may also end in a BpfviewError, which is its golden then. Adding two files adds a test.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { detect, parse } from '../parsers/parse.ts'
import { BpfviewError } from '../src/model/index.ts'
import { dump } from './dump.ts'

const ROOT = 'fixtures'
/** Folders with tests of their own. */
const OTHERS = new Set(['captures', 'incidents', 'workloads', 'render', 'policy', 'check', 'terminal'])

const folders = readdirSync(ROOT)
  .filter(name => !OTHERS.has(name) && statSync(join(ROOT, name)).isDirectory())
  .sort()

for (const folder of folders) {
  const files = readdirSync(join(ROOT, folder))
    .filter(name => !name.endsWith('.golden') && statSync(join(ROOT, folder, name)).isFile())
    .sort()
  describe(folder, () => {
    test('has cases', () => expect(files.length).toBeGreaterThan(0))
    test.each(files)('%s', async file => {
      const bytes = bytesOf(join(ROOT, folder, file))
      const golden = outcome(bytes, file)
      await expect(golden).toMatchFileSnapshot(
        join('..', ROOT, folder, `${basename(file).replace(/\.[^.]+(?:\.gz)?$/, '')}.golden`),
      )
      expect(outcome(chunked(bytes, 7), file), 'in chunks of 7 bytes').toBe(golden)
      expect(outcome(chunked(bytes, 1), file), 'in chunks of 1 byte').toBe(golden)
      if (folder === 'malformed') return
      expect(detect(bytes)?.id, 'claimed by its own format').toBe(folder)
      if (!bytes.includes(13) && !bytes.includes(0)) expect(outcome(crlf(bytes), file), 'with CRLF').toBe(golden)
    })
  })
}

function outcome(input: Uint8Array | Iterable<Uint8Array>, source: string): string {
  try {
    return dump(parse(input, { source }))
  } catch (error) {
    if (!(error instanceof BpfviewError)) throw error
    return `${error.code} ${error.message}\n`
  }
}

function bytesOf(path: string): Uint8Array {
  const bytes = readFileSync(path)
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes
}

function* chunked(bytes: Uint8Array, size: number): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

function crlf(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length * 2)
  let length = 0
  for (const byte of bytes) {
    if (byte === 10) result[length++] = 13
    result[length++] = byte
  }
  return result.subarray(0, length)
}
