/** The parts of the page that need no browser: what it reads is what the command reads, in whatever pieces it comes. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { draw, eventsOf, picturesOf } from '../src/app/client/pictures.ts'
import type { GivenFile } from '../src/app/client/reading.ts'
import { readFiles } from '../src/app/client/reading.ts'
import * as shims from '../src/app/client/shims.ts'
import { readInput } from '../src/cli/input/input.ts'
import { bpfview, scratch } from './command.ts'

const given = (path: string, as = path): GivenFile => ({ path: as, blob: new Blob([readFileSync(path)]) })
const nothing = (): void => undefined

function capture(name: string): GivenFile[] {
  return readdirSync(join('fixtures/captures', name)).map(file =>
    given(join('fixtures/captures', name, file), `${name}/${file}`),
  )
}

describe('readFiles', () => {
  test.each(['shop', 'offcputime', 'profile-bcc', 'node-jit'])(
    'a folder, and an archive, of the capture %s',
    async name => {
      const tgz = join(scratch(), `${name}.tgz`)
      execFileSync('tar', ['czf', tgz, '-C', 'fixtures/captures', name])
      const wanted = await readInput(tgz, { timeline: true })
      const [folder] = await readFiles(capture(name), nothing)
      const [archive] = await readFiles([given(tgz, 'x.tgz')], nothing)
      expect(archive!.parsed.datasets).toEqual(wanted.datasets)
      expect(folder!.parsed.datasets.map(({ kind }) => kind)).toEqual(wanted.datasets.map(({ kind }) => kind))
      expect(folder!.source).toBe(name)
    },
  )

  test('a file, packed or not, with every byte counted', async () => {
    const text = readFileSync('fixtures/folded/plain.txt')
    const wanted = (await readInput('fixtures/folded/plain.txt')).datasets
    let bytes = 0
    for (const content of [text, gzipSync(text)]) {
      bytes = 0
      const blob = new Blob([content])
      const [input] = await readFiles([{ path: 'x', blob }], length => void (bytes += length))
      expect(input!.parsed.datasets).toEqual(wanted)
      expect(bytes).toBe(blob.size)
    }
  })

  test('what cannot be read is one line', async () => {
    const refuse = (bytes: string | Uint8Array): Promise<unknown> =>
      readFiles([{ path: 'x', blob: new Blob([bytes as BlobPart]) }], nothing)
    await expect(refuse('')).rejects.toThrow(/^x: empty input/)
    await expect(refuse('neither this nor that')).rejects.toThrow(/^x:1: /)
    await expect(refuse(gzipSync('a;b 1\n').subarray(0, 15))).rejects.toThrow(/^x: broken gzip data/)
    await expect(refuse(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0))).rejects.toThrow(/zstd -d FILE/)
    await expect(readFiles([], nothing)).rejects.toThrow(/no file/)
    await expect(
      readFiles([capture('shop').find(({ path }) => path.endsWith('manifest.json'))!], nothing),
    ).rejects.toThrow(/is missing; expected it because the manifest names it/)
  })
})

test('every picture that is offered can be drawn, of every fixture', async () => {
  const names = readdirSync('fixtures', { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(?:txt|json|folded)$/.test(name) && !/golden|captures|incidents/.test(name))
    .filter(name => statSync(join('fixtures', name)).size < 20_000)
  let drawn = 0
  for (const name of names.filter((_, i) => i % 7 === 0)) {
    const inputs = await readFiles([given(join('fixtures', name), name)], nothing).catch(() => undefined)
    if (inputs === undefined) continue
    for (const { id } of picturesOf(inputs)) {
      const { html } = draw(id, inputs, undefined)
      expect(html, `${name}: ${id}`).toMatch(/^<!doctype html>/i)
      drawn++
    }
  }
  expect(drawn).toBeGreaterThan(100)
})

test('events of a capture with several can be chosen', async () => {
  const inputs = await readFiles([given('fixtures/bpftrace/stack-values.txt')], nothing)
  const events = eventsOf(inputs)
  expect(events.length).toBeGreaterThan(1)
  const pages = events.map(event => draw('flame', inputs, event).html)
  expect(new Set(pages).size).toBe(events.length)
})

describe('what stands in the place of node', () => {
  test('SHA-256', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), chunks => {
        const [ours, theirs] = [shims.createHash(), createHash('sha256')]
        for (const chunk of chunks) {
          ours.update(chunk)
          theirs.update(chunk)
        }
        expect(ours.digest()).toBe(theirs.digest('hex'))
      }),
    )
  })

  test('paths', () => {
    const path = fc
      .array(fc.constantFrom('a', 'b.txt', '.', '..', ''), { minLength: 1, maxLength: 5 })
      .map(parts => parts.join('/'))
    fc.assert(
      fc.property(path, path, (a, b) => {
        fc.pre(
          !a.startsWith('/') && !b.startsWith('/') && !/\/\.?$/.test(a) && !/\/\.?$/.test(b) && a !== '' && b !== '',
        )
        expect(shims.posix.normalize(a)).toBe(posix.normalize(a))
        expect(shims.posix.join(a, b)).toBe(posix.join(a, b))
        expect(shims.posix.basename(a)).toBe(posix.basename(a))
        expect(shims.posix.dirname(a.replaceAll('//', '/'))).toBe(posix.dirname(a.replaceAll('//', '/')))
      }),
    )
  })
})

test('the command writes the page, which is small and lets nothing out', async () => {
  const path = join(scratch(), 'bpfview.html')
  const { status, stderr } = await bpfview(['app', '-o', path])
  expect([status, stderr]).toEqual([
    0,
    expect.stringMatching(/^bpfview: \S+bpfview\.html: drop a file on it, [\d.]+ [kM]B\n$/),
  ])
  const page = readFileSync(path, 'utf8')
  expect(statSync(path).size).toBeLessThan(1.5e6)
  expect(page).toContain("connect-src 'none'")
  expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
  expect(await bpfview(['app', '-q', '-o', path])).toEqual({ status: 0, stdout: '', stderr: '' })
  expect((await bpfview(['app'])).stdout).toBe(page)
})
