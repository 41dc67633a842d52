/**
 * Kernel messages of dmesg, plain, with -T, -x and in syslog files:
 *
 *     [ 1017.146279] capability: warning: `snmpd' uses 32-bit capabilities
 *     [Sat Nov 21 01:02:03 2026] EXT4-fs (vda): mounted filesystem
 *     kern  :info  : [    3.118307] virtio_blk virtio1: [vda] new size
 *     Oct 16 01:32:06 web kernel: [780087.407428] bash (9888): drop_caches: 1
 *     <6>[    3.118307] virtio_blk virtio1
 *
 * Source: util-linux dmesg.c; FORMATS section i.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { clockSeconds } from '../../src/model/text/clock.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat, mostLines } from '../reading/line-format.ts'
import { parseStamp } from '../words/clock.ts'

const MESSAGE =
  /^(?:<(\d+)>)?(?:([a-z]+) *:([a-z]+) *: )?\[(?: *(\d+\.\d{6})|([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}))\](?: (.*))?$/
const SYSLOG =
  /^([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?) (\S{1,255}) ([^\s:[]{1,64})(?:\[(\d+)\])?: (.*)$/

export const dmesg = lineFormat({
  id: 'dmesg',
  title: 'kernel messages (dmesg) and syslog',
  talk: true,
  longest: 65_536,
  sniff: head => mostLines(head, line => MESSAGE.test(line) || SYSLOG.test(line), 1, 0.6),
  grammar: messages,
})

function messages(log: DiagnosticLog): LineGrammar {
  const kernel = new TableBuilder(
    'messages',
    [
      { name: 'TIME', unit: '', cell: 'time' },
      { name: 'FACILITY', unit: '', cell: 'text' },
      { name: 'LEVEL', unit: '', cell: 'text' },
      { name: 'MESSAGE', unit: '', cell: 'text' },
    ],
    log,
  )
  const syslog = new TableBuilder(
    'syslog',
    [
      { name: 'WHEN', unit: '', cell: 'text' },
      { name: 'TIME', unit: '', cell: 'time' },
      { name: 'HOST', unit: '', cell: 'text' },
      { name: 'PROGRAM', unit: '', cell: 'text' },
      { name: 'PID', unit: '', cell: 'number' },
      { name: 'MESSAGE', unit: '', cell: 'text' },
    ],
    log,
  )
  return {
    line(line, n) {
      const message = MESSAGE.exec(line)
      if (message !== null) {
        const [, priority, facility, level, seconds, date, text] = message
        kernel.add([seconds ?? date!, facility ?? '', level ?? priority ?? '', text ?? ''], n)
        return true
      }
      const entry = SYSLOG.exec(line)
      if (entry === null) return false
      const [, when, host, program, pid, text] = entry
      const time = when!.startsWith('2')
        ? parseStamp(when!) === undefined
          ? ''
          : when!
        : clockSeconds(when!.slice(-8)) === undefined
          ? ''
          : when!.slice(-8)
      syslog.add([when!, time, host!, program!, pid ?? '', text!], n)
      return true
    },
    datasets: () =>
      [kernel.finish({ tool: 'dmesg' }), syslog.finish({ tool: 'syslog' })].filter(
        (table, i) => table.length > 0 || (i === 0 && syslog.length === 0),
      ),
  }
}
