# shellcheck shell=sh disable=SC2034,SC2154 # what a collector reads is set here, and the other way round
# The same tables and histograms as some BCC tools, by bpftrace on stable tracepoints: for hosts without kprobes, headers or BTF.
# Sourced after lib-bpf.sh.

# fallback_program NAME: the text of a bpftrace program that prints what that tool prints; fails when there is none.
fallback_program() {
  case $1 in
  biolatency)
    cat <<PROGRAM
tracepoint:block:block_rq_issue { @at[args->dev, args->sector] = nsecs; }
tracepoint:block:block_rq_complete /@at[args->dev, args->sector]/ {
  @usecs = hist((nsecs - @at[args->dev, args->sector]) / 1000);
  delete(@at[args->dev, args->sector]);
}
interval:s:$interval { time("%H:%M:%S\n"); print(@usecs); clear(@usecs); }
END { clear(@at); clear(@usecs); }
PROGRAM
    ;;
  runqlat)
    cat <<PROGRAM
tracepoint:sched:sched_wakeup, tracepoint:sched:sched_wakeup_new { @at[args->pid] = nsecs; }
tracepoint:sched:sched_switch {
  if (args->prev_state == 0) { @at[args->prev_pid] = nsecs; }
  if (@at[args->next_pid]) { @usecs = hist((nsecs - @at[args->next_pid]) / 1000); delete(@at[args->next_pid]); }
}
interval:s:$interval { time("%H:%M:%S\n"); print(@usecs); clear(@usecs); }
END { clear(@at); clear(@usecs); }
PROGRAM
    ;;
  biosnoop)
    cat <<'PROGRAM'
BEGIN { printf("%-12s %-7s %-16s %-6s %-5s %-12s %-8s %10s\n", "TIME(ms)", "DEV", "COMM", "PID", "T", "SECTOR", "BYTES", "LAT(us)"); }
tracepoint:block:block_rq_issue {
  @at[args->dev, args->sector] = nsecs; @comm[args->dev, args->sector] = args->comm; @pid[args->dev, args->sector] = pid;
}
tracepoint:block:block_rq_complete /@at[args->dev, args->sector]/ {
  $us = (nsecs - @at[args->dev, args->sector]) / 1000;
  printf("%-12llu %d,%-5d %-16s %-6d %-5s %-12llu %-8llu %10llu\n", elapsed / 1000000, args->dev >> 20, args->dev & 1048575,
    @comm[args->dev, args->sector], @pid[args->dev, args->sector], args->rwbs, args->sector, args->nr_sector * 512, $us);
  delete(@at[args->dev, args->sector]); delete(@comm[args->dev, args->sector]); delete(@pid[args->dev, args->sector]);
}
END { clear(@at); clear(@comm); clear(@pid); }
PROGRAM
    ;;
  tcpconnect | tcpaccept)
    # a connection that leaves SYN_SENT was made here; one that leaves SYN_RECV was accepted here
    if [ "$1" = tcpconnect ]; then old=2 heading='SADDR SPORT DADDR DPORT'; else old=3 heading='LADDR LPORT RADDR RPORT'; fi
    # shellcheck disable=SC2086 # words
    set -- $heading
    cat <<PROGRAM
BEGIN { printf("%-9s %-7s %-16s %-39s %-6s %-39s %-6s\n", "TIME", "PID", "COMM", "$1", "$2", "$3", "$4"); }
tracepoint:sock:inet_sock_set_state /args->protocol == 6 && args->newstate == 1 && args->oldstate == $old/ {
  time("%H:%M:%S  ");
  if (args->family == 2) {
    printf("%-7d %-16s %-39s %-6d %-39s %-6d\n", pid, comm, ntop(args->saddr), args->sport, ntop(args->daddr), args->dport);
  } else {
    printf("%-7d %-16s %-39s %-6d %-39s %-6d\n", pid, comm, ntop(args->saddr_v6), args->sport, ntop(args->daddr_v6), args->dport);
  }
}
PROGRAM
    ;;
  tcpretrans)
    cat <<'PROGRAM'
BEGIN { printf("%-9s %-7s %-39s %-6s %-39s %-6s %-5s\n", "TIME", "PID", "LADDR", "LPORT", "RADDR", "RPORT", "STATE"); }
tracepoint:tcp:tcp_retransmit_skb {
  time("%H:%M:%S  ");
  printf("%-7d %-39s %-6d %-39s %-6d %-5d\n", pid, ntop(args->saddr), args->sport, ntop(args->daddr), args->dport, args->state);
}
PROGRAM
    ;;
  *) return 1 ;;
  esac
}

# run_fallback NAME OUT ERR: runs that program for -d seconds. Returns 1 when there is no such program, or no bpftrace.
run_fallback() {
  [ -z "$given_tool" ] && find_program bpftrace && fallback_text=$(fallback_program "$1") || return 1
  tool_name=$1 flavour=bpftrace tool_version=$(bpftrace_version) startup=75
  say "$1: bpftrace on tracepoints"
  fallback_name=$1; shift
  run_bpftrace "$1" "$2" "$fallback_text"
  $dry_run || mv "$dir/program.bt" "$dir/$fallback_name.program.bt"
}
