/**
 * The page of one hour of 64 CPUs at 49 Hz: 11.3 million samples, 50,000 distinct stacks. Says its size, how long it took to make, and, in Chromium, how
 * long it takes to open and to answer selections. `npm run bench -- scope --large`; without --large five minutes of it.
 */
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { scopePage } from '../../renderers/scope/page.ts'
import type { SampleTable } from '../../src/model/index.ts'
import { kindCode, StackTreeBuilder } from '../../src/model/index.ts'
import { chromiumThere, launchChromium } from '../chromium.ts'

const CPUS = 64
const HERTZ = 49
const STACKS = 50_000

/** Deterministic noise: xorshift of 32 bits. */
function noise(seed: number): () => number {
  let state = seed >>> 0 || 1
  return () => {
    state ^= state << 13
    state >>>= 0
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state / 0x1_0000_0000
  }
}

/** Samples of many threads on many CPUs: stacks by a long tail, half of the time idle, a phase of other work, clocks that jitter. */
export function hourOfSamples(seconds: number): SampleTable {
  const random = noise(20260)
  const builder = new StackTreeBuilder()
  const [task, user, kernel] = [kindCode('task'), kindCode('user'), kindCode('kernel')]
  const comms = ['swapper', ...Array.from({ length: 40 }, (_, i) => `service-${i}`)]
  const functions = Array.from({ length: 8000 }, (_, i) =>
    builder.frame(
      `${i % 3 === 0 ? 'kernel_' : 'app::module_'}${i}${i % 3 === 0 ? '' : '::handle'}`,
      i % 3 === 0 ? '[kernel.kallsyms]' : '/usr/bin/service',
      i % 3 === 0 ? kernel : user,
    ),
  )
  const ends: number[] = []
  const commOf: number[] = []
  const idle = ['secondary_startup_64', 'cpu_startup_entry', 'do_idle', 'cpuidle_enter_state', 'intel_idle'].reduce(
    (node, name) => builder.child(node, builder.frame(name, '[kernel.kallsyms]', kernel)),
    builder.child(0, builder.frame('swapper', '', task)),
  )
  ends.push(idle)
  commOf.push(0)
  for (let comm = 1; ends.length < STACKS; comm = (comm % 40) + 1) {
    let node = builder.child(0, builder.frame(comms[comm]!, '', task))
    const depth = 8 + Math.floor(random() * 30)
    // near the root few ways, farther out many
    for (let d = 0; d < depth; d++)
      node = builder.child(
        node,
        functions[(comm * 97 + d * 31 + Math.floor(random() ** 3 * Math.min(400, 2 + d * 12))) % functions.length]!,
      )
    if (ends[ends.length - 1] === node) continue
    ends.push(node)
    commOf.push(comm)
  }
  const stacks = builder.finish()
  const count = Math.floor(seconds * CPUS * HERTZ)
  const table = {
    time: new Float64Array(count),
    stack: new Int32Array(count),
    weight: new Float64Array(count).fill(1),
    cpu: new Int32Array(count),
    tid: new Int32Array(count),
    pid: new Int32Array(count),
    comm: new Int32Array(count),
  }
  const running = Array.from({ length: CPUS }, () => 0)
  let row = 0
  for (let tick = 0; row < count; tick++) {
    for (let cpu = 0; cpu < CPUS && row < count; cpu++, row++) {
      const at = 5000 + (tick + cpu / CPUS) / HERTZ + random() * 1e-4
      if (random() < 0.3) running[cpu] = random() < 0.5 ? 0 : 1 + Math.floor(random() * (ends.length - 1))
      // a thread goes on with its comm, in another stack of it
      let stack = running[cpu]!
      if (stack > 0 && random() < 0.7)
        stack = 1 + ((stack - 1 + 40 * Math.floor(random() ** 4 * 1200)) % (ends.length - 1))
      table.time[row] = Math.round(at * 1e6) / 1e6
      table.stack[row] = ends[stack]!
      table.cpu[row] = cpu
      table.comm[row] = commOf[stack]!
      table.pid[row] = stack === 0 ? 0 : 1000 + commOf[stack]!
      table.tid[row] = stack === 0 ? 0 : 1000 + commOf[stack]! * 50 + (running[cpu]! % 16)
    }
  }
  return {
    kind: 'samples',
    name: 'cpu-clock',
    value: { name: 'cpu-clock', unit: 'samples' },
    stacks,
    comms,
    ...table,
    meta: { tool: 'perf', event: 'cpu-clock', frequency: HERTZ, cpus: CPUS, samples: count },
  }
}

/** Prints the measured numbers. */
export async function benchScope(seconds = 3600): Promise<void> {
  const say = (line: string): void => {
    process.stdout.write(`  ${line.replace(/^scope: /, '')}\n`)
  }
  const table = hourOfSamples(seconds)
  say(
    `scope: ${table.time.length} samples, ${new Set(table.stack).size} distinct stacks, ${table.stacks.parent.length} nodes`,
  )
  const folder = mkdtempSync(join(tmpdir(), 'bpfview-bench-'))
  const path = join(folder, 'scope.html')
  const begun = performance.now()
  const file = openSync(path, 'w')
  for (const piece of scopePage([table], {
    deflate: bytes => deflateRawSync(bytes, { level: 6 }),
    base64: bytes => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
  }))
    writeSync(file, piece)
  closeSync(file)
  say(
    `scope: page of ${(statSync(path).size / 1e6).toFixed(1)} MB made in ${((performance.now() - begun) / 1000).toFixed(1)} s`,
  )
  if (chromiumThere) {
    const browser = await launchChromium()
    const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } })
    await page.goto(`file://${path}`)
    await page.waitForSelector('html[data-ready]', { timeout: 120_000 })
    const read = (name: string): Promise<string | null> => page.getAttribute('html', `data-${name}`)
    say(`scope: open and drawn after ${await read('opened')} ms, whole profile answered in ${await read('ms')} ms`)
    const box = (await page.locator('#sc-over').boundingBox())!
    for (const [from, to] of [
      [100, 120],
      [100, 600],
      [60, 1300],
    ] as const) {
      await page.mouse.move(box.x + from, box.y + 60)
      await page.mouse.down()
      await page.mouse.move(box.x + to, box.y + 200)
      await page.mouse.up()
      say(`scope: selection of ${await read('selected')} samples answered in ${await read('ms')} ms`)
    }
    await page.keyboard.press('b')
    await page.mouse.move(box.x + 300, box.y + 60)
    await page.mouse.down()
    await page.mouse.move(box.x + 500, box.y + 200)
    await page.mouse.up()
    say(`scope: difference of two selections answered in ${await read('ms')} ms`)
    await browser.close()
  }
  rmSync(folder, { recursive: true })
}
