#!/bin/sh
# container: stacks of what runs on the CPUs in one container
# tool: perf; else bpftrace
# kernel: any with perf_event and cgroups; 4.18 for bpftrace
# picture: flame graph; with perf also flame chart and subsecond-offset heat map
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
. "$here/lib.sh"
. "$here/lib-perf.sh"
. "$here/lib-bpf.sh"
. "$here/lib-cpu.sh"

collector=container
usage='usage: container.sh [OPTION]... PID|CGROUP|NAME
Samples the stacks of one container: that of a process, a cgroup (a path below /sys/fs/cgroup), or the name of a running
container of docker, podman or crictl. JIT maps are taken from the container'\''s own /tmp.

  -F HZ             samples per second and CPU (default 99: not in step with timers)
  --call-graph MODE perf: fp (default), dwarf or lbr
  --inline          perf: resolve inlined functions (slow on big binaries)
  --keep-data       perf: keep perf.data in the capture'

own_option() { perf_option "$@"; }

# The cgroup of a process, in the hierarchy perf looks at.
cgroup_of() {
  sed -n 's/^[0-9]*:[^:]*perf_event[^:]*:\/*//p' "/proc/$1/cgroup" | head -n 1 | grep . ||
    sed -n 's/^0::\/*//p' "/proc/$1/cgroup" | head -n 1 | grep .
}

# The first process of a container by its name or id.
pid_of() {
  for runtime in docker podman; do
    command -v "$runtime" >/dev/null 2>&1 || continue
    "$runtime" inspect -f '{{.State.Pid}}' "$1" 2>/dev/null </dev/null && return 0
  done
  command -v crictl >/dev/null 2>&1 && crictl inspect -o go-template --template '{{.info.pid}}' "$1" 2>/dev/null </dev/null
}

main() {
  parse_options "$@"; shift "$shifted"
  [ $# -eq 1 ] || die 'which container? see --help'
  need_root
  what=$1
  if ! is_number "$what" && [ ! -d "$(cgroup_path "${what#/sys/fs/cgroup/}")" ]; then
    what=$(pid_of "$1") || die "$1: no such cgroup or container"
    in_range "$what" 999999999 || die "$1: no such cgroup, and no running container of this name"
  fi
  if is_number "$what"; then
    [ -d "/proc/$what" ] || die "no process $what"
    cgroup=$(cgroup_of "$what") || die "process $what is in no cgroup of its own"
  else
    cgroup=${what#/sys/fs/cgroup/}; cgroup=${cgroup#unified/}; cgroup=${cgroup#perf_event/}
  fi
  map_pids=$(find "$(cgroup_path "$cgroup")" -name cgroup.procs -exec cat {} + 2>/dev/null | tr '\n' ',')
  manifest_extra="\"cgroup\": $(json_string "$cgroup")"
  say "cgroup $cgroup"
  shift
  collect_cpu "$@"
}

main "$@"
