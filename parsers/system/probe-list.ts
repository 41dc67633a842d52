/**
 * Lists of probes with their arguments, as tplist, bpftrace -l and -lv print them:
 *
 *     block:block_rq_complete
 *         dev_t dev;
 *         sector_t sector;
 *     /lib64/libc.so.6 libc:setjmp
 *     basic_usdt:loop_iter [sema 0x601036]
 *       2 location(s)
 *
 * Source: bcc tools/tplist.py, bpftrace src/probe_matcher.cpp.
 */

import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'

const PROBE =
  /^(?:(\/\S{1,300}) )?((?:[a-z][\w-]*:)?(?:\/[^\s:]{1,300}|[\w*.-]+)(?::[\w*.:-]+){1,3})(?: \[sema (0x[0-9a-f]+)\])?$/

/** A time looks like a probe of three parts. */
const TIME = /^\d{1,2}:\d{2}:\d{2}(?:\.\d+)?\s*$/

export const probeList = lineFormat({
  id: 'probe-list',
  title: 'lists of probes (tplist, bpftrace -l)',
  sniff(head) {
    let probes = 0
    for (const line of head.lines) {
      if (TIME.test(line)) return false
      if (PROBE.test(line)) probes++
      else if (!/^(?:\s+\S|\.\.\.)/.test(line) || probes === 0) return false
    }
    return probes > 0
  },
  grammar: list,
})

function list(): LineGrammar {
  const columns: { readonly module: string[]; readonly probe: string[]; readonly arguments: string[] } = {
    module: [],
    probe: [],
    arguments: [],
  }
  return {
    line(line) {
      const probe = PROBE.exec(line)
      if (probe !== null) {
        columns.module.push(probe[1] ?? '')
        columns.probe.push(probe[2]!)
        columns.arguments.push(probe[3] === undefined ? '' : `sema ${probe[3]}`)
        return true
      }
      const last = columns.probe.length - 1
      if (!/^\s/.test(line) || last < 0) return false
      const argument = line.trim().replace(/;$/, '')
      columns.arguments[last] = columns.arguments[last] === '' ? argument : `${columns.arguments[last]!}; ${argument}`
      return true
    },
    datasets: () => [
      {
        kind: 'events',
        name: 'probes',
        tool: 'tplist',
        length: columns.probe.length,
        meta: { tool: 'tplist' },
        columns: [
          { name: 'MODULE', type: 'text', values: columns.module },
          { name: 'PROBE', type: 'text', values: columns.probe },
          { name: 'ARGUMENTS', type: 'text', values: columns.arguments },
        ],
      },
    ],
  }
}
