import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { captureManifestSchema } from '../src/model/manifest.ts'

const CAPTURES = 'fixtures/captures'
const sources = readFileSync('fixtures/SOURCES.md', 'utf8')

describe.each(readdirSync(CAPTURES))('capture %s', name => {
  const directory = join(CAPTURES, name)
  const manifest = captureManifestSchema.parse(JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')))

  test('has a manifest that is true', () => {
    expect(manifest.host).toBe('testbox')
    expect(manifest.exit).toBe(0)
    expect(manifest.files.map(file => file.path).sort()).toEqual(readdirSync(directory).filter(file => file !== 'manifest.json').sort())
    for (const file of manifest.files) {
      const bytes = readFileSync(join(directory, file.path))
      expect(file.bytes).toBe(bytes.length)
      expect(file.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
    }
  })

  test('is small, and names no place or host of the machine it came from', () => {
    for (const file of manifest.files) {
      const bytes = readFileSync(join(directory, file.path))
      expect(bytes.length).toBeLessThan(400_000)
      const text = (file.path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
      expect(text).not.toMatch(/\/work\/|\/root\/|\/home\//)
    }
  })

  test('is listed with its origin', () => expect(sources).toContain(`| captures/${name} |`))
})

test('every capture that is listed exists', () => {
  for (const [, name] of sources.matchAll(/^\| captures\/(\S+)/gm)) expect(existsSync(join(CAPTURES, name!, 'manifest.json'))).toBe(true)
})
