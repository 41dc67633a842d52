#!/bin/sh
# Any bpftrace program: a one-liner or a file.
# shellcheck source=collectors/lib.sh
case $0 in */*) . "${0%/*}/lib.sh" ;; *) . ./lib.sh ;; esac

collector=bpftrace
usage='usage: bpftrace.sh [OPTION]... PROGRAM|FILE.bt [ARGUMENT]...
Runs a bpftrace program until it exits, or for -d SECONDS after it attached, and keeps what it prints.

  --json            as JSON lines (bpftrace -f json)

examples
  bpftrace.sh -d 10 '\''profile:hz:99 { @[kstack, ustack, comm] = count(); }'\''
  bpftrace.sh -d 60 ./runqlat.bt'

collect() {
  [ $# -gt 0 ] || die 'which program? see --help'
  find_tool bpftrace || die 'bpftrace not found; install bpftrace (Debian, Ubuntu, Fedora, Arch, Alpine)'
  need_root
  tool_name=bpftrace tool_version=$("$tool" --version 2>/dev/null | sed 's/^bpftrace v*//') clock=monotonic
  open_capture
  if [ -f "$1" ]; then
    cp -- "$1" "$dir/program.bt" || die "$1: cannot be read"
    program=$1
  else
    program=$1
    printf '%s\n' "$1" >"$dir/program.bt"
    shift
    set -- -e "$program" "$@"
  fi
  rate=$(sed -n 's/.*profile:hz:\([0-9][0-9]*\).*/\1/p' "$dir/program.bt" | head -n 1)
  frequency=${rate:-null}
  if $json; then set -- -f json "$@"; fi
  case ${BPFTRACE_MAX_STRLEN:-} in '') ;; *) say "BPFTRACE_MAX_STRLEN=$BPFTRACE_MAX_STRLEN applies" ;; esac
  if $json; then out=bpftrace.json; else out=bpftrace.txt; fi
  run "$seconds" "$out" bpftrace.stderr.txt "$tool" "$@"
  count_lost bpftrace.stderr.txt; count_lost "$out"
  add_file "$out" stdout
  add_file bpftrace.stderr.txt stderr
  add_file program.bt program
  add_maps ''
  close_capture
}

main() {
  parse_options "$@"; shift "$shifted"
  collect "$@"
}

main "$@"
