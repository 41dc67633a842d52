#!/bin/sh
# cpu-perf: stacks of what runs on the CPUs, sampled by perf
# tool: perf
# kernel: any with perf_event
# picture: flame graph, flame chart, subsecond-offset heat map
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
. "$here/lib.sh"
. "$here/lib-perf.sh"

collector=cpu-perf
usage='usage: cpu-perf.sh [OPTION]... [-- COMMAND...]
Samples the stacks of everything that runs on the CPUs (perf record), and writes them as text (perf script).
With COMMAND: samples that command, and ends with it.

  -F HZ             samples per second and CPU (default 99: not in step with timers)
  -c N              one sample every N events, instead of -F
  -p PID[,PID]      only these processes
  -e EVENT          what to sample (default: cycles, or the CPU clock where there are no counters)
  --cgroup NAME     only this cgroup (perf record -G)
  --call-graph MODE fp (default), dwarf or lbr
  --inline          let perf resolve inlined functions (slow on big binaries)
  --keep-data       keep perf.data in the capture'

own_option() { perf_option "$@"; }

main() {
  parse_options "$@"; shift "$shifted"
  find_perf || no_perf
  paranoid=$(cat /proc/sys/kernel/perf_event_paranoid 2>/dev/null || echo 9)
  if [ "$paranoid" -gt -1 ] && [ $# -eq 0 ]; then need_root; fi
  open_capture
  perf_record "$@" || { cat "$dir/perf-record.stderr.txt" >&2; rm -f "$dir"/perf*; die 'perf recorded nothing'; }
  perf_text
  close_capture
}

main "$@"
