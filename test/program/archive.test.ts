/** Captures in tar archives: read as they come, jailed, and refused when they are bombs, cut or broken. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test, vi } from 'vitest'
import { readArchive } from '../../src/cli/input/archive.ts'
import { readInput } from '../../src/cli/input/input.ts'
import { tarEntries } from '../../src/cli/input/tar.ts'
import { BpfviewError } from '../../src/model/error.ts'
import { spawnBpfview as bpfview, PROGRAM, scratch } from '../command.ts'

vi.setConfig({ testTimeout: 120_000 })

interface Member {
  readonly name: string
  readonly data?: Uint8Array | string
  /** Type flag; a regular file when absent. */
  readonly type?: string
  /** Size as the header has it; that of the data when absent. */
  readonly size?: number
}

function block(name: string, type: string, size: number): Buffer {
  const header = Buffer.alloc(512)
  header.write(name, 0, 100)
  header.write('0000644\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('        ', 148)
  header.write(type, 156)
  header.write('target', 157)
  header.write('ustar\u000000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

function tar(members: readonly Member[]): Buffer {
  const blocks: Buffer[] = []
  for (const { name, data = '', type = '0', size } of members) {
    const bytes = Buffer.from(data)
    blocks.push(block(name, type, size ?? bytes.length), bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512))
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

const manifest = (files: readonly { path: string; role?: string; tool?: string }[], more: object = {}): string =>
  JSON.stringify({
    bpfview: 1,
    collector: 'cpu',
    tool: 'perf',
    command: ['perf'],
    host: 'testbox',
    ...more,
    files: files.map(file => ({ role: 'stdout', ...file })),
  })

const STACKS = 'app;main;work 3\napp;main;rest 4\n'
const CAPTURE: readonly Member[] = [
  { name: 'manifest.json', data: manifest([{ path: 'out.txt' }]) },
  { name: 'out.txt', data: STACKS },
]

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** Folded text or the error of an archive given on standard input. */
function fold(archive: Uint8Array): { status: number | null; stdout: string; stderr: string } {
  return bpfview(['fold', '-'], archive)
}

describe('an archive of a capture', () => {
  test('holds what the directory holds, however it was packed', async () => {
    const capture = 'fixtures/captures/same-perf'
    const expected = await readInput(capture)
    const names = readdirSync(capture).sort()
    const place = scratch()
    const packs: readonly [string, readonly string[]][] = [
      ['first', ['-C', capture, 'manifest.json', ...names.filter(name => name !== 'manifest.json')]],
      ['last', ['-C', capture, ...names.filter(name => name !== 'manifest.json'), 'manifest.json']],
      ['dot', ['-C', capture, '.']],
      ['nested', ['-C', 'fixtures/captures', 'same-perf']],
      ['pax', ['--format=pax', '-C', 'fixtures/captures', 'same-perf']],
      ['v7-like ustar', ['--format=ustar', '-C', 'fixtures/captures', 'same-perf']],
    ]
    for (const [name, args] of packs) {
      for (const gzip of [false, true]) {
        const path = join(place, name)
        expect(spawnSync('tar', [gzip ? '-czf' : '-cf', path, ...args]).status, name).toBe(0)
        const parsed = await readInput(path)
        expect(parsed.datasets, name).toEqual(expected.datasets)
        expect([parsed.format, parsed.skippedLines, parsed.lost]).toEqual([
          expected.format,
          expected.skippedLines,
          expected.lost,
        ])
      }
    }
    expect(fold(readFileSync(join(place, 'dot'))).stdout).toBe(bpfview(['fold', capture]).stdout)
  })

  test('holds compressed members', async () => {
    const capture = 'fixtures/captures/node-jit'
    const path = join(scratch(), 'cap.tgz')
    spawnSync('tar', ['-czf', path, '-C', capture, '.'])
    expect((await readInput(path)).datasets).toEqual((await readInput(capture)).datasets)
  })

  test('gives the same in chunks of any size', async () => {
    const bytes = tar(CAPTURE)
    for (const size of [1, 7, 511, 512, 513, 4096]) {
      const { datasets } = await readArchive(chunked(bytes, size), 'x', {})
      expect(datasets[0]).toMatchObject({ kind: 'profile', meta: { host: 'testbox', tool: 'perf' } })
      expect(datasets).toHaveLength(1)
    }
  })

  test('of several tools gives each its own name, and goes on when one printed nothing', async () => {
    const bytes = tar([
      {
        name: 'manifest.json',
        data: manifest(
          [
            { path: 'a.txt', tool: 'profile' },
            { path: 'b.txt', tool: 'empty' },
          ],
          { tool: 'checklist', lost: 4 },
        ),
      },
      { name: 'b.txt', data: '' },
      { name: 'a.txt', data: STACKS },
    ])
    const parsed = await readArchive(chunked(bytes, 512), 'x', {})
    expect(parsed.datasets.map(dataset => dataset.meta?.tool)).toEqual(['profile'])
    expect(parsed.diagnostics).toEqual([
      expect.objectContaining({ code: 'unread-output', message: expect.stringContaining('x/b.txt: ') }),
    ])
    expect(parsed.lost).toBe(4)
  })

  test('may have long names', async () => {
    const long = `${'deep/'.repeat(40)}out.txt`
    const record = (key: string, value: string): string => {
      const body = ` ${key}=${value}\n`
      const length = body.length + String(body.length + 3).length
      return `${length}${body}`
    }
    for (const extra of [
      { name: '././@LongLink', type: 'L', data: `${long}\0` },
      { name: 'pax', type: 'x', data: record('path', long) },
    ]) {
      const bytes = tar([
        { name: 'manifest.json', data: manifest([{ path: long }]) },
        extra,
        { name: 'cut', data: STACKS },
      ])
      expect((await readArchive(chunked(bytes, 512), 'x', {})).datasets).toHaveLength(1)
    }
  })
})

describe('refused in one line, with status 2:', () => {
  const hostile: readonly [string, readonly Member[]][] = [
    ...[
      '/etc/passwd',
      '//etc/passwd',
      '../out.txt',
      'a/../../out.txt',
      './../out.txt',
      'a/b/..',
      '..',
      'C:\\out.txt',
      'C:/out.txt',
      'a\\..\\out.txt',
      '\\\\host\\share',
      '/',
      '....//../x',
      'x/../../../../../../etc/shadow',
      './a/./../..//b',
    ].map((name): [string, Member[]] => [`the path ${name}`, [...CAPTURE, { name, data: STACKS }]]),
    ...['1', '2', '3', '4', '6', 'S', 'V', 'M', 'A', 'N', '8', '?'].map((type): [string, Member[]] => [
      `an entry of type ${type}`,
      [...CAPTURE, { name: 'x', type }],
    ]),
    ['a link in the place of the output', [CAPTURE[0]!, { name: 'out.txt', type: '2' }]],
    ['a hard link in the place of the manifest', [{ name: 'manifest.json', type: '1' }, CAPTURE[1]!]],
    [
      'a long name that climbs out',
      [...CAPTURE, { name: '././@LongLink', type: 'L', data: '../../x\0' }, { name: 'y', data: STACKS }],
    ],
    [
      'a pax name that climbs out',
      [...CAPTURE, { name: 'pax', type: 'x', data: '18 path=../../xyz\n' }, { name: 'y', data: STACKS }],
    ],
    ...['/etc/passwd', '../out.txt', 'a/../../out.txt', '..', 'C:/x', 'a\\b'].map((path): [string, Member[]] => [
      `a manifest that names ${path}`,
      [{ name: 'manifest.json', data: manifest([{ path }]) }, CAPTURE[1]!],
    ]),
    ['a manifest that names what is not there', [{ name: 'manifest.json', data: manifest([{ path: 'gone.txt' }]) }]],
    ['no manifest', [CAPTURE[1]!]],
    ['two manifests', [...CAPTURE, { name: 'b/manifest.json', data: CAPTURE[0]!.data! }]],
    ['a file that comes twice', [...CAPTURE, CAPTURE[1]!]],
    ['a manifest that is no JSON', [{ name: 'manifest.json', data: '{' }, CAPTURE[1]!]],
    [
      'a manifest of a megabyte and more',
      [{ name: 'manifest.json', data: Buffer.alloc((1 << 20) + 1, ' ') }, CAPTURE[1]!],
    ],
    ['a name of megabytes', [{ name: 'x', type: 'L', size: 2 ** 31 }, ...CAPTURE]],
    [
      'an entry that says it is longer than the archive',
      [CAPTURE[0]!, { name: 'out.txt', data: STACKS, size: 2 ** 32 }],
    ],
  ]
  test.each(hostile)('%s', async (_, members) => {
    const error = await readArchive(chunked(tar(members), 4096), 'cap.tar', {}).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(BpfviewError)
    expect((error as BpfviewError).message).toMatch(/^cap\.tar.*; expected .*$/)
    expect((error as BpfviewError).message).not.toMatch(/\n/)
  })

  test('and the command says the same', () => {
    expect(fold(tar([...CAPTURE, { name: '../x' }]))).toEqual({
      status: 2,
      stdout: '',
      stderr: 'bpfview: standard input: the path "../x" leaves the capture; expected a file inside the capture\n',
    })
  })

  test('a path outside is never opened', () => {
    const place = scratch()
    mkdirSync(join(place, 'in'))
    writeFileSync(join(place, 'secret.txt'), STACKS)
    writeFileSync(
      join(place, 'in', 'cap.tar'),
      tar([{ name: 'manifest.json', data: manifest([{ path: '../secret.txt' }]) }]),
    )
    const strace = spawnSync(
      'strace',
      ['-f', '-e', 'trace=open,openat,openat2', process.execPath, PROGRAM, 'fold', join(place, 'in', 'cap.tar')],
      { encoding: 'utf8' },
    )
    const traced = strace.error === undefined ? strace.stderr : bpfview(['fold', join(place, 'in', 'cap.tar')]).stderr
    expect(traced).toContain('leaves the capture')
    expect(traced).not.toContain('secret.txt", O_RDONLY')
  })

  test('cut anywhere, bytes flipped anywhere: an answer or one clear line, never a crash', async () => {
    const whole = tar([...CAPTURE, { name: 'more.txt', data: 'x'.repeat(700) }])
    for (let length = 0; length < whole.length - 1024; length += 37) {
      const outcome = await readArchive(chunked(whole.subarray(0, length), 333), 'x', {}).then(
        () => 'read',
        (thrown: unknown) => thrown,
      )
      if (outcome !== 'read') expect(outcome, `cut at ${length}`).toBeInstanceOf(BpfviewError)
    }
    for (let at = 0; at < whole.length; at += 3) {
      const bytes = Buffer.from(whole)
      bytes[at]! ^= 0x55
      const outcome = await readArchive(chunked(bytes, 512), 'x', {}).then(
        () => 'read',
        (thrown: unknown) => thrown,
      )
      if (outcome !== 'read') expect(outcome, `flipped at ${at}`).toBeInstanceOf(BpfviewError)
    }
  })

  test('a cut tgz, a wrong checksum of it, a wrong header', () => {
    const tgz = gzipSync(
      tar([...CAPTURE, { name: 'noise', data: Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251)) }]),
    )
    expect(fold(tgz.subarray(0, tgz.length - 9))).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^bpfview: .*broken gzip data .*\n$/),
    })
    const wrong = Buffer.from(tgz)
    wrong[wrong.length - 6]! ^= 1
    expect(fold(wrong)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^bpfview: .*broken gzip data .*\n$/),
    })
    const header = tar(CAPTURE)
    header[1024 + 60]! ^= 1
    expect(fold(header)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('the checksum of a header is wrong'),
    })
  })

  describe('a bomb', () => {
    const zeros = Buffer.alloc(96 << 20, 'app;main;work 1\n')
    const big = (): Buffer => Buffer.concat([block('out.txt', '0', zeros.length), zeros])
    /** Status, message and peak memory in KiB of the command on an archive. */
    function measured(archive: Uint8Array): { status: number | null; stderr: string; peak: number } {
      const path = join(scratch(), 'cap.tgz')
      writeFileSync(path, archive)
      const { status, stderr } = spawnSync(
        process.execPath,
        [
          '--input-type=module',
          '-e',
          `
        import { readFileSync } from 'node:fs'
        process.argv = [process.argv[0], 'bpfview', 'fold', ${JSON.stringify(path)}]
        process.on('exit', () => process.stderr.write('peak ' + /VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1] + '\\n'))
        await import(${JSON.stringify(PROGRAM)})`,
        ],
        { encoding: 'utf8', timeout: 100_000 },
      )
      return { status, stderr, peak: Number(/^peak (\d+)$/m.exec(stderr)?.[1]) }
    }

    test('in the archive', () => {
      const { status, stderr, peak } = measured(gzipSync(Buffer.concat([tar([CAPTURE[0]!]).subarray(0, 1024), big()])))
      expect([status, stderr]).toEqual([2, expect.stringContaining('expected at most 200 times as many')])
      expect(peak).toBeLessThan(200 << 10)
    })

    test('in a member of it', () => {
      const member = gzipSync(zeros, { level: 9 })
      const { status, stderr, peak } = measured(
        tar([
          { name: 'manifest.json', data: manifest([{ path: 'out.txt.gz' }]) },
          { name: 'out.txt.gz', data: member },
        ]),
      )
      expect([status, stderr]).toEqual([2, expect.stringContaining('expected at most 200 times as many')])
      expect(peak).toBeLessThan(200 << 10)
    })

    test('that is ten archives deep', () => {
      let bytes: Uint8Array = gzipSync(STACKS)
      for (let depth = 0; depth < 10; depth++)
        bytes = gzipSync(
          tar([
            { name: 'manifest.json', data: manifest([{ path: 'out.txt.gz' }]) },
            { name: 'out.txt.gz', data: bytes },
          ]),
        )
      const { status, stderr } = measured(bytes)
      expect([status, stderr]).toEqual([2, expect.stringContaining('binary data')])
    })

    test('before the manifest', () => {
      const noise = Buffer.alloc(65 << 20)
      for (let i = 0; i < noise.length; i += 4) noise.writeUInt32LE((i * 2654435761) >>> 0, i)
      const { status, stderr, peak } = measured(tar([{ name: 'noise', data: noise }, ...CAPTURE]))
      expect([status, stderr]).toEqual([2, expect.stringContaining('no manifest.json in the first 67108864 bytes')])
      expect(peak).toBeLessThan(200 << 10)
    })
  })
})

test('text that is not a tar archive is left to the parsers', async () => {
  const text = `${'x'.repeat(257)}ustar 00;b 1\n${'a;b 1\n'.repeat(100)}`
  expect(bpfview(['fold', '-'], text).status).toBe(0)
  const entries: string[] = []
  for await (const entry of tarEntries(chunked(gunzipSync(gzipSync(tar(CAPTURE))), 100), 'x')) entries.push(entry.name)
  expect(entries).toEqual(['manifest.json', 'out.txt'])
})
