/**
 * Resources of one command as GNU time prints them with -v; one or several after one another:
 *
 *     	Command being timed: "./bench 300"
 *     	User time (seconds): 1.02
 *     	Percent of CPU this job got: 99%
 *     	Elapsed (wall clock) time (h:mm:ss or m:ss): 0:01.05
 *     	Maximum resident set size (kbytes): 11264
 *     	Exit status: 0
 *
 * What the command itself prints to the same file stands before it and is left out. Source: GNU time 1.9, time.c.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { MeasurementSet } from './measurement-set.ts'

const FIELD = /^\t(.+?): (.*)$/
const METRICS = new Map<string, readonly [string, string]>([
  ['User time (seconds)', ['user time', 's']],
  ['System time (seconds)', ['system time', 's']],
  ['Maximum resident set size (kbytes)', ['max RSS', 'KiB']],
  ['Major (requiring I/O) page faults', ['major page faults', 'count']],
  ['Minor (reclaiming a frame) page faults', ['minor page faults', 'count']],
  ['Voluntary context switches', ['voluntary context switches', 'count']],
  ['Involuntary context switches', ['involuntary context switches', 'count']],
  ['File system inputs', ['file system inputs', 'count']],
  ['File system outputs', ['file system outputs', 'count']],
])
const ELAPSED = 'Elapsed (wall clock) time (h:mm:ss or m:ss)'

export const timeVerbose = lineFormat({
  id: 'time-v',
  title: 'resources of a command: GNU `time -v`',
  sniff: head => head.lines.some(line => /^\tCommand being timed: "/.test(line)),
  grammar: resources,
})

function resources(log: DiagnosticLog): LineGrammar {
  const set = new MeasurementSet()
  let command = ''
  let process = -1
  const failed = (exit: number): void => {
    set.fail(exit)
    log.note('command-failed', `the command failed with exit status ${exit}`)
  }
  return {
    line(text) {
      const field = FIELD.exec(text)
      if (field === null) {
        const ended = /^Command (exited with non-zero status|terminated by signal) (\d+)/.exec(text)
        // of a command that a signal ended the exit status below is 0
        if (ended?.[1] === 'terminated by signal') failed(128 + Number(ended[2]))
        return ended !== null
      }
      const [, name, value] = field as unknown as [string, string, string]
      if (name === 'Command being timed') {
        command = value.replace(/^"|"$/g, '')
        process++
        return true
      }
      if (process < 0) return false
      const metric = METRICS.get(name)
      if (metric !== undefined)
        set.add({ benchmark: command, metric: metric[0], unit: metric[1], value: Number(value), process })
      else if (name === ELAPSED)
        set.add({ benchmark: command, metric: 'elapsed time', unit: 's', value: clock(value), process })
      else if (name === 'Exit status' && Number(value) > 0) failed(Number(value))
      return true
    },
    datasets: () => set.finish('time'),
  }
}

/** Seconds of `1:02:03` or `0:01.05`. */
function clock(text: string): number {
  return text.split(':').reduce((total, part) => total * 60 + Number(part), 0)
}
