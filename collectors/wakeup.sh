#!/bin/sh
# wakeup: stacks of those who ended a wait, by the time it had lasted
# tool: wakeuptime (libbpf-tools, BCC); else bpftrace
# kernel: libbpf: 5.5 with BTF; BCC: 4.9 with kprobes; bpftrace: 4.9
# picture: wake-up flame graph
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
. "$here/lib.sh"
. "$here/lib-bpf.sh"

collector=wakeup
usage='usage: wakeup.sh [OPTION]...
Adds up, for every stack that woke somebody, the microseconds the woken one had been off the CPU.

  -p PID            only wake-ups of this process'

attempt() {
  set -- "$seconds"
  if [ -n "$pid" ]; then set -- -p "$pid" "$@"; fi
  run 0 wakeuptime.txt wakeuptime.stderr.txt "$tool" "$@"
}

program() {
  keep_if=''
  [ -z "$pid" ] || keep_if=$(printf '%s' "$pid" | sed 's/,/ || pid == /g; s/^/(pid == /; s/$/) \&\& /')
  cat <<PROGRAM
tracepoint:sched:sched_switch { if (${keep_if}args->prev_pid != 0) { @from[args->prev_pid] = nsecs; } }
tracepoint:sched:sched_waking {
  \$from = @from[args->pid];
  if (\$from != 0) {
    @us[kstack, ustack, comm, args->comm] = sum((nsecs - \$from) / 1000);
    delete(@from[args->pid]);
  }
}
END { clear(@from); }
PROGRAM
}

main() {
  parse_options "$@"; shift "$shifted"
  event_name=wake-up
  capture_or_bpftrace wakeuptime
}

main "$@"
