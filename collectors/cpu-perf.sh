#!/bin/sh
# CPU profile with perf: `perf record` for a while, then `perf script` as text.
# shellcheck source=collectors/lib.sh
case $0 in */*) . "${0%/*}/lib.sh" ;; *) . ./lib.sh ;; esac

collector=cpu-perf
usage='usage: cpu-perf.sh [OPTION]... [-- COMMAND...]
Samples the stacks of everything that runs on the CPUs (perf record), and writes them as text (perf script).
With COMMAND: samples that command, and ends with it.

  -F HZ             samples per second and CPU (default 99: not in step with timers)
  -p PID[,PID]      only these processes
  -e EVENT          what to sample (default: cycles, or the CPU clock where there are no counters)
  --cgroup NAME     only this cgroup (as perf record -G)
  --call-graph MODE fp (default), dwarf or lbr
  --inline          let perf resolve inlined functions (slow on big binaries)
  --keep-data       keep perf.data in the capture
  --no-maps         leave the JIT maps (/tmp/perf-PID.map) where they are'

call_graph=fp inline=false
own_option() {
  case $1 in
  --call-graph) want "$@"; call_graph=$2 taken=2 ;;
  --inline) inline=true taken=1 ;;
  *) taken=0 ;;
  esac
}

# Seconds from the first sample to the last; $1 when the text does not say. perf takes a while to start and to stop.
sampled_time() {
  { sed -n '/^[^\t #]/{p;q;}' "$dir/perf.script.txt"; tail -n 2000 "$dir/perf.script.txt" | grep '^[^[:blank:]#]' | tail -n 1; } |
    awk -v otherwise="$1" 'match($0, / [0-9]+\.[0-9]+: /) { t = substr($0, RSTART + 1) + 0; if (n++) d = t - first; else first = t }
      END { printf "%.2f", d > 0 ? d : otherwise }'
}

record() {
  find_tool perf || die 'perf not found; install linux-perf (Debian), linux-tools-generic (Ubuntu), perf (Fedora, Arch, Alpine)'
  perf=$tool tool_name=perf
  tool_version=$("$perf" --version 2>/dev/null | sed 's/^perf version //')
  paranoid=$(cat /proc/sys/kernel/perf_event_paranoid 2>/dev/null || echo 9)
  if [ "$(id -u)" -ne 0 ] && [ "$paranoid" -gt -1 ] && [ $# -eq 0 ]; then need_root; fi
  open_capture
  frequency=$hertz clock=monotonic

  scope=given
  if [ $# -eq 0 ]; then
    scope=all
    set -- -- sleep "$seconds"
    if [ -n "$pid" ]; then set -- -p "$pid" "$@"; else set -- -a "$@"; fi
  else
    [ -z "$pid" ] || die '-p and a command: choose one'
    set -- -- "$@"
    [ -z "$cgroup" ] || set -- -a "$@"
  fi
  if [ -n "$cgroup" ]; then set -- -G "$cgroup" "$@"; event=${event:-cpu-clock}; fi
  if [ -n "$event" ]; then set -- -e "$event" "$@"; fi
  # -N: no copies of the host's binaries in ~/.debug
  run 0 perf-record.stdout.txt perf-record.stderr.txt \
    "$perf" record -N -k mono -F "$hertz" --call-graph "$call_graph" -o "$dir/perf.data" "$@"
  record_status=$status record_command=$command record_duration=$duration record_elapsed=$elapsed record_ended=$ended
  record_interrupted=$interrupted
  case $status in 130 | 143) $interrupted && record_status=0 ;; esac

  if [ ! -s "$dir/perf.data" ]; then
    cat "$dir/perf-record.stderr.txt" >&2
    say "perf record wrote nothing (status $status)"
    rm -f "$dir/perf.data" "$dir"/perf-record.* "$dir/.reserve"; drop_unused; exit 2
  fi
  # No debuginfod: a collector asks the network for nothing. -f: maps of other users are theirs, and welcome.
  DEBUGINFOD_URLS=''; export DEBUGINFOD_URLS
  if $inline; then set -- --inline; else set -- --no-inline; fi
  interrupted=false
  run 0 perf.script.txt perf-script.stderr.txt "$perf" script -f -F +pid "$@" -i "$dir/perf.data"
  if [ "$status" -ne 0 ] && ! $interrupted && [ ! -s "$dir/perf.script.txt" ]; then
    run 0 perf.script.txt perf-script.stderr.txt "$perf" script -f -i "$dir/perf.data"       # an older perf
  fi
  if [ "$status" -ne 0 ] || $interrupted; then
    keep_data=true
    say 'perf script did not finish: perf.data is kept, perf script -i perf.data can be run again'
  fi
  if $interrupted || [ "$status" -ne 0 ]; then :; else status=$record_status; fi
  if $record_interrupted; then interrupted=true; fi
  if [ "$scope" = all ] && ! $interrupted; then record_duration=$seconds; else record_duration=$(sampled_time "$record_duration"); fi
  command=$record_command duration=$record_duration elapsed=$record_elapsed ended=$record_ended

  event_name=$(sed -n '/^[^#]/{s/.*[0-9]: *[0-9][0-9]* *\([^ ].*[^ ]\): *$/\1/p;q;}' "$dir/perf.script.txt")
  event_name=${event:-$event_name}
  count_lost perf-record.stderr.txt; count_lost perf-script.stderr.txt
  [ -s "$dir/perf-record.stdout.txt" ] || rm -f "$dir/perf-record.stdout.txt"
  add_maps perf.script.txt
  add_file perf.script.txt stdout
  add_file perf-script.stderr.txt stderr
  add_file perf-record.stdout.txt record-stdout
  add_file perf-record.stderr.txt record-stderr
  if $keep_data; then add_file perf.data data; else rm -f "$dir/perf.data"; fi
  close_capture
}

main() {
  parse_options "$@"; shift "$shifted"
  record "$@"
}

main "$@"
