#!/bin/sh
# offcpu-events: every wait with its time: who, from when, how long, in which state, woken by whom, with stacks
# tool: perf
# kernel: any with perf_event and tracefs
# picture: off-CPU flame graph, waiting over time (scope, heat, flame --chart)
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
. "$here/lib.sh"
. "$here/lib-perf.sh"

collector=offcpu-events
usage='usage: offcpu-events.sh [OPTION]...
Records every switch away from a task and every wake-up, with stacks (sched:sched_switch, sched:sched_waking). bpfview pairs
them into waits: start, duration, state (S sleep, D disk, R still runnable: it waited for a CPU), who woke it. A busy host
switches 100,000 times a second: give -p, and a short -d.

  -p PID[,PID]      only waits of these processes (of the threads they have now): far cheaper than all
  --max-size MB     stop when the recording is that large (default 256)
  --call-graph MODE fp (default), dwarf or lbr
  --keep-data       keep perf.data in the capture'

default_seconds=5 max_size=256
own_option() {
  case $1 in
  --max-size) want "$@"; in_range "$2" 65536 || die "--max-size $2: expected megabytes, 1 to 65536"; max_size=$2 taken=2 ;;
  -c | -e | --inline) offers "$1" ;;
  *) perf_option "$@" ;;
  esac
}

# tid_filter FIELD...: a filter of perf on the threads of -p: `prev_pid==12||next_pid==12`.
tid_filter() {
  filter=''
  for filter_pid in $(printf '%s' "$pid" | tr , ' '); do
    for task in "/proc/$filter_pid/task/"[0-9]*; do
      for field in "$@"; do filter="${filter:+$filter||}$field==${task##*/}"; done
    done
  done
  printf '%s' "$filter"
}

main() {
  parse_options "$@"; shift "$shifted"
  [ $# -eq 0 ] || die "unexpected $1; see --help"
  find_perf || no_perf
  need_root
  [ -e /sys/kernel/tracing/events/sched ] || [ -e /sys/kernel/debug/tracing/events/sched ] ||
    die 'no tracepoints here: mount tracefs (mount -t tracefs nodev /sys/kernel/tracing), also into a container'
  open_capture
  say "perf: $tool, every switch and wake-up for $seconds s"
  frequency=null clock=monotonic tool_name=perf tool_version=$perf_version perf=$tool scope=all asked_seconds=$seconds bounded=true
  set -- -e sched:sched_switch
  if [ -n "$pid" ]; then set -- "$@" --filter "$(tid_filter prev_pid next_pid)"; fi
  set -- "$@" -e sched:sched_waking
  if [ -n "$pid" ]; then set -- "$@" --filter "$(tid_filter pid)"; fi
  run 0 perf-record.stdout.txt perf-record.stderr.txt "$perf" record -N -k mono -c 1 --call-graph "$call_graph" --max-size "${max_size}M" \
    -o "$dir/perf.data" -a "$@" -- sleep "$seconds" || :
  perf_recorded || { cat "$dir/perf-record.stderr.txt" >&2; rm -f "$dir"/perf*; die 'perf recorded nothing'; }
  if grep -q '^\[ perf record: perf size limit reached' "$dir/perf-record.stderr.txt"; then
    say "stopped at --max-size $max_size MB: the capture is shorter than asked"
    manifest_extra="\"sizeLimit\": $max_size" scope=given
  fi
  manifest_extra="${manifest_extra:+$manifest_extra, }\"period\": 1, \"callGraph\": \"$call_graph\""
  pid_of_target=$pid pid='' event=sched:sched_switch
  perf_text
  pid=$pid_of_target event_name=off-cpu-events
  close_capture
}

main "$@"
