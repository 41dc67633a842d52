/** Whole text of a small picture of every kind: what changes in one is seen, and meant. Written anew with `npx vitest run test/pictures.test.ts -u`. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bpfview } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'bpfview-pictures-'))

/** A file with a text, by a name of its own. */
function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const STACKS = file(
  'app.folded',
  'app;main;parse;read_[k] 60\napp;main;parse 12\napp;main;std::vector<int>::push_back(int) 8\ndb;serve;fsync_[k];ext4_sync_[k] 30\n',
)
const AFTER = file(
  'after.folded',
  'app;main;parse;read_[k] 20\napp;main;parse;check 25\napp;main;std::vector<int>::push_back(int) 9\ndb;serve;fsync_[k];ext4_sync_[k] 31\n',
)
const SAMPLES = file(
  'perf.txt',
  [1, 1.1, 1.25, 1.5, 1.9, 2.4]
    .map(
      (time, i) =>
        `app ${i % 2 === 0 ? '7/7' : '7/8'} [00${i % 2}] ${time.toFixed(6)}:     250000 cpu-clock: \n\t          4000${i % 3} work${i % 3}+0x1 (/bin/app)\n\t          400100 main+0x2 (/bin/app)\n\n`,
    )
    .join(''),
)

/** A histogram of runqlat as text, with one count to a bucket from 0 up. */
function histogram(key: string, counts: readonly number[]): string {
  const rows = counts.map((count, i) => `${i === 0 ? 0 : 2 ** i} -> ${2 ** (i + 1) - 1} : ${count} |*|`)
  return `${key === '' ? '' : `\npid = ${key}\n`}     usecs               : count     distribution\n${rows.join('\n')}\n\n`
}

const ONE = file('one.hist', histogram('', [3, 9, 21, 4, 0, 1]))
const ONE_AFTER = file('one-after.hist', histogram('', [3, 7, 12, 14, 6, 2]))
const TWO = file('two.hist', histogram('18 migration/0', [1, 6, 2]) + histogram('11 rt-pool-worker1', [0, 2, 7, 5]))
const MANY = file(
  'many.hist',
  Array.from({ length: 14 }, (_, i) => histogram(`${i + 10} task${i}`, [i, 14 - i, (i * 5) % 7, i % 3])).join(''),
)
const OVER_TIME = file(
  'time.hist',
  [1, 2, 3].map(second => `10:00:0${second}\n${histogram('', [second, 8 - second, 2, second === 2 ? 5 : 0])}`).join(''),
)
const DISKS = file(
  'biosnoop.txt',
  'TIME(s)     COMM           PID     DISK    T SECTOR     BYTES  LAT(ms)\n' +
    [0, 0.5, 1.2, 1.9, 2.5, 3.1]
      .map(
        (time, i) =>
          `${time.toFixed(6)}    app            7       ${i % 2 === 0 ? 'sda' : 'sdb'}     R ${1000 + i * 8}       4096      ${(0.2 * (i + 1) ** 2).toFixed(2)}\n`,
      )
      .join(''),
)
const CPUS = file(
  'mpstat.txt',
  'Linux 6.1.0 (host) \t11/30/26 \t_x86_64_\t(2 CPU)\n\n' +
    [1, 2, 3]
      .map(
        second =>
          '10:00:0' +
          second +
          '     CPU    %usr   %nice    %sys %iowait    %irq   %soft  %steal  %guest  %gnice   %idle\n' +
          [0, 1]
            .map(
              cpu =>
                `10:00:0${second}       ${cpu}   ${10 * second + cpu}.00    0.00    5.00    0.00    0.00    0.00    0.00    0.00    0.00   ${85 - 10 * second - cpu}.00\n`,
            )
            .join('') +
          '\n',
      )
      .join(''),
)

const PICTURES: Readonly<Record<string, readonly string[]>> = {
  flame: ['flame', STACKS, '--no-script'],
  'flame-dark': ['flame', STACKS, '--no-script', '--theme', 'dark'],
  'flame-phone': ['flame', STACKS, '--no-script', '--width', '390'],
  icicle: ['flame', STACKS, '--no-script', '--icicle'],
  reverse: ['flame', STACKS, '--no-script', '--reverse'],
  'side-by-side': ['flame', STACKS, AFTER, '--no-script', '--side-by-side'],
  chart: ['flame', SAMPLES, '--no-script', '--chart'],
  diff: ['diff', STACKS, AFTER, '--no-script', '--to', 'svg'],
  'diff-histograms': ['diff', ONE, ONE_AFTER, '--to', 'svg'],
  flamegraph: ['flamegraph', STACKS],
  'heat-histograms': ['heat', OVER_TIME, '--to', 'svg'],
  'heat-events': ['heat', DISKS, '--to', 'svg'],
  'heat-panels': ['heat', DISKS, '--split', 'DISK', '--to', 'svg'],
  'heat-levels': ['heat', CPUS, '--to', 'svg'],
  'histogram-panels': ['hist', ONE, '--svg'],
  'histogram-overlay': ['hist', TWO, '--svg'],
  'histogram-trails': ['hist', MANY, '--svg'],
  'histogram-dark': ['hist', TWO, '--svg', '--theme', 'dark', '--y-axis', 'log'],
}

describe('pictures', () => {
  test.each(Object.entries(PICTURES))('%s', async (name, args) => {
    const { stdout, stderr, status } = await bpfview([...args])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    // the scripts have tests of their own, and change for other reasons
    const still = stdout.replace(/<script>.*?<\/script>/s, '').replace(/<h:head.*?<\/h:head>\n/s, '')
    expect(still).not.toContain(folder)
    await expect(still).toMatchFileSnapshot(`../fixtures/render/${name}.svg`)
  })
})
