#!/bin/sh
# offwake: stacks of waiting, joined with the stacks of those who ended it, by time
# tool: BCC offwaketime
# kernel: 4.9 with kprobes
# picture: chain graph
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
. "$here/lib.sh"
. "$here/lib-bpf.sh"

collector=offwake
usage='usage: offwake.sh [OPTION]...
Adds up the microseconds of every wait, by the stack that waited and the stack that woke it.

  -p PID            only this process
  --folded          ask the tool for folded stacks (one line each)'

attempt() {
  set -- "$seconds"
  if [ -n "$pid" ]; then set -- -p "$pid" "$@"; fi
  if $folded; then set -- -f "$@"; fi
  run 0 offwaketime.txt offwaketime.stderr.txt "$tool" "$@"
}

main() {
  parse_options "$@"; shift "$shifted"
  event_name=off-wake
  with_tool offwaketime || no_bcc offwaketime
  keep offwaketime.txt offwaketime.stderr.txt
  close_capture
}

main "$@"
