/** Inputs of each format with an untrusted name wherever that format has names: as comm, symbol, module, event, key, disk, column cell. */
export const INPUTS: Readonly<Record<string, (name: string) => string>> = {
  folded: name => `${name};main;${name}_[k] 5\n${name};main;other 3\nx;${name} 7\n`,
  'perf script': name =>
    ['1.000001', '1.500002', '2.250003']
      .map(
        (time, at) =>
          `${name}  12/1${at} [00${at}] ${time}:     250000 cpu-clock:${at === 1 ? name : ''}\n\t    55d0c0de ${name}+0x1f (/usr/bin/${name})\n\tffffffff81000130 do_it+0x2 ([kernel.kallsyms])\n\n`,
      )
      .join(''),
  'BCC stacks': name =>
    `    do_work\n    ${name}\n    -                ${name} (12)\n        5\n\n    ${name}\n    -                app (13)\n        7\n\n`,
  'bpftrace maps': name =>
    `Attaching 1 probe...\n\n@[\n    ${name}+12\n    do_syscall_64+91\n, ${name}]: 5\n@x[${name}, 3]: 9\n@y[${name}]: 9\n`,
  'bpftrace json': name =>
    `{"type": "attached_probes", "data": {"probes": 1}}\n${JSON.stringify({ type: 'map', data: { '@': { [`${name}+1\nmain+2\n,${name}`]: 5 } } })}\n${JSON.stringify(
      {
        type: 'hist',
        data: {
          '@us': {
            [name]: [
              { min: 0, max: 1, count: 3 },
              { min: 2, max: 3, count: 4 },
            ],
          },
        },
      },
    )}\n`,
  'BCC histogram': name =>
    `Tracing block device I/O... Hit Ctrl-C to end.\n\ndisk = ${name}\n     usecs               : count     distribution\n         0 -> 1          : 5        |*****     |\n         2 -> 3          : 10       |**********|\n\n`,
  'event table': name =>
    `TIME(s)     COMM           PID    DISK    T SECTOR     BYTES  LAT(ms)\n0.000000    ${name}   12  vda  R  1000  4096  0.61\n1.500000    app  13  ${name}  W  2000  4096  1.20\n2.500000    dd  13  vdb  W  2000  4096  7.20\n`,
  CSV: name => `TIME,COMM,LAT_us\n1,"${name.replaceAll('"', '""')}",5\n2,b,7\n`,
  'JSON rows': name =>
    `${JSON.stringify([
      { comm: name, [name]: 3, us: 5 },
      { comm: 'b', us: 7 },
    ])}\n`,
  'time and latency': name => `1 5\n2 7\n3 ${name}\n4 9\n`,
}
