/** The command line, in this process. What only a process of its own shows is in test/program. */
import { createHash } from 'node:crypto'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { commands } from '../src/cli/commands.ts'
import { unpacked } from '../src/cli/input/bytes.ts'
import { progressLine } from '../src/cli/input/progress.ts'
import { bpfview, scratch } from './command.ts'

const FOLDED = 'fixtures/folded/plain.txt'

describe('what cannot be done is one clear line and exit 2', () => {
  const empty = join(scratch(), 'empty')
  writeFileSync(empty, '')
  const bare = scratch()
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['a missing file', ['flame', '/no/such/file'], /^bpfview: \/no\/such\/file: no such file; expected /],
    ['an empty file', ['flame', empty], /: empty input; expected /],
    ['a binary file', ['fold', process.execPath], /: binary data; expected /],
    [
      'a directory without a manifest',
      ['info', bare],
      /: a directory without runs; expected captures, files or a baseline/,
    ],
    ['an unknown format', ['info', 'LICENSE'], /of no known format/],
    [
      'an unwritable output',
      ['flame', FOLDED, '-o', join(bare, 'no', 'dir', 'x.svg')],
      /cannot write: ENOENT; expected /,
    ],
    ['an output below a file', ['flame', FOLDED, '-o', join(empty, 'x.svg')], /cannot write: ENOTDIR; expected /],
    [
      'an output with too long a name',
      ['flame', FOLDED, '-o', join(bare, 'x'.repeat(300))],
      /cannot write: ENAMETOOLONG; expected /,
    ],
    ['an output without a name', ['flame', FOLDED, '-o', ''], /an empty name for the output; expected a file/],
    ['an unknown event', ['fold', FOLDED, '--event', 'nope'], /no event "nope"; expected one of "samples"/],
    ['an unknown --format', ['fold', FOLDED, '--format', 'nope'], /unknown format "nope"; expected one of /],
    ['an unknown command', ['flamme'], /^bpfview: unknown command 'flamme'; did you mean 'flame'\\?/],
    ['help of an unknown command', ['help', 'flamme'], /^bpfview: unknown command 'flamme'; did you mean 'flame'\\?/],
    [
      '--help of an unknown command',
      ['flamme', '--help'],
      /^bpfview: unknown command 'flamme'; did you mean 'flame'\\?/,
    ],
    [
      'an option with a slip of the pen',
      ['flame', '--widht', '900', FOLDED],
      /^bpfview: unknown option '--widht' \(Did you mean --width\?\)\n$/,
    ],
    ['an unknown option', ['flame', '--nope', FOLDED], /^bpfview: unknown option '--nope'/],
    [
      'options that exclude each other',
      ['flame', '--chart', '--reverse', FOLDED],
      /^bpfview: option '--chart' cannot be used with option '--reverse'/,
    ],
    [
      'an option of another one',
      ['flame', '--frequency', '99', FOLDED],
      /^bpfview: --frequency is only used with --off-cpu\n$/,
    ],
    [
      'two kinds of output',
      ['table', '--csv', '--json', 'fixtures/event-table/lines.txt'],
      /^bpfview: two formats are asked for \(json and csv\); expected one/,
    ],
    ['a bad number', ['flame', FOLDED, '--width', 'wide'], /'wide' is invalid\. Expected a number/],
    ['no input', ['fold'], /standard input: empty input/],
    ['a name with an escape sequence', ['fold', '/no/\u001b[2Jfile'], /\/no\/\\x1b\[2Jfile: no such file/],
  ]
  test.each(cases)('%s', async (_, args, message) => {
    const { status, stdout, stderr } = await bpfview(args)
    expect(stderr).toMatch(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(stdout).toBe('')
    expect(status).toBe(2)
  })

  test('standard input that holds nothing', async () => {
    const { status, stderr } = await bpfview(['fold', '-'])
    expect(stderr).toBe('bpfview: standard input: empty input; expected the output of perf, bpftrace or BCC\n')
    expect(status).toBe(2)
  })
})

test('reading standard input equals reading the file, gzipped or not, in one member or several', async () => {
  const bytes = readFileSync(FOLDED)
  const expected = (await bpfview(['fold', FOLDED])).stdout
  expect(expected).toContain('bash;__libc_start_main;main;execute_command 15\n')
  expect((await bpfview(['fold', '-'], bytes)).stdout).toBe(expected)
  expect((await bpfview(['fold', '-'], gzipSync(bytes))).stdout).toBe(expected)
  expect(
    (await bpfview(['fold', '-'], Buffer.concat([gzipSync(bytes.subarray(0, 100)), gzipSync(bytes.subarray(100))])))
      .stdout,
  ).toBe(expected)
  const gz = join(scratch(), 'x')
  writeFileSync(gz, gzipSync(bytes))
  expect((await bpfview(['fold', gz])).stdout).toBe(expected)
})

test('gzip whose first byte arrives alone, and whose members end where a chunk ends', async () => {
  const bytes = async function* (parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
    yield* parts
  }
  const read = async (parts: readonly Uint8Array[]): Promise<string> => {
    const all: Uint8Array[] = []
    for await (const chunk of unpacked('x', bytes(parts))) all.push(chunk.slice())
    return Buffer.concat(all).toString()
  }
  const [one, two] = [gzipSync('a;b 1\n'), gzipSync('a;c 2\n')]
  expect(await read([one.subarray(0, 1), one.subarray(1)])).toBe('a;b 1\n')
  expect(await read([one.subarray(0, 1)])).toBe('\x1f')
  expect(await read([one, two])).toBe('a;b 1\na;c 2\n')
  expect(await read([one, Buffer.alloc(600)])).toBe('a;b 1\n')
  // zlib stops at a zero byte and forgets what follows
  for (const parts of [
    [Buffer.concat([one, Buffer.alloc(5), two])],
    [one, Buffer.alloc(1), two, Buffer.alloc(600)],
    [one, Buffer.alloc(3), Buffer.alloc(9), Buffer.from('a;c 2\n')],
  ]) {
    await expect(read(parts)).rejects.toThrow(
      /something follows behind 2\d bytes of gzip data; expected nothing but gzip data/,
    )
  }
})

test('broken and exploding gzip is refused', async () => {
  const cut = await bpfview(['fold', '-'], gzipSync(readFileSync(FOLDED)).subarray(0, 100))
  expect(cut.stderr).toMatch(/^bpfview: -: broken gzip data \(.*\); expected a whole gzip file\n$/)
  expect(cut.status).toBe(2)
  const bomb = await bpfview(
    ['fold', '-'],
    gzipSync(
      Buffer.concat([Buffer.from('a;b 1\n'.repeat(20_000)), Buffer.alloc(100 << 20, `# ${'x'.repeat(4000)}\n`)]),
    ),
  )
  expect(bomb.stderr).toMatch(/expected at most 200 times as many/)
  expect(bomb.status).toBe(2)
})

test('--strict stops at the first line that cannot be read', async () => {
  const path = join(scratch(), 'bad.folded')
  writeFileSync(path, 'a;b 1\nc;d 1\na line of prose with no value\ne;f 1\ng;h 1\n')
  const lenient = await bpfview(['fold', path])
  expect([lenient.status, lenient.stdout]).toEqual([0, 'a;b 1\nc;d 1\ne;f 1\ng;h 1\n'])
  expect(lenient.stderr).toBe(
    `bpfview: ${path}:3: no value at the end of the line; expected \`frame;frame value\`: "a line of prose with no value"\n`,
  )
  const strict = await bpfview(['fold', '--strict', path])
  expect([strict.status, strict.stdout, strict.stderr]).toEqual([2, '', lenient.stderr])
  expect((await bpfview(['diff', '--strict', path, path])).status).toBe(2)
})

test('values that add up to infinity are refused by every command that draws or compares stacks', async () => {
  const path = join(scratch(), 'huge.folded')
  const huge = `1${'0'.repeat(308)}`
  writeFileSync(path, `a;b ${huge}\nc;d 1\n`)
  expect([(await bpfview(['fold', path])).status, (await bpfview(['fold', path, path])).status]).toEqual([0, 2])
  writeFileSync(path, `a;b ${huge}\nc;d ${huge}\n`)
  for (const args of [
    ['fold', path],
    ['flame', path],
    ['merge', path, path],
    ['diff', path, FOLDED],
    ['check', '--base', path, '--new', path],
  ]) {
    const { status, stdout, stderr } = await bpfview(args)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(
      /huge\.folded: the values of event "samples" add up to Infinity; expected a sum that a double holds\n$/,
    )
  }
})

test('several inputs are merged', async () => {
  expect((await bpfview(['fold', FOLDED, FOLDED])).stdout).toContain('bash;__libc_start_main;main;execute_command 30\n')
})

test('an output file is whole or not there, and nothing else is left behind', async () => {
  const directory = scratch()
  const path = join(directory, 'out.folded')
  writeFileSync(path, 'old')
  expect((await bpfview(['fold', '/no/such', '-o', path])).status).toBe(2)
  expect(readFileSync(path, 'utf8')).toBe('old')
  expect((await bpfview(['fold', FOLDED, '-o', path])).status).toBe(0)
  expect(readFileSync(path, 'utf8')).toBe((await bpfview(['fold', FOLDED])).stdout)
  expect(readdirSync(directory)).toEqual(['out.folded'])
  expect(await bpfview(['fold', FOLDED, '-o', '/dev/null'])).toEqual({ status: 0, stdout: '', stderr: '' })
})

test('an output that is there keeps its permissions, a link to it stays one, and its name may be as long as names may be', async () => {
  const directory = scratch()
  const [path, link, long] = ['out.folded', 'link', 'x'.repeat(255)].map(name => join(directory, name)) as [
    string,
    string,
    string,
  ]
  writeFileSync(path, 'old')
  symlinkSync('out.folded', link)
  // less than a umask leaves to new files, and more
  for (const mode of [0o600, 0o666]) {
    chmodSync(path, mode)
    for (const output of [link, long])
      expect(await bpfview(['fold', FOLDED, '-q', '-o', output])).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(statSync(path).mode & 0o777).toBe(mode)
  }
  for (const output of [path, long]) expect(readFileSync(output, 'utf8')).toBe((await bpfview(['fold', FOLDED])).stdout)
  expect(readdirSync(directory).sort()).toEqual(['link', 'out.folded', 'x'.repeat(255)])
})

test('a picture does not take the place of what it shows; stacks may be folded in place', async () => {
  const path = join(scratch(), 'in.svg')
  writeFileSync(path, readFileSync(FOLDED))
  const { status, stderr } = await bpfview(['flame', path, '-o', path])
  expect([status, stderr]).toEqual([2, `bpfview: "${path}" is an input; expected another name for the output\n`])
  expect(readFileSync(path, 'utf8')).toBe(readFileSync(FOLDED, 'utf8'))
  const folded = join(scratch(), 'in.folded')
  writeFileSync(folded, readFileSync(FOLDED))
  for (const command of ['fold', 'merge']) expect((await bpfview([command, folded, '-o', folded])).status).toBe(0)
})

describe('capture directories', () => {
  const text = 'a;b 1\n'
  function capture(changes: object, files: Readonly<Record<string, string>> = { 'out.txt': text }): string {
    const directory = scratch()
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content)
    const manifest = {
      bpfview: 1,
      collector: 'stacks-bcc',
      tool: 'profile',
      command: ['profile', '-f', '5'],
      host: 'testbox',
      kernel: '6.1.0',
      cpus: 4,
      frequency: 49,
      duration: 5,
      files: [
        {
          path: 'out.txt',
          role: 'stdout',
          bytes: text.length,
          sha256: createHash('sha256').update(text).digest('hex'),
        },
      ],
      ...changes,
    }
    writeFileSync(join(directory, 'manifest.json'), JSON.stringify(manifest))
    return directory
  }

  test('give their outputs, described by the manifest', async () => {
    const { stdout, status } = await bpfview(['info', '--json', capture({})])
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      format: 'folded',
      datasets: [{ kind: 'profile', total: 1, duration: 5 }],
      skippedLines: 0,
    })
  })

  test.each([
    ['a path that climbs out', { files: [{ path: '../x', role: 'stdout' }] }, /leaves the capture/],
    ['an absolute path', { files: [{ path: '/etc/passwd', role: 'stdout' }] }, /is not relative/],
    ['a Windows path', { files: [{ path: 'C:\\x', role: 'stdout' }] }, /is not relative/],
    ['a path with NUL', { files: [{ path: 'a\0b', role: 'stdout' }] }, /is not relative/],
    ['a directory as file', { files: [{ path: '.', role: 'stdout' }] }, /is not a regular file/],
    ['a file that is not there', { files: [{ path: 'gone', role: 'stdout' }] }, /no such file/],
    [
      'an output named twice',
      {
        files: [
          { path: 'out.txt', role: 'stdout' },
          { path: './out.txt', role: 'stdout' },
        ],
      },
      /"\.\/out\.txt" is named twice; expected each file once/,
    ],
    ['another version', { bpfview: 2 }, /manifest\.json: bpfview: .*; expected a capture manifest of version 1/],
    ['a wrong type', { files: [{ path: 7, role: 'stdout' }] }, /manifest\.json: files\.0\.path: /],
    ['no output', { files: [] }, /no file of role "stdout"/],
  ])('%s is refused', async (_, changes, message) => {
    const { status, stderr } = await bpfview(['info', capture(changes)])
    expect(stderr).toMatch(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(status).toBe(2)
  })

  test('say when an output is not as long as it was', async () => {
    const { status, stdout, stderr } = await bpfview([
      'fold',
      capture({ files: [{ path: 'out.txt', role: 'stdout', bytes: 99 }] }),
    ])
    expect([status, stdout]).toEqual([0, text])
    expect(stderr).toMatch(
      /^bpfview: .*: "out\.txt" has 6 bytes, but the manifest says 99: cut or changed since it was captured\n$/,
    )
  })

  test('may have a manifest that an editor gave a byte order mark', async () => {
    const directory = capture({})
    const manifest = join(directory, 'manifest.json')
    writeFileSync(manifest, `\ufeff${readFileSync(manifest, 'utf8')}`)
    expect(await bpfview(['fold', directory])).toEqual({ status: 0, stdout: text, stderr: '' })
  })

  test('symbolic links are refused', async () => {
    const directory = capture({ files: [{ path: 'link', role: 'stdout' }] })
    symlinkSync('/etc/hostname', join(directory, 'link'))
    expect((await bpfview(['info', directory])).stderr).toMatch(
      /is a symbolic link; expected a file inside the capture/,
    )
    const outside = scratch()
    writeFileSync(join(outside, 'f'), text)
    const nested = capture({ files: [{ path: 'sub/f', role: 'stdout' }] })
    symlinkSync(outside, join(nested, 'sub'))
    expect((await bpfview(['info', nested])).stderr).toMatch(/leaves the capture/)
  })

  test('broken JSON and a manifest that is no file are refused', async () => {
    const broken = scratch()
    writeFileSync(join(broken, 'manifest.json'), '{')
    expect((await bpfview(['info', broken])).stderr).toMatch(/manifest\.json: .*; expected JSON/)
    const folder = scratch()
    mkdirSync(join(folder, 'manifest.json'))
    expect((await bpfview(['info', folder])).stderr).toMatch(/not a regular file/)
  })
})

describe('help', () => {
  test('of the program names every command', async () => {
    const { stdout, status } = await bpfview(['--help'])
    expect(status).toBe(0)
    for (const { name, summary } of commands) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
      expect(stdout.replace(/\s+/g, ' ')).toContain(summary)
    }
  })

  test.each(commands.map(({ name }) => name))('of %s has examples whose options exist', async name => {
    const { stdout, status } = await bpfview([name, '--help'])
    expect(status).toBe(0)
    expect(stdout).toContain('Examples:')
    const examples = [...stdout.slice(stdout.indexOf('Examples:')).matchAll(/\bbpfview ([^\n|>]*)/g)].map(
      match => match[1]!,
    )
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) {
      const [command, ...words] = example.trim().split(/\s+/)
      const help = (await bpfview([command!, '--help'])).stdout
      for (const word of words.filter(each => /^--?[a-z]/.test(each)))
        expect(help, `${word} of "bpfview ${example}"`).toContain(word.replace(/=.*/, ''))
    }
  })

  test('without a command goes to stderr, exit 2', async () => {
    const { status, stdout, stderr } = await bpfview([])
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain('Usage: bpfview COMMAND')
  })
})

test('an unreadable file is said', async () => {
  const path = join(scratch(), 'secret')
  writeFileSync(path, 'a;b 1\n')
  chmodSync(path, 0)
  const { stderr, status } = await bpfview(['fold', path])
  if (process.getuid?.() === 0) expect(status).toBe(0)
  else expect(stderr).toMatch(/cannot read: EACCES/)
})

test('progress says bytes, rate and time left, and stays out of pipes', async () => {
  expect(progressLine(123e6, 270e6, 0.5)).toBe('123 of 270 MB, 246 MB/s, 1 s left')
  const path = join(scratch(), 'large.folded')
  writeFileSync(path, 'app;main;work 1\n'.repeat(2_200_000))
  const { stderr, stdout } = await bpfview(['fold', path])
  expect(stderr).toBe('')
  expect(stdout).toBe('app;main;work 2200000\n')
})
