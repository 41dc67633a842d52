#!/bin/sh
# stackcount: stacks that lead to an event, counted
# tool: BCC stackcount; else bpftrace
# kernel: 4.9; kprobes for kernel functions, uprobes for user functions
# picture: flame graph
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
. "$here/lib.sh"
. "$here/lib-bpf.sh"

collector=stackcount
usage='usage: stackcount.sh [OPTION]... EVENT
Counts the stacks that lead to an event: a tracepoint (t:sched:sched_process_fork), a user function (c:malloc,
/usr/bin/bash:readline), a kernel function (vfs_read).

  -p PID            only this process
  --folded          ask the tool for folded stacks (one line each)'

attempt() {
  set -- -P -D "$seconds" "$event_name"
  if [ -n "$pid" ]; then set -- -p "$pid" "$@"; fi
  if $folded; then set -- -f "$@"; fi
  run 0 stackcount.txt stackcount.stderr.txt "$tool" -d "$@"
}

# The event as bpftrace writes it.
probe() {
  case $event_name in
  t:*) printf 'tracepoint:%s' "${event_name#t:}" ;;
  u:*) printf 'usdt:%s' "${event_name#u:}" ;;
  p::*) printf 'kprobe:%s' "${event_name#p::}" ;;
  p:*) printf 'uprobe:%s' "${event_name#p:}" ;;
  *:*:* | software:* | hardware:*) printf '%s' "$event_name" ;;
  c:*) printf 'uprobe:libc:%s' "${event_name#c:}" ;;
  *:*) printf 'uprobe:%s' "$event_name" ;;
  *) printf 'kprobe:%s' "$event_name" ;;
  esac
}

program() { printf '%s' "$(probe) $(bt_filter){ @[kstack, ustack, comm] = count(); }"; }

main() {
  parse_options "$@"; shift "$shifted"
  [ $# -eq 1 ] || die 'which event? as in stackcount.sh t:sched:sched_process_fork; see --help'
  event_name=$1 flavours=bcc
  capture_or_bpftrace stackcount
}

main "$@"
