# shellcheck shell=sh disable=SC2034,SC2154 # what a collector reads is set here, and the other way round
# perf record, then perf script as text. Sourced after lib.sh.

call_graph=fp inline=false period=''

# Sets `tool`. Ubuntu's perf is a wrapper that fails when the package of the running kernel is missing: asked for its version.
find_perf() {
  case ${given_tool##*/} in '' | *perf*) ;; *) return 1 ;; esac
  find_program "${given_tool:-perf}" || return 1
  perf_version=$("$tool" --version 2>/dev/null </dev/null) || return 1
  perf_version=${perf_version#perf version }
}
no_perf() { missing perf 'linux-perf (Ubuntu: linux-tools-generic)' perf perf perf; }

# Seconds from the first sample to the last; $1 when the text does not say. perf takes a while to start and to stop.
sampled_time() {
  { sed -n '/^[^\t #]/{p;q;}' "$dir/perf.script.txt"; tail -n 2000 "$dir/perf.script.txt" | grep '^[^[:blank:]#]' | tail -n 1; } |
    awk -v otherwise="$1" 'match($0, / [0-9]+\.[0-9]+: /) { t = substr($0, RSTART + 1) + 0; if (n++) d = t - first; else first = t }
      END { printf "%.2f", (d > 0 ? d : otherwise) }'
}

# perf_record [COMMAND...]: samples for -d seconds, or as long as COMMAND runs. Returns 1 when nothing was recorded.
perf_record() {
  frequency=$hertz clock=monotonic tool_name=perf tool_version=$perf_version perf=$tool
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
  if [ -n "$period" ]; then set -- -c "$period" "$@"; frequency=null; else set -- -F "$hertz" "$@"; fi
  # -N: no copies of the host's binaries in ~/.debug. -k: the clock of bpftrace's nsecs.
  run 0 perf-record.stdout.txt perf-record.stderr.txt \
    "$perf" record -N -k mono --call-graph "$call_graph" -o "$dir/perf.data" "$@"
  record_status=$status record_command=$command record_duration=$duration record_elapsed=$elapsed record_ended=$ended
  record_interrupted=$interrupted
  if $interrupted && { [ "$status" -eq 130 ] || [ "$status" -eq 143 ]; }; then record_status=0; fi
  [ -s "$dir/perf.data" ] && [ "$(wc -c <"$dir/perf.data")" -gt 512 ]
}

# Puts away what a perf record that failed left.
forget_perf() {
  say "perf did not work: $(grep -v '^[[:space:]]*$' "$dir/perf-record.stderr.txt" | head -n 2 | tr '\n' ' ' | cut -c 1-200)"
  rm -f "$dir/perf.data" "$dir/perf-record.stdout.txt"
  mv "$dir/perf-record.stderr.txt" "$dir/perf.failed.txt"
  failed_files="${failed_files:-} perf.failed.txt"
}

# perf_text: the samples of perf.data as perf.script.txt, and the manifest's entries of all of it.
perf_text() {
  if $inline; then set -- --inline; else set -- --no-inline; fi
  interrupted=false
  # -f: the JIT maps of other users are theirs, and welcome. An older perf knows fewer options.
  run 0 perf.script.txt perf-script.stderr.txt "$perf" script -f -F +pid "$@" -i "$dir/perf.data"
  if [ "$status" -ne 0 ] && ! $interrupted && [ ! -s "$dir/perf.script.txt" ]; then
    run 0 perf.script.txt perf-script.stderr.txt "$perf" script -f -i "$dir/perf.data"
  fi
  settle
  if [ "$status" -ne 0 ] || $interrupted || $full; then
    keep_data=true
    say 'perf script did not finish: perf.data is kept, perf script -i perf.data can be run again'
  fi
  if ! $interrupted && [ "$status" -eq 0 ]; then status=$record_status; fi
  if $record_interrupted; then interrupted=true; fi
  if [ "$scope" = all ] && ! $interrupted; then record_duration=$seconds; else record_duration=$(sampled_time "$record_duration"); fi
  command=$record_command duration=$record_duration elapsed=$record_elapsed ended=$record_ended
  event_name=$event
  if [ -z "$event_name" ]; then
    event_name=$(sed -n '/^[^#]/{s/.*[0-9]: *[0-9][0-9]* *\([^ ].*[^ ]\): *$/\1/p;q;}' "$dir/perf.script.txt")
  fi
  count_lost perf-record.stderr.txt perf-script.stderr.txt
  [ -s "$dir/perf-record.stdout.txt" ] || rm -f "$dir/perf-record.stdout.txt"
  add_maps perf.script.txt
  add_file perf.script.txt stdout
  add_file perf-script.stderr.txt stderr
  add_file perf-record.stdout.txt record-stdout
  add_file perf-record.stderr.txt record-stderr
  if $keep_data; then add_file perf.data data; else rm -f "$dir/perf.data"; fi
}

perf_option() {
  case $1 in
  --call-graph) want "$@"; call_graph=$2 taken=2 ;;
  --inline) inline=true taken=1 ;;
  -c) want "$@"; in_range "$2" 999999999 || die "-c $2: expected a number of events"; period=$2 taken=2 ;;
  *) taken=0 ;;
  esac
}
