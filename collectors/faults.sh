#!/bin/sh
# faults: stacks that touched memory for the first time (page faults)
# tool: bpftrace; else perf
# kernel: 4.9 for bpftrace; any with perf_event for perf
# picture: flame graph of memory growth
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
. "$here/lib.sh"
. "$here/lib-perf.sh"
. "$here/lib-bpf.sh"

collector=faults
usage='usage: faults.sh [OPTION]...
Counts page faults by the stack that caused them: the code that makes resident memory grow.

  -c N              one sample every N faults (default 1; perf 100)
  -p PID[,PID]      only these processes'

own_option() { perf_option "$@"; }

main() {
  parse_options "$@"; shift "$shifted"
  case ${given_tool##*/} in *perf*) bpftrace=false ;; *) bpftrace=true ;; esac
  if $bpftrace && find_program "${given_tool:-bpftrace}"; then
    need_root
    open_capture
    say "bpftrace: $tool"
    tool_name=bpftrace flavour=bpftrace tool_version=$(bpftrace_version) event_name=page-faults
    run_bpftrace bpftrace.txt bpftrace.stderr.txt "software:page-faults:${period:-1} $(bt_filter){ @[kstack, ustack, comm] = count(); }"
    if worked; then
      keep bpftrace.txt bpftrace.stderr.txt
      close_capture
    fi
    set_aside; rm -f "$dir/program.bt"
  fi
  find_perf || { if $made; then cat "$dir"/*.failed.txt >&2; rm -f "$dir"/*.failed.txt; die 'nothing worked'; fi; no_bpftrace; }
  if ! $made; then need_root; open_capture; fi
  say "perf: $tool"
  event=page-faults period=${period:-100}
  perf_record || { cat "$dir/perf-record.stderr.txt" >&2; rm -f "$dir"/perf* "$dir"/*.failed.txt; die 'perf recorded nothing'; }
  perf_text
  add_failed
  close_capture
}

main "$@"
