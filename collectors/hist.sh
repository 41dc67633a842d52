#!/bin/sh
# hist: histograms at an interval: runqlat, biolatency, runqlen, cpudist, ext4dist, bitesize, funclatency, tcprtt, ...
# tool: the tool of that name (libbpf-tools, BCC); else its bpftrace twin
# kernel: libbpf: BTF; BCC: 4.9, kprobes for most; bpftrace: 4.9
# picture: latency heat map, histogram
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
. "$here/lib.sh"
. "$here/lib-bpf.sh"
. "$here/lib-tools.sh"

collector=hist
usage='usage: hist.sh [OPTION]... TOOL [TOOL-OPTION...]
Runs a tool that prints histograms, one every -i seconds, with timestamps.

  -i SECONDS        the interval (default 1)
  -p PID            only this process, where the tool can

examples
  hist.sh -d 60 runqlat
  hist.sh -d 60 -i 5 biolatency -D
  hist.sh -d 30 funclatency c:malloc'

# shellcheck disable=SC2120 # $@ is set here
attempt() {
  eval "set -- $tool_options"
  run_hist "$tool_name.txt" "$tool_name.stderr.txt" "$@"
}

main() {
  parse_options "$@"; shift "$shifted"
  capture_named runqlat "$@"
}

main "$@"
