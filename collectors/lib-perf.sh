# shellcheck shell=sh disable=SC2034,SC2154 # what a collector reads is set here, and the other way round
# perf record, then perf script as text. Sourced after lib.sh.

call_graph=fp inline=false period=''

# Sets `tool`. Ubuntu's perf is a wrapper that fails when the package of the running kernel is missing: asked for its version.
find_perf() {
  case ${given_tool##*/} in '' | *perf*) ;; *) return 1 ;; esac
  case $call_graph in fp | lbr | dwarf | dwarf,[0-9]*) ;; *) die "--call-graph $call_graph: expected fp, dwarf or lbr" ;; esac
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
    bounded=true asked_seconds=$seconds
    if [ -n "$pid" ]; then set -- -p "$pid" "$@"; else set -- -a "$@"; fi
  else
    [ -z "$pid" ] || die '-p and a command: choose one'
    set -- -- "$@"
    [ -z "$cgroup" ] || set -- -a "$@"
  fi
  if [ -n "$cgroup" ]; then set -- -G "$cgroup" "$@"; event=${event:-cpu-clock}; fi
  if [ -n "$event" ]; then set -- -e "$event" "$@"; fi
  # every event of a tracepoint, unless asked otherwise: at a frequency perf guesses how many one sample stands for
  case $event in *:*[!ukhGHpPSDWeIb]*) if ! $hertz_given; then period=${period:-1}; fi ;; esac
  if [ -n "$period" ]; then
    set -- -c "$period" "$@"
    frequency=null manifest_extra="${manifest_extra:+$manifest_extra, }\"period\": $period"
  else set -- -F "$hertz" "$@"; fi
  manifest_extra="${manifest_extra:+$manifest_extra, }\"callGraph\": \"$call_graph\""
  # -N: no copies of the host's binaries in ~/.debug. -k: the clock of bpftrace's nsecs.
  run 0 perf-record.stdout.txt perf-record.stderr.txt \
    "$perf" record -N -k mono --call-graph "$call_graph" -o "$dir/perf.data" "$@"
  perf_recorded
}

# Whether the perf record that just ran recorded anything; keeps what the manifest needs of it.
perf_recorded() {
  if $dry_run; then plain_words "$perf" script -f -F +pid -i "$dir/perf.data"; echo; exit 0; fi
  record_status=$status record_command=$command record_duration=$duration record_elapsed=$elapsed record_ended=$ended
  record_interrupted=$interrupted bounded=false
  if $interrupted && { [ "$status" -eq 130 ] || [ "$status" -eq 143 ]; }; then record_status=0; fi
  [ -s "$dir/perf.data" ] && [ "$(wc -c <"$dir/perf.data")" -gt 512 ]
}

# Puts away what a perf record that failed left.
forget_perf() {
  say "perf did not work: $(grep -v '^[[:space:]]*$' "$dir/perf-record.stderr.txt" | head -n 2 | tr '\n' ' ' | cut -c 1-200)"
  rm -f "$dir/perf.data" "$dir/perf-record.stdout.txt"
  manifest_extra=''
  mv "$dir/perf-record.stderr.txt" "$dir/perf.failed.txt"
  failed_files="${failed_files:-} perf.failed.txt"
}

# perf_to_text: the samples of perf.data as perf.script.txt.
perf_to_text() {
  if $inline; then set -- --inline; else set -- --no-inline; fi
  interrupted=false
  say "writing $(($(wc -c <"$dir/perf.data") / 1024)) KiB of samples as text: perf script takes its time on big programs"
  script_words=$(quoted "$@")
  # -f: the JIT maps of other users are theirs, and welcome; but perf reads whatever lies there
  hide_maps=''
  for map in /tmp/perf-[0-9]*.map; do
    map_pid=${map#/tmp/perf-}; map_pid=${map_pid%.map}
    if [ ! -e "$map" ] || ! is_number "$map_pid" || fair_map "$map" "$map_pid"; then continue; fi
    say "$map is not given to perf: larger than $((map_limit >> 20)) MiB, or not of the user of process $map_pid"
    hide_maps="$hide_maps $map"
  done
  # with +pid perf prints no stacks of tracepoints: they are asked for field by field
  case $event in
  *:*[!ukhGHpPSDWeIb]*) perf_script -F comm,pid,tid,cpu,time,event,trace,ip,sym,symoff,dso ;;
  *) perf_script -F +pid ;;
  esac
  # an older perf knows fewer options
  if [ "$status" -ne 0 ] && ! $interrupted && [ ! -s "$dir/perf.script.txt" ]; then
    say 'this perf knows other fields: its own choice of them is kept'
    perf_script
  fi
}

# perf_text: the samples of perf.data as perf.script.txt, and the manifest's entries of all of it.
perf_text() {
  perf_to_text
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
  count_lost perf-record.stderr.txt
  [ "$lost" -gt 0 ] || count_lost perf-script.stderr.txt   # it says the same again
  [ -s "$dir/perf-record.stdout.txt" ] || rm -f "$dir/perf-record.stdout.txt"
  add_maps perf.script.txt
  add_file perf.script.txt stdout
  add_file perf-script.stderr.txt stderr
  add_file perf-record.stdout.txt record-stdout
  add_file perf-record.stderr.txt record-stderr
  note_runtimes
  if $keep_data; then add_file perf.data data; else rm -f "$dir/perf.data"; fi
}

# What runs code made at run time among the processes sampled, and whether it tells perf the names: Python 3.12 and newer with
# -X perf, node with --perf-basic-prof, a JVM with an agent. At most 50 processes, as "runtimes" of the manifest.
note_runtimes() {
  runtimes='' runtime_count=0
  sed -n 's/^[^#[:blank:]].*[[:blank:]]\([0-9][0-9]*\)\/[0-9][0-9]*[[:blank:]].*/\1/p' "$dir/perf.script.txt" 2>/dev/null |
    sort -un >"$dir/.pids"
  while read -r runtime_pid; do
    runtime_exe=$(readlink "/proc/$runtime_pid/exe" 2>/dev/null) || continue
    case ${runtime_exe##*/} in
    python[23]*) kind=python ;;
    node | nodejs) kind=node ;;
    java) kind=java ;;
    *) continue ;;
    esac
    if [ -f "/tmp/perf-$runtime_pid.map" ] || [ -f "$dir/perf-$runtime_pid.map" ]; then mapped=true; else mapped=false; fi
    runtimes="${runtimes:+$runtimes, }{ \"pid\": $runtime_pid, \"kind\": \"$kind\", \"map\": $mapped }"
    runtime_count=$((runtime_count + 1))
    [ "$runtime_count" -lt 50 ] || break
  done <"$dir/.pids"
  rm -f "$dir/.pids"
  [ -z "$runtimes" ] || manifest_extra="${manifest_extra:+$manifest_extra, }\"runtimes\": [$runtimes]"
}

# perf_script [OPTION...]: the text of perf.data. Maps in $hide_maps are covered, in a mount namespace of its own; where there
# is none, perf takes only the maps that are its own user's (no -f).
perf_script() {
  eval "set -- \"\$@\" $script_words"
  if [ -z "$hide_maps" ]; then
    set -- "$perf" script -f "$@" -i "$dir/perf.data"
  elif unshare --mount true 2>/dev/null; then
    # shellcheck disable=SC2016 # $0 and $@ belong to the inner shell
    set -- unshare --mount sh -c 'for map in $0; do [ -L "$map" ] || mount --bind /dev/null "$map" || exit 1; done; exec "$@"' \
      "$hide_maps" "$perf" script -f "$@" -i "$dir/perf.data"
  else
    set -- "$perf" script "$@" -i "$dir/perf.data"
  fi
  run 0 perf.script.txt perf-script.stderr.txt "$@"
}

perf_option() {
  case $1 in --call-graph | --inline | -c) offers "$1" ;; esac
  case $1 in
  --call-graph) want "$@"; call_graph=$2 taken=2 ;;
  --inline) inline=true taken=1 ;;
  -c) want "$@"; in_range "$2" 999999999 || die "-c $2: expected a number of events"; period=$2 taken=2 ;;
  *) taken=0 ;;
  esac
}
