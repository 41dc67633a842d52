/** The composite action, step by step: its own script with the inputs as GitHub hands them over, real captures in turns, every answer. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { PROGRAM, scratch } from '../command.ts'

const able = process.getuid?.() === 0 && existsSync('/usr/bin/perf')
const dir = scratch()

const BENCH = `
function light(n) { let x = 0; for (let i = 0; i < n; i++) x += Math.sqrt(i); return x }
function heavy(n) { let x = 0; for (let i = 0; i < n; i++) x += Math.sin(i); return x }
let sum = 0
for (let i = 0; i < 40; i++) { sum += light(2e5); for (let k = 0; k < Number(process.argv[2]); k++) sum += heavy(1e5) }
if (sum === 1) console.log(sum)
`

/** The script of the action's step, without its indentation. */
function step(): string {
  const text = readFileSync('action.yml', 'utf8')
  return /run: \|\n((?: {8}.*\n|\n)+)/.exec(text)![1]!.replace(/^ {8}/gm, '')
}

function act(output: string, times: number, policy = ''): ReturnType<typeof spawnSync> {
  // interpreted only: what the compiler inlines, and when, differs from run to run on a busy machine
  const command = (n: number): string =>
    `node --no-opt --no-sparkplug --perf-basic-prof --interpreted-frames-native-stack ${join(dir, 'bench.cjs')} ${n}`
  return spawnSync('sh', [join(dir, 'step.sh')], {
    encoding: 'utf8',
    cwd: dir,
    env: {
      ...process.env,
      PATH: `${join(dir, 'bin')}:${process.env['PATH']}`,
      BASE: command(1),
      NEW: command(times),
      RUNS: '4',
      FREQUENCY: '997',
      EVENT: 'cpu-clock',
      POLICY: policy,
      KEY: 'pull',
      OUTPUT: output,
      BASE_COMMIT: 'a'.repeat(40),
      NEW_COMMIT: 'b'.repeat(40),
    },
  })
}

describe.skipIf(!able)('action.yml', () => {
  beforeAll(() => {
    mkdirSync(join(dir, 'bin'))
    writeFileSync(join(dir, 'bin', 'bpfview'), `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`)
    chmodSync(join(dir, 'bin', 'bpfview'), 0o755)
    writeFileSync(join(dir, 'bench.cjs'), BENCH)
    writeFileSync(join(dir, 'step.sh'), step())
  })

  test('a slower function is red, and every answer is there', () => {
    const { status, stdout, stderr } = act('red', 3)
    expect(stderr).not.toMatch(/^(?:sh|bpfview): (?:error|.*expected)/m)
    expect(stdout).toMatch(/^REGRESSED: .*(?:heavy|sin).*cost ×/m)
    expect(status).toBe(1)
    const check = JSON.parse(readFileSync(join(dir, 'red', 'check.json'), 'utf8')) as {
      before: { runs: object[]; commit: string }
      causes: { name: string }[]
    }
    expect(check).toMatchObject({ verdict: 'regressed', violated: true, whole: { length: 'work', judged: true } })
    expect([check.before.runs.length, check.before.commit]).toEqual([4, 'a'.repeat(40)])
    expect(check.causes[0]!.name).toMatch(/heavy|sin/)
    expect(readFileSync(join(dir, 'red', 'comment.md'), 'utf8')).toMatch(
      /^<!-- bpfview:compare:pull -->\n### 🔺 REGRESSED/,
    )
    expect(readFileSync(join(dir, 'red', 'check.xml'), 'utf8')).toMatch(/<failure /)
    expect(readFileSync(join(dir, 'red', 'check.sarif'), 'utf8')).toMatch(/"level": "error"/)
    expect(readFileSync(join(dir, 'red', 'diff.svg'), 'utf8')).toMatch(/^<svg/)
    expect(existsSync(join(dir, 'red', 'runs', 'base-1'))).toBe(false)
  })

  test('the same build is green, a policy that is absent is said as such', () => {
    const same = act('green', 1)
    expect(same.stdout).not.toMatch(/^REGRESSED/m)
    expect(same.status).toBe(0)
    const absent = act('absent', 1, 'no-such-policy.json')
    expect([absent.status, absent.stderr]).toEqual([2, expect.stringMatching(/no-such-policy\.json/)])
  })
})
