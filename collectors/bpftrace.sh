#!/bin/sh
# bpftrace: what any bpftrace program prints
# tool: bpftrace
# kernel: 4.9; what the program's probes need
# picture: flame graph for stacks, heat map for hist() at an interval, tables for the rest
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
. "$here/lib.sh"
. "$here/lib-bpf.sh"

collector=bpftrace
usage='usage: bpftrace.sh [OPTION]... PROGRAM|FILE.bt [ARGUMENT]...
Runs a bpftrace program until it exits, or for -d SECONDS after it attached, and keeps what it prints.

  --json            as JSON lines (bpftrace -f json)

examples
  bpftrace.sh -d 10 '\''profile:hz:99 { @[kstack, ustack, comm] = count(); }'\''
  bpftrace.sh -d 60 /usr/sbin/runqlat.bt'

main() {
  parse_options "$@"; shift "$shifted"
  [ $# -gt 0 ] || die 'which program? see --help'
  find_program "${given_tool:-bpftrace}" || no_bpftrace
  need_root
  tool_name=bpftrace flavour=bpftrace tool_version=$(bpftrace_version) clock=monotonic
  open_capture
  if [ -f "$1" ]; then
    program=$(cat -- "$1") || die "$1: cannot be read"
  else
    case $1 in *.bt) die "$1: no such file" ;; esac
    program=$1; shift
    set -- -e "$program" "$@"
  fi
  $dry_run || printf '%s\n' "$program" >"$dir/program.bt"
  rate=$(printf '%s\n' "$program" | sed -n 's/.*profile:hz:\([0-9][0-9]*\).*/\1/p' | head -n 1)
  frequency=${rate:-null}
  out=bpftrace.txt
  if $json; then out=bpftrace.json; set -- -f json "$@"; fi
  run "$seconds" "$out" bpftrace.stderr.txt "$tool" "$@"
  keep "$out" bpftrace.stderr.txt
  close_capture
}

main "$@"
