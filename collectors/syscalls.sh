#!/bin/sh
# syscalls: system calls by task: how many, how long, how many failed, and reads that returned nothing
# tool: perf trace; bpftrace for reads of 0 bytes
# kernel: any with tracefs; 4.9 for bpftrace
# picture: tables
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
. "$here/lib.sh"
. "$here/lib-perf.sh"
. "$here/lib-bpf.sh"

collector=syscalls
usage='usage: syscalls.sh [OPTION]...
Two tools, one after the other, -d seconds each: perf trace -s counts the calls, errors and times of every task; bpftrace
counts reads, their bytes, and reads that returned 0 bytes or failed. Nothing is cleared while it runs.

  -p PID            only this process'

default_seconds=5 maps=false

reads() {
  keep_if=$(bt_filter)
  cat <<PROGRAM
tracepoint:syscalls:sys_exit_read, tracepoint:syscalls:sys_exit_pread64, tracepoint:syscalls:sys_exit_readv,
tracepoint:syscalls:sys_exit_recvfrom, tracepoint:syscalls:sys_exit_recvmsg $keep_if{
  @reads[comm, pid, probe] = count();
  if (args->ret == 0) { @zero_reads[comm, pid, probe] = count(); }
  if (args->ret < 0) { @failed_reads[comm, pid, probe] = count(); }
  if (args->ret > 0) { @read_bytes[comm, pid, probe] = sum(args->ret); }
}
PROGRAM
}

main() {
  parse_options "$@"; shift "$shifted"
  [ $# -eq 0 ] || die "unexpected $1; see --help"
  need_root
  entries='' absent='' total=0
  open_capture
  if find_perf; then
    tool_name='perf trace' bounded=true asked_seconds=$seconds perf_command=''
    if [ -n "$pid" ]; then set -- -p "$pid"; else set -- -a; fi
    say "perf trace -s for $seconds s: $tool"
    # its summary goes where -o says
    if $dry_run; then plain_words "$tool" trace -s -o "$dir/perf-trace.txt" "$@" -- sleep "$seconds"; echo
    else
      run 0 perf-trace.stdout.txt perf-trace.stderr.txt "$tool" trace -s -o "$dir/perf-trace.txt" "$@" -- sleep "$seconds" || :
      rm -f "$dir/perf-trace.stdout.txt"
      if [ -s "$dir/perf-trace.txt" ] && [ "$status" -eq 0 ]; then
        total=$duration entries=yes perf_command=$command perf_duration=$duration
      else
        say "perf trace did not work: $(grep -v '^[[:space:]]*$' "$dir/perf-trace.stderr.txt" | head -n 1)"
        rm -f "$dir/perf-trace.txt"; absent=' perf-trace'
      fi
    fi
    bounded=false
  else absent=' perf-trace'; fi
  if find_program bpftrace; then
    say "bpftrace, reads for $seconds s: $tool"
    tool_name=bpftrace flavour=bpftrace tool_version=$(bpftrace_version) startup=75
    run_bpftrace reads.txt reads.stderr.txt "$(reads)"
    if worked; then total=$(minus "$total" "-$duration") entries="${entries}reads"; else set_aside; rm -f "$dir/program.bt"; absent="$absent reads"; fi
  else absent="$absent reads"; fi
  ! $dry_run || exit 0
  [ -n "$entries" ] || { cat "$dir"/*.failed.txt "$dir"/*.stderr.txt >&2 2>/dev/null; rm -f "$dir"/*.txt; die 'neither perf trace nor bpftrace worked'; }
  settle
  reads_command=$command reads_duration=$duration
  count_lost perf-trace.stderr.txt reads.stderr.txt
  if [ -s "$dir/perf-trace.txt" ]; then
    add_file perf-trace.txt stdout "\"tool\": \"perf trace\", \"command\": $perf_command, \"duration\": $perf_duration"
  fi
  add_file perf-trace.stderr.txt stderr
  add_file reads.txt stdout "\"tool\": \"bpftrace\", \"command\": $reads_command, \"duration\": $reads_duration"
  add_file reads.stderr.txt stderr
  add_file program.bt program
  add_failed
  # shellcheck disable=SC2086 # words
  [ -z "$absent" ] || manifest_extra="\"absent\": $(json_array $absent)"
  tool_name=syscalls tool_version='' command=$(json_array syscalls) duration=$total status=0 frequency=null event_name=''
  close_capture
}

main "$@"
