#!/bin/sh
# checklist: the eleven BCC tools to look with first, one after the other
# tool: execsnoop opensnoop ext4slower biolatency biosnoop cachestat tcpconnect tcpaccept tcpretrans runqlat profile (libbpf-tools, BCC, bpftrace)
# kernel: as each of them; those that do not run here are left out, and named
# picture: report of heat maps, tables and a flame graph
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
. "$here/lib.sh"
. "$here/lib-bpf.sh"
. "$here/lib-tools.sh"
. "$here/lib-perf.sh"
. "$here/lib-fallback.sh"

collector=checklist
usage='usage: checklist.sh [OPTION]... [TOOL...]
Runs execsnoop, opensnoop, ext4slower, biolatency, biosnoop, cachestat, tcpconnect, tcpaccept, tcpretrans, runqlat and
profile (or the tools named), one after the other, -d seconds each (default 10). Ctrl-C ends it after the one that runs.

  -F HZ             of profile (default 99)
  -i SECONDS        interval of the histograms and counters (default 1)'

default_seconds=10

attempt() {
  out=$tool_name.txt err=$tool_name.stderr.txt
  case $tool_name in
  profile) set -- -F "$hertz" "$seconds"; if [ "$flavour" = bcc ]; then set -- -d "$@"; fi; run 0 "$out" "$err" "$tool" "$@" ;;
  biolatency | runqlat) run_hist "$out" "$err" ;;
  cachestat)
    if [ "$flavour" = bt ]; then run_bt "$out" "$err"; else run 0 "$out" "$err" "$tool" -T "$interval" "$((seconds / interval))"; fi ;;
  *) run_events "$out" "$err" ;;
  esac
}

# The profile as cpu.sh takes it: perf first. Returns 1 where perf is not there or does not work.
profile_by_perf() {
  find_perf || return 1
  say "profile: $tool (perf)"
  perf_record || { forget_perf; return 1; }
  perf_kept=$record_duration
  perf_to_text
  status=$record_status duration=$perf_kept command=$record_command elapsed=$record_elapsed flavour=perf
  if $record_interrupted; then interrupted=true; fi
  rm -f "$dir/perf.data" "$dir/perf-record.stdout.txt" "$dir/perf-record.stderr.txt"
  mv "$dir/perf.script.txt" "$dir/profile.txt"
  mv "$dir/perf-script.stderr.txt" "$dir/profile.stderr.txt"
  tool_name=profile manifest_extra=''
}

# one NAME: one of the eleven, by its tool, else by what can stand for it. Returns 1 when nothing worked.
one() {
  if [ "$1" = profile ] && profile_by_perf; then return 0; fi
  if with_tool "$1"; then
    if worked; then return 0; fi
    set_aside
  else
    say "$1: not found"
  fi
  run_fallback "$1" "$1.txt" "$1.stderr.txt" || return 1
  if worked; then return 0; fi
  set_aside; rm -f "$dir/$1.program.bt"
  return 1
}

main() {
  parse_options "$@"; shift "$shifted"
  [ $# -gt 0 ] || set -- execsnoop opensnoop ext4slower biolatency biosnoop cachestat tcpconnect tcpaccept tcpretrans runqlat profile
  asked=$(json_array checklist "$@")
  need_root
  open_capture
  ran=0 absent='' total=0 spent=0
  for name in "$@"; do
    if $interrupted; then say "$name and what follows left out"; break; fi
    case $name in *[!A-Za-z0-9_-]*) die "$name: expected the name of a tool" ;; esac
    if ! one "$name"; then absent="$absent $name"; continue; fi
    if $dry_run; then continue; fi
    total=$(minus "$total" "-$duration") spent=$(minus "$spent" "-$elapsed")
    ran=$((ran + 1))
    entries="$(quoted "$name" "$flavour" "$tool_version" "$command" "$duration" "$status")"
    all_entries="${all_entries:-}$entries
"
  done
  ! $dry_run || exit 0
  if [ "$ran" -eq 0 ]; then
    if [ -z "$failed_files" ]; then no_bcc checklist; fi
    cat "$dir"/*.failed.txt >&2; rm -f "$dir"/*.failed.txt; die 'none of the tools works here'
  fi
  settle
  # one entry of the manifest for each, with what it ran
  while read -r entry; do
    [ -n "$entry" ] || continue
    eval "set -- $entry"
    count_lost "$1.stderr.txt"
    describes="\"tool\": \"$1\", \"kind\": \"$2\", \"command\": $4, \"duration\": $5, \"exit\": $6"
    [ -z "$3" ] || describes="$describes, \"toolVersion\": $(json_string "$3")"
    [ "$1" != profile ] || describes="$describes, \"event\": \"cpu-clock\", \"frequency\": $hertz"
    add_file "$1.txt" stdout "$describes"
    add_file "$1.stderr.txt" stderr "\"tool\": \"$1\""
    add_file "$1.program.bt" program "\"tool\": \"$1\""
  done <<ENTRIES
${all_entries:-}
ENTRIES
  add_failed
  add_maps ''
  # shellcheck disable=SC2086 # words
  [ -z "$absent" ] || manifest_extra="\"absent\": $(json_array $absent)"
  tool_name=checklist tool_version='' command=$asked duration=$total elapsed=$spent status=0 event_name='' frequency=null clock=''
  close_capture
}

main "$@"
