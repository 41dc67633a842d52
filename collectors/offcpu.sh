#!/bin/sh
# offcpu: stacks of waiting, by the time they waited
# tool: offcputime (libbpf-tools, BCC); else bpftrace
# kernel: libbpf: 5.5 with BTF; BCC: 4.9 with kprobes; bpftrace: 4.9
# picture: off-CPU flame graph
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
. "$here/lib.sh"
. "$here/lib-bpf.sh"

collector=offcpu
usage='usage: offcpu.sh [OPTION]...
Adds up, for every stack that left the CPU, the microseconds until it came back.

  -p PID            only this process
  --min MICROSECONDS  leave out shorter waits'

min=''
own_option() {
  case $1 in
  --min) want "$@"; in_range "$2" 999999999 || die "--min $2: expected microseconds"; min=$2 taken=2 ;;
  *) taken=0 ;;
  esac
}

attempt() {
  set -- "$seconds"
  if [ -n "$pid" ]; then set -- -p "$pid" "$@"; fi
  if [ -n "$min" ]; then set -- -m "$min" "$@"; fi
  if [ "$flavour" = bcc ]; then set -- -d "$@"; fi
  run 0 offcputime.txt offcputime.stderr.txt "$tool" "$@"
}

# The same in bpftrace, on a tracepoint: it runs where neither of the two does.
program() {
  keep_if=''
  [ -z "$pid" ] || keep_if=$(printf '%s' "$pid" | sed 's/,/ || pid == /g; s/^/(pid == /; s/$/) \&\& /')
  cat <<PROGRAM
tracepoint:sched:sched_switch {
  if (${keep_if}args->prev_pid != 0) { @from[args->prev_pid] = nsecs; @k[args->prev_pid] = kstack; @u[args->prev_pid] = ustack; }
  \$from = @from[args->next_pid];
  if (\$from != 0) {
    \$us = (nsecs - \$from) / 1000;
    if (\$us >= ${min:-1}) { @us[@k[args->next_pid], @u[args->next_pid], args->next_comm] = sum(\$us); }
    delete(@from[args->next_pid]); delete(@k[args->next_pid]); delete(@u[args->next_pid]);
  }
}
END { clear(@from); clear(@k); clear(@u); }
PROGRAM
}

main() {
  parse_options "$@"; shift "$shifted"
  event_name=off-cpu
  capture_or_bpftrace offcputime
}

main "$@"
