#!/bin/sh
# cpu: stacks of what runs on the CPUs
# tool: perf; else bpftrace; else BCC profile
# kernel: any with perf_event; 4.9 for bpftrace and BCC
# picture: flame graph; with perf also flame chart and subsecond-offset heat map
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
. "$here/lib.sh"
. "$here/lib-perf.sh"
. "$here/lib-bpf.sh"
. "$here/lib-cpu.sh"

collector=cpu
usage='usage: cpu.sh [OPTION]... [-- COMMAND...]
Samples the stacks of everything that runs on the CPUs, with perf; where there is none, or it does not work, with
bpftrace, and then with BCC. With COMMAND: samples that command, and ends with it (perf only).

  -F HZ             samples per second and CPU (default 99: not in step with timers)
  -p PID[,PID]      only these processes
  --cgroup NAME     only this cgroup
  -e EVENT          perf: what to sample (default: cycles, or the CPU clock where there are no counters)
  --call-graph MODE perf: fp (default), dwarf or lbr
  --inline          perf: resolve inlined functions (slow on big binaries)
  --keep-data       perf: keep perf.data in the capture'

own_option() { perf_option "$@"; }

main() {
  parse_options "$@"; shift "$shifted"
  collect_cpu "$@"
}

main "$@"
