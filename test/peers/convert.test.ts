/**
 * What convert writes, opened by the programs it is for: each takes the file and counts the same total. A program that is not installed is skipped and said;
 * `.ci/peers` installs those of npm and promtool.
 */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumThere, launchChromium } from '../chromium.ts'
import { bpfview, scratch } from '../command.ts'
import { isThere, PEER_PATH, peer, run, titled } from './tools.ts'

/** Captures of one event each, with their unit. */
const INPUTS = [
  ['shop', 'samples'],
  ['node-jit', 'samples'],
  ['cpu-multi', 'samples'],
  ['offcputime', 'us'],
] as const
type Name = (typeof INPUTS)[number][0]

const folder = scratch()
const totals = new Map<Name, number>()

async function written(name: Name, ending: string): Promise<string> {
  const output = join(folder, `${name}${ending}`)
  const { status, stderr } = await bpfview(['convert', `fixtures/captures/${name}`, '-o', output])
  expect(status, stderr).toBe(0)
  return output
}

beforeAll(async () => {
  for (const [name] of INPUTS) {
    const { stdout } = await bpfview(['fold', `fixtures/captures/${name}`])
    const sum = stdout
      .trimEnd()
      .split('\n')
      .reduce((all, line) => all + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
    totals.set(name, sum)
  }
})

const GO = isThere('go', 'version')
describe.skipIf(!GO)(titled('go tool pprof', GO), () => {
  it.each(INPUTS)('%s', async (name, unit) => {
    const file = await written(name, '.pb.gz')
    const top = run('go', ['tool', 'pprof', '-top', ...(unit === 'us' ? ['-unit=us'] : []), file])
    expect(top).toMatch(new RegExp(`of ${totals.get(name)}(?:us)? total`))
    if (name === 'shop') expect(run('go', ['tool', 'pprof', '-tags', file])).toMatch(/comm: Total 1361/)
  })
})

const PROTOC = isThere('protoc', '--version')
describe.skipIf(!PROTOC)(titled('protoc --decode', PROTOC), () => {
  const decode = (schema: string, message: string, bytes: Uint8Array): string =>
    run('protoc', [`--decode=peers.${message}`, '-Itest/peers/schemas', schema], { input: bytes })
  /** Lines that protoc prints for fields that the schema does not have. */
  const unknown = /^\s*\d+(?::| \{)/m

  it.each(INPUTS)('%s as pprof', async (name, unit) => {
    const text = decode('pprof.proto', 'Profile', gunzipSync(readFileSync(await written(name, '.pb.gz'))))
    expect(text).not.toMatch(unknown)
    const sum = [...text.matchAll(/^ {2}value: (\d+)$/gm)].reduce((all, [, value]) => all + Number(value), 0)
    expect(sum).toBe(totals.get(name)! * (unit === 'us' ? 1000 : 1))
    expect(/^string_table: "(.*)"$/m.exec(text)![1]).toBe('')
  })

  it.each(INPUTS)('%s as OTLP', async (name, unit) => {
    const text = decode('otlp.proto', 'ProfilesData', readFileSync(await written(name, '.otlp.pb')))
    expect(text).not.toMatch(unknown)
    const samples = text.split(/^ {6}samples \{$/m).slice(1)
    const count = (of: string, field: string): number[] =>
      [...of.matchAll(new RegExp(`^ {8}${field}: (\\d+)$`, 'gm'))].map(([, value]) => Number(value))
    const sum = samples.reduce((all, sample) => {
      const [values, times] = [count(sample, 'values'), count(sample, 'timestamps_unix_nano')]
      return all + (values.length === 0 ? times.length : values.reduce((a, b) => a + b, 0))
    }, 0)
    expect(sum).toBe(totals.get(name)! * (unit === 'us' ? 1000 : 1))
    // element 0 of every table stands for none
    for (const table of ['mapping_table', 'location_table', 'function_table', 'attribute_table', 'stack_table'])
      expect(text).toMatch(new RegExp(`^ {2}${table} \\{\\n {2}\\}`, 'm'))
  })
})

const PPROF_FORMAT = peer('node_modules/pprof-format/package.json') !== undefined
describe.skipIf(!PPROF_FORMAT)(titled('pprof-format of npm', PPROF_FORMAT), () => {
  it.each(INPUTS)('%s', async (name, unit) => {
    const { Profile } = (await import(
      pathToFileURL(peer('node_modules/pprof-format/dist/commonjs/index.js')!).href
    )) as {
      Profile: { decode(bytes: Uint8Array): { sample: { value: (number | bigint)[] }[] } }
    }
    const { sample } = Profile.decode(gunzipSync(readFileSync(await written(name, '.pb.gz'))))
    const sum = sample.reduce((all, { value }) => all + Number(value[0]), 0)
    expect(sum).toBe(totals.get(name)! * (unit === 'us' ? 1000 : 1))
  })
})

/** The three functions with the most samples by themselves: name, samples with them, samples of their own. */
async function functions(name: Name): Promise<(string | number)[][]> {
  const { stdout } = await bpfview(['fold', `fixtures/captures/${name}`])
  const found = new Map<string, { total: number; self: number }>()
  for (const line of stdout.trimEnd().split('\n')) {
    const at = line.lastIndexOf(' ')
    const frames = line.slice(0, at).split(';')
    for (const frame of new Set(frames)) {
      const sums = found.get(frame) ?? found.set(frame, { total: 0, self: 0 }).get(frame)!
      sums.total += Number(line.slice(at + 1))
    }
    found.get(frames.at(-1)!)!.self += Number(line.slice(at + 1))
  }
  const order = [...found].sort(([, a], [, b]) => b.self - a.self).slice(0, 3)
  return order.map(([frame, { total, self }]) => [frame, total, self])
}

const SPEEDSCOPE = peer('node_modules/speedscope/dist/release/index.html')
const AJV = peer('node_modules/ajv/dist/ajv.js')
describe.skipIf(SPEEDSCOPE === undefined || AJV === undefined)(titled("speedscope's schema", AJV !== undefined), () => {
  it.each(INPUTS)('%s', async name => {
    const { default: module } = (await import(pathToFileURL(AJV!).href)) as {
      default: { default?: unknown } & (new (
        options: object,
      ) => {
        compile(schema: object): { (value: unknown): boolean; errors?: unknown }
      })
    }
    const Ajv = (module.default ?? module) as typeof module
    const schema = JSON.parse(
      readFileSync(peer('node_modules/speedscope/dist/release/file-format-schema.json')!, 'utf8'),
    )
    const validate = new Ajv({ strict: false }).compile(schema as object)
    const valid = validate(JSON.parse(readFileSync(await written(name, '.speedscope.json'), 'utf8')))
    expect(valid, JSON.stringify(validate.errors)).toBe(true)
  })
})

describe.skipIf(SPEEDSCOPE === undefined || !chromiumThere)(
  titled("speedscope's page", SPEEDSCOPE !== undefined && chromiumThere),
  () => {
    let browser: Browser
    beforeAll(async () => {
      browser = await launchChromium()
    })
    afterAll(() => browser.close())

    it.each([
      ['node-jit', '.speedscope.json'],
      ['node-jit', '.pb.gz'],
      ['node-jit', '.folded'],
    ] as const)('%s %s', async (name, ending) => {
      const file = await written(name, ending)
      const script = join(mkdtempSync(join(tmpdir(), 'bpfview-speedscope-')), 'profile.js')
      const data = readFileSync(file).toString('base64')
      writeFileSync(script, `speedscope.loadFileFromBase64(${JSON.stringify(`${name}${ending}`)}, "${data}")`)
      const page = await browser.newPage()
      const dialogs: string[] = []
      page.on('dialog', dialog => {
        dialogs.push(dialog.message())
        void dialog.dismiss()
      })
      await page.goto(`${pathToFileURL(SPEEDSCOPE!).href}#localProfilePath=${script}`)
      // the table of functions, once the file is read: total and self, with their shares, before the name
      const rows = page.locator('tr', { hasText: '%' })
      for (let attempt = 0; attempt < 60 && (await rows.count()) === 0; attempt++) {
        await page.waitForTimeout(500)
        await page.keyboard.press('3')
      }
      expect(dialogs).toEqual([])
      const shown = (await rows.allTextContents()).slice(0, 3).map(text => {
        const [, total, self, function_] = /^([\d,]+) \([^)]*%\)([\d,]+) \([^)]*%\)(.*)$/s.exec(text)!
        return [function_, Number(total), Number(self)]
      })
      expect(shown).toEqual(await functions(name))
      await page.close()
    })
  },
)

const PROFILER =
  peer('node_modules/@firefox-devtools/profiler-cli/package.json') !== undefined &&
  peer('node_modules/node/bin/node') !== undefined
describe.skipIf(!PROFILER)(titled('profiler-cli of the Firefox Profiler', PROFILER), () => {
  const sessions = mkdtempSync(join(tmpdir(), 'bpfview-profiler-'))
  const env = { PATH: PEER_PATH, PROFILER_CLI_SESSION_DIR: sessions }
  const cli = (...args: string[]): string =>
    run(
      peer('node_modules/node/bin/node')!,
      [peer('node_modules/@firefox-devtools/profiler-cli/dist/profiler-cli.js')!, ...args],
      {
        env,
      },
    )
  /** The daemon is given half a second to start, which a busy machine does not keep. */
  const load = (file: string, session: string): boolean => {
    for (let attempt = 0; attempt < 6; attempt++)
      try {
        if (attempt === 0) cli('load', file, '--session', session)
        else cli('profile', 'info', '--session', session, '--json')
        return true
      } catch {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500)
      }
    return false
  }

  it.each([
    ['node-jit', 1],
    ['shop', 1],
    ['offcputime', 1e-3],
  ] as const)(
    '%s',
    async (name, scale) => {
      mkdirSync(sessions, { recursive: true })
      const session = `s-${name}`
      if (!load(await written(name, '.firefox.json'), session))
        return console.warn(`profiler-cli did not start for ${name}: skipped`)
      try {
        const { threadCount } = JSON.parse(cli('profile', 'info', '--json', '--session', session)) as {
          threadCount: number
        }
        let sum = 0
        for (let i = 0; i < threadCount; i++) {
          const args = ['thread', 'samples-top-down', '--include-idle', '--limit', '1', '--json', '--thread', `t-${i}`]
          sum += (JSON.parse(cli(...args, '--session', session)) as { regularCallTree: { totalSamples: number } })
            .regularCallTree.totalSamples
        }
        expect(sum).toBeCloseTo(totals.get(name)! * scale, 3)
      } finally {
        cli('stop', session)
      }
    },
    180_000,
  )
})

const GRAFANA = peer('node_modules/@grafana/flamegraph/dist/cjs/FlameGraph/dataTransform.cjs')
describe.skipIf(GRAFANA === undefined)(titled('nested sets of @grafana/flamegraph', GRAFANA !== undefined), () => {
  interface Level {
    readonly start: number
    readonly value: number
    readonly valueRight?: number
    readonly children: readonly Level[]
  }

  /** Levels as the panel makes them of a data frame; what it imports of Grafana itself is left out. */
  async function levels(json: string): Promise<Level[][]> {
    const data = peer('node_modules/@grafana/flamegraph')! + '/../data'
    mkdirSync(data, { recursive: true })
    writeFileSync(join(data, 'package.json'), '{"name":"@grafana/data","main":"index.cjs"}')
    writeFileSync(
      join(data, 'index.cjs'),
      `exports.FieldType = { string: 'string', number: 'number', enum: 'enum' }
exports.createTheme = () => ({})
exports.getDisplayProcessor = () => value => ({ text: String(value), numeric: value })`,
    )
    const { FlameGraphDataContainer } = (await import(pathToFileURL(GRAFANA!).href)) as {
      FlameGraphDataContainer: new (data: object, options: object) => { getLevels(): Level[][] }
    }
    return new FlameGraphDataContainer(JSON.parse(json) as object, { collapsing: false }).getLevels()
  }

  it.each(INPUTS)('%s', async name => {
    const rows = await levels((await bpfview(['convert', `fixtures/captures/${name}`, '--to', 'grafana'])).stdout)
    expect(rows[0]).toHaveLength(1)
    expect(rows[0]![0]!.value).toBe(totals.get(name))
    for (const item of rows.flat())
      expect(item.children.reduce((all, { value }) => all + value, 0)).toBeLessThanOrEqual(item.value)
  })

  it('a difference: both sides, each with its total', async () => {
    const input = join(folder, 'two.folded')
    writeFileSync(input, 'main;a;x 3 5\nmain;a 1 0\nmain;b 0 7\nmain;c 2 2\n')
    const rows = await levels((await bpfview(['convert', input, '--to', 'grafana'])).stdout)
    const [root] = rows[0]!
    expect([root!.value - root!.valueRight!, root!.valueRight]).toEqual([6, 14])
    for (const item of rows.flat())
      expect(item.children.reduce((all, { value }) => all + value, 0)).toBeLessThanOrEqual(item.value)
  })
})

const PROMTOOL = peer('prometheus/usr/bin/promtool') ?? (isThere('promtool', '--version') ? 'promtool' : undefined)
describe.skipIf(PROMTOOL === undefined)(titled('promtool check metrics', PROMTOOL !== undefined), () => {
  it.each(['disk-biolatency', 'disk-bpftrace-hist'])('%s', async name => {
    const capture = `fixtures/captures/${name}`
    const { stdout, status, stderr } = await bpfview(['convert', capture, '--to', 'openmetrics'])
    expect(status, stderr).toBe(0)
    // its linter is of the older text format, which has no line at the end
    const lint = run(PROMTOOL!, ['check', 'metrics'], {
      input: Buffer.from(stdout.replace(/^# (?:EOF|UNIT .*)\n/gm, '')),
    })
    expect(lint).toBe('')
  })
})
