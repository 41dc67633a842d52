/** `bpfview/node`: what programs open is what the command opens. */
import { execFileSync, spawnSync } from 'node:child_process'
import { createReadStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import * as zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { readInput } from '../src/cli/input/input.ts'
import {
  BpfviewError,
  checkText,
  compare,
  exportersOf,
  filterProfile,
  flameGraph,
  focus,
  parse,
  render,
  sum,
  taskNames,
  topFunctions,
  topRows,
} from '../src/index.ts'
import type { Profile } from '../src/model/index.ts'
import { openInput, openInputs, readCapture } from '../src/node/index.ts'
import { scratch } from './command.ts'

const FOLDED = 'fixtures/folded/plain.txt'
const CAPTURE = 'fixtures/captures/offcputime'
const text = readFileSync(FOLDED)
const datasets = parse(text).datasets

function written(name: string, bytes: string | Uint8Array): string {
  const path = join(scratch(), name)
  writeFileSync(path, bytes)
  return path
}

function archive(): string {
  const path = join(scratch(), 'capture.tgz')
  execFileSync('tar', ['czf', path, '-C', 'fixtures/captures', 'offcputime'])
  return path
}

async function refusal(call: Promise<unknown>): Promise<BpfviewError> {
  try {
    await call
  } catch (error) {
    expect(error).toBeInstanceOf(BpfviewError)
    return error as BpfviewError
  }
  throw new Error('was not refused')
}

describe('openInput', () => {
  test('gives the same of a path, a URL, gzip, bytes and streams of bytes or text', async () => {
    const gz = zlib.gzipSync(text)
    const whole = text.toString()
    for (const source of [
      FOLDED,
      pathToFileURL(resolve(FOLDED)),
      written('x.gz', gz),
      text,
      gz,
      createReadStream(FOLDED, { highWaterMark: 100 }),
      createReadStream(FOLDED, { encoding: 'utf8', highWaterMark: 7 }),
      Readable.from([whole.slice(0, 11), whole.slice(11)]),
      Readable.from([gz.subarray(0, 1), gz.subarray(1)]),
      [whole],
      new Blob([text]).stream() as unknown as AsyncIterable<Uint8Array>,
    ])
      expect((await openInput(source)).datasets).toEqual(datasets)
  })

  test('opens captures: directory, manifest, archive, archive as a stream', async () => {
    const whole = await readInput(CAPTURE)
    const tgz = archive()
    expect(whole.datasets[0]!.meta.host).toBeDefined()
    for (const source of [CAPTURE, `${CAPTURE}/manifest.json`, tgz, createReadStream(tgz)])
      expect((await openInput(source)).datasets).toEqual(whole.datasets)
  })

  test.skipIf(!('zstdCompressSync' in zlib))('unpacks zstd', async () => {
    const { zstdCompressSync } = zlib as typeof zlib & { zstdCompressSync(bytes: Uint8Array): Uint8Array }
    expect((await openInput(zstdCompressSync(text))).datasets).toEqual(datasets)
  })

  test.skipIf('zstdCompressSync' in zlib)('says who unpacks zstd where node does not', async () => {
    const { message } = await refusal(openInput(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 1, 2), { source: 'x.zst' }))
    expect(message).toMatch(/^x\.zst: zstd data, .*; expected Node 22\.15 or newer, or `zstd -dc FILE/)
  })

  test('takes the options of parse', async () => {
    const { datasets: found } = await openInput('fixtures/perf-script/cpu-wide.txt', { timeline: true })
    expect(found.some(({ kind }) => kind === 'samples')).toBe(true)
  })

  test('refuses with a code', async () => {
    expect((await refusal(openInput('/no/such/file'))).code).toBe('E_NOT_FOUND')
    expect((await refusal(openInput(''))).code).toBe('E_USAGE')
    expect((await refusal(openInput(7 as unknown as string))).message).toMatch(
      /openInput got a number; expected a path/,
    )
    expect((await refusal(openInput([7] as unknown as string[]))).message).toMatch(/a chunk that is a number/)
    expect((await refusal(openInput(new URL('https://host/x')))).message).toMatch(/"https:"; expected file:/)
    expect((await refusal(openInput('fixtures/captures'))).message).toMatch(/a directory of \d+ runs; .*openInputs/)
    expect((await refusal(openInput(Readable.from([]), { source: 'pipe' }))).message).toMatch(/^pipe: empty input/)
  })
})

test('openInputs: a directory of runs, and several paths, in order', async () => {
  const directory = scratch()
  mkdirSync(join(directory, 'runs'))
  for (const name of ['b', 'a']) writeFileSync(join(directory, 'runs', name), `main;${name} 1\n`)
  const inputs = await openInputs([join(directory, 'runs'), FOLDED])
  expect(inputs.map(({ source }) => source)).toEqual([
    join(directory, 'runs', 'a'),
    join(directory, 'runs', 'b'),
    FOLDED,
  ])
  expect((await openInputs(FOLDED))[0]!.parsed.datasets).toEqual(datasets)
  expect((await refusal(openInputs([7 as unknown as string]))).code).toBe('E_USAGE')
})

test('readCapture: with its manifest; nothing else is a capture', async () => {
  for (const path of [CAPTURE, `${CAPTURE}/manifest.json`, archive()]) {
    const { manifest, datasets: held, format } = await readCapture(path)
    expect(manifest.collector).toBe('stacks-bcc')
    expect([held.length > 0, format]).toEqual([true, 'bcc-stacks'])
  }
  expect((await refusal(readCapture(FOLDED))).code).toBe('E_MANIFEST')
  expect((await refusal(readCapture(scratch()))).code).toBe('E_MANIFEST')
})

test('nothing is written to standard error or output, whatever is read', () => {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `const { openInput } = await import(${JSON.stringify(pathToFileURL(resolve('dist/src/node/index.js')).href)})
       await openInput(${JSON.stringify(CAPTURE)}); await openInput(${JSON.stringify(FOLDED)})`,
    ],
    { encoding: 'utf8' },
  )
  expect([stdout, stderr, status]).toEqual(['', '', 0])
})

describe('what is done with profiles', () => {
  const profile = parse('web-12/13;main;read;[k] 4\nweb;main;write 3\ndb;main;read 2\n').datasets[0] as Profile
  const folded = async (of: Profile): Promise<string> =>
    [...((await render('folded', of)) as Iterable<string>)].join('')

  test('filterProfile: comm, focus and ignore, by name, glob, expression and function', async () => {
    expect(taskNames(profile)).toEqual(['web', 'db'])
    const { samples, ...meta } = profile.meta
    expect(samples).toBe(9)
    expect(filterProfile(profile, {})).toEqual({ ...profile, meta })
    expect(await folded(filterProfile(profile, { focus: 'read' }))).toBe('db;main;read 2\nweb-12/13;main;read;[k] 4\n')
    expect(await folded(focus(profile, ['wri*']))).toBe('web;main;write 3\n')
    expect(await folded(focus(profile, /^READ$/gi))).toBe(await folded(focus(profile, '/^read$/')))
    expect(await folded(filterProfile(profile, { focus: 'main', ignore: name => name === 'read' }))).toBe(
      'web;main;write 3\n',
    )
    expect(await folded(filterProfile(profile, { comm: 'web', focus: 'read' }))).toBe('web-12/13;main;read;[k] 4\n')
    // a task is no function
    expect(sum(focus(profile, 'db').self)).toBe(0)
  })

  test('filterProfile by comm takes what the tasks of a capture say', async () => {
    const { datasets: held } = await openInput('fixtures/captures/shop')
    const shop = held.find(dataset => dataset.kind === 'profile')!
    const names = taskNames(shop)
    expect(names.length).toBeGreaterThan(2)
    const parts = names.map(comm => sum(filterProfile(shop, { comm }).self))
    // every stack has one task
    expect(parts.reduce((a, b) => a + b)).toBe(sum(shop.self))
    expect(sum(filterProfile(shop, { comm: names }).self)).toBe(sum(shop.self))
    expect(sum(filterProfile(shop, { comm: '*' }).self)).toBe(sum(shop.self))
  })

  test('topRows: topFunctions with shares', () => {
    const rows = topRows(profile, { by: 'total', limit: 2 })
    expect(rows.map(({ name, totalShare }) => [name, totalShare])).toEqual([
      ['main', 1],
      ['read', 6 / 9],
    ])
    expect(topRows(profile)).toHaveLength(topFunctions(profile).length)
    expect(topRows({ ...profile, self: profile.self.map(() => 0) })).toEqual([])
  })

  test('compare: profiles, lists of them, labelled ones', () => {
    const verdict = compare(profile, [profile])
    expect(checkText(verdict)).toBe(checkText(compare([{ label: 'before', profile }], [{ label: 'after 1', profile }])))
    const runs = [1, 2, 3].map(n => parse(`web;main;read ${n}00\nweb;main;write ${n}7\n`).datasets[0] as Profile)
    expect(compare(runs, runs).before.runs.map(({ label }) => label)).toEqual(['before 1', 'before 2', 'before 3'])
    expect(() => compare(undefined as unknown as Profile, profile)).toThrow(BpfviewError)
  })

  test('render: every form of every result, the first by itself', async () => {
    expect(await render('flame', profile, 'svg', { title: 'x' })).toBe(flameGraph(profile, { title: 'x' }))
    expect(await render('flame', profile)).toBe(flameGraph(profile))
    expect(exportersOf('merged').map(({ id }) => id)).toEqual(['folded', 'csv', 'json'])
    expect((await refusal(render('flame', profile, 'png'))).message).toMatch(/no output is called "png"; expected svg/)
    expect((await refusal(render('flume' as 'flame', profile))).message).toMatch(/no result is called "flume"/)
  })
})
