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
    cp -- "$1" "$dir/program.bt" 2>/dev/null || die "$1: cannot be read"
  else
    case $1 in *.bt) die "$1: no such file" ;; esac
    printf '%s\n' "$1" >"$dir/program.bt"
    one_liner=$1; shift
    set -- -e "$one_liner" "$@"
  fi
  rate=$(sed -n 's/.*profile:hz:\([0-9][0-9]*\).*/\1/p' "$dir/program.bt" | head -n 1)
  frequency=${rate:-null}
  out=bpftrace.txt
  if $json; then out=bpftrace.json; set -- -f json "$@"; fi
  run "$seconds" "$out" bpftrace.stderr.txt "$tool" "$@"
  keep "$out" bpftrace.stderr.txt
  close_capture
}

main "$@"
