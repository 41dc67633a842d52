#!/bin/sh
# events: one line per event: biosnoop, execsnoop, opensnoop, tcplife, tcpconnect, ext4slower, ...
# tool: the tool of that name (libbpf-tools, BCC); else its bpftrace twin
# kernel: libbpf: BTF; BCC: 4.9, kprobes for most; bpftrace: 4.9
# picture: latency heat map, timeline, table
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
. "$here/lib.sh"
. "$here/lib-bpf.sh"
. "$here/lib-tools.sh"

collector=events
usage='usage: events.sh [OPTION]... TOOL [TOOL-OPTION...]
Runs a tool that prints a line per event, with the finest timestamps it has.

  -p PID            only this process, where the tool can

examples
  events.sh -d 60 biosnoop
  events.sh -d 60 execsnoop -x
  events.sh -d 60 ext4slower 1'

# shellcheck disable=SC2120 # $@ is set here
attempt() {
  eval "set -- $tool_options"
  run_events "$tool_name.txt" "$tool_name.stderr.txt" "$@"
}

main() {
  parse_options "$@"; shift "$shifted"
  capture_named execsnoop "$@"
}

main "$@"
