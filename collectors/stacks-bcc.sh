#!/bin/sh
# stacks-bcc: stacks counted in the kernel by BCC's profile, offcputime or stackcount
# tool: BCC (or libbpf-tools) profile, offcputime, stackcount
# kernel: 4.9; offcputime wants kprobes, or BTF for the libbpf one
# picture: flame graph
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
. "$here/lib.sh"
. "$here/lib-bpf.sh"

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

attempt() {
  eval "set -- $tool_options"
  case $tool_name in
  profile) frequency=$hertz event_name=cpu-clock; set -- -F "$hertz" "$@" "$seconds" ;;
  offcputime) event_name=off-cpu; set -- "$@" "$seconds" ;;
  stackcount) event_name=$probe; set -- -P -D "$seconds" "$@" "$probe" ;;
  esac
  if [ -n "$pid" ]; then set -- -p "$pid" "$@"; fi
  if [ "$flavour" = bcc ]; then
    if $folded; then set -- -f "$@"; fi
    if $delimiter; then set -- -d "$@"; fi
  fi
  run 0 "$tool_name.txt" "$tool_name.stderr.txt" "$tool" "$@"
}

main() {
  parse_options "$@"; shift "$shifted"
  what=${1:-}
  [ $# -eq 0 ] || shift
  case $what in
  profile | offcputime) ;;
  stackcount) case ${1:-} in '' | --) die 'stackcount wants an event, as in stackcount t:sched:sched_switch' ;; esac ;;
  '') die 'which tool? profile, offcputime or stackcount; see --help' ;;
  *) die "$what: expected profile, offcputime or stackcount" ;;
  esac
  probe=''
  if [ "$what" = stackcount ]; then probe=$1; shift; fi
  [ "${1:-}" != -- ] || shift
  tool_options=$(quoted "$@")
  flavours='bcc libbpf'                       # the options are BCC's
  if $folded; then flavours=bcc; fi
  with_tool "$what" || no_bcc "$what"
  keep "$what.txt" "$what.stderr.txt"
  close_capture
}

main "$@"
