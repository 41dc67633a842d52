#!/bin/sh
# Stacks counted in the kernel by a BCC tool: profile, offcputime or stackcount.
# shellcheck source=collectors/lib.sh
case $0 in */*) . "${0%/*}/lib.sh" ;; *) . ./lib.sh ;; esac

collector=stacks-bcc
usage='usage: stacks-bcc.sh [OPTION]... profile|offcputime|stackcount [EVENT] [-- TOOL-OPTION...]
Runs one of the BCC (or libbpf) tools of that name and keeps the stacks it prints.
  profile           samples on the CPUs
  offcputime        time off the CPUs
  stackcount EVENT  stacks of an event: t:sched:sched_switch, c:malloc, vfs_read

  -F HZ             profile: samples per second and CPU (default 99)
  -p PID            only this process
  --folded          ask the tool for folded stacks (one line each)
  --no-delimiter    no mark between kernel and user frames'

delimiter=true
own_option() {
  case $1 in
  --no-delimiter) delimiter=false taken=1 ;;
  *) taken=0 ;;
  esac
}

bcc_version() {
  case $(head -c 2 "$tool" 2>/dev/null) in
  '#!')
    bcc_python=$(sed -n '1s/^#! *//p' "$tool")
    # shellcheck disable=SC2086 # `/usr/bin/env python3` is two words
    $bcc_python -c 'import bcc; print(bcc.__version__)' 2>/dev/null ;;
  *) "$tool" --version 2>/dev/null | head -n 1 ;;
  esac
}

collect() {
  what=${1:-}
  [ $# -gt 0 ] && shift
  case $what in
  profile | offcputime) ;;
  stackcount) case ${1:-} in '' | --) die 'stackcount wants an event, as in stackcount t:sched:sched_switch' ;; esac ;;
  '') die 'which tool? profile, offcputime or stackcount; see --help' ;;
  *) die "$what: expected profile, offcputime or stackcount" ;;
  esac
  probe=''
  if [ "$what" = stackcount ]; then probe=$1; shift; fi
  [ "${1:-}" != -- ] || shift
  # shellcheck disable=SC2046 # words
  find_tool $(bcc_names "$what") "$what" "/usr/sbin/$what" ||
    die "$what not found; install bpfcc-tools (Debian, Ubuntu), bcc-tools (Fedora, Arch, Alpine)"
  need_root
  tool_name=$what tool_version=$(bcc_version)
  case $(head -c 2 "$tool" 2>/dev/null) in '#!') python=true ;; *) python=false ;; esac
  limit=0                                     # the tools of today end by themselves
  case $what in
  profile) frequency=$hertz event_name=cpu-clock; set -- -F "$hertz" "$@" "$seconds" ;;
  offcputime) event_name=off-cpu; set -- "$@" "$seconds" ;;
  stackcount) event_name=$probe; set -- -P -D "$seconds" "$@" "$probe" ;;
  esac
  if [ -n "$pid" ]; then set -- -p "$pid" "$@"; fi
  if $folded; then set -- -f "$@"; fi
  if $delimiter && $python; then set -- -d "$@"; fi
  open_capture
  PYTHONUNBUFFERED=1; export PYTHONUNBUFFERED
  run "$limit" "$what.txt" "$what.stderr.txt" "$tool" "$@"
  # The tool compiles before it traces: what it was asked for is truer than the wall clock, unless it was cut short.
  if ! $interrupted && [ "$status" -eq 0 ]; then duration=$seconds; fi
  count_lost "$what.stderr.txt"; count_lost "$what.txt"
  add_file "$what.txt" stdout
  add_file "$what.stderr.txt" stderr
  add_maps ''
  close_capture
}

main() {
  parse_options "$@"; shift "$shifted"
  collect "$@"
}

main "$@"
