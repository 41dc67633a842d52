# shellcheck shell=sh disable=SC2034,SC2154 # what a collector reads is set here, and the other way round
# How each tool is asked for intervals and timestamps: the quirks of two families, as a table. Sourced after lib-bpf.sh.

# run_hist OUT ERR [OPTION...]: $tool for -d seconds, a histogram every -i seconds, with the time of each.
run_hist() {
  hist_out=$1 hist_err=$2; shift 2
  count=$((seconds / interval)) limit=0
  case $flavour:$tool_name in
  bt:*) run_bt "$hist_out" "$hist_err" "$@"; return ;;
  *:funclatency | *:tcprtt) set -- -T -i "$interval" -d "$seconds" "$@" ;;
  *:argdist) set -- -i "$interval" -n "$count" "$@" ;;
  *:readahead) set -- -d "$seconds" "$@" ;;
  bcc:bitesize | bcc:tcpsynbl) limit=$seconds ;;
  bcc:ext4dist | bcc:xfsdist | bcc:btrfsdist | bcc:nfsdist | bcc:zfsdist) set -- "$@" "$interval" "$count" ;;  # -T would take the time away
  *:softirqs | *:hardirqs) set -- -d -T "$@" "$interval" "$count" ;;
  *) set -- -T "$@" "$interval" "$count" ;;
  esac
  if [ -n "$pid" ]; then set -- -p "$pid" "$@"; fi
  run "$limit" "$hist_out" "$hist_err" "$tool" "$@"
}

# run_events OUT ERR [OPTION...]: $tool for -d seconds, with the finest timestamps it has.
run_events() {
  events_out=$1 events_err=$2; shift 2
  case $flavour:$tool_name in
  bt:*) run_bt "$events_out" "$events_err" "$@"; return ;;
  libbpf:tcplife | libbpf:tcpstates | *:opensnoop) set -- -T "$@" ;;
  bcc:drsnoop | bcc:shmsnoop | bcc:sofdsnoop | bcc:compactsnoop | bcc:tcpcong) set -- -T "$@" ;;
  *:bindsnoop | *:execsnoop | *:exitsnoop | *:statsnoop | *:tcpconnect | *:tcpconnlat | *:tcptracer) set -- -t "$@" ;;
  bcc:tcpaccept | bcc:tcplife | bcc:tcpstates | bcc:funcslower | bcc:trace | libbpf:solisten | libbpf:mountsnoop) set -- -t "$@" ;;
  esac
  if [ -n "$pid" ]; then set -- -p "$pid" "$@"; fi
  run "$seconds" "$events_out" "$events_err" "$tool" "$@"
}

# run_bt OUT ERR [ARGUMENT...]: the bpftrace program in $tool.
run_bt() {
  bt_out=$1 bt_err=$2 clock=monotonic; shift 2
  bt_file=$tool
  find_program bpftrace || return 127
  bt_program=$tool; tool=$bt_file
  run "$seconds" "$bt_out" "$bt_err" "$bt_program" "$bt_file" "$@"
}
