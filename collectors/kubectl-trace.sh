#!/bin/sh
# kubectl-trace: a bpftrace program on a node or in a pod of a Kubernetes cluster
# tool: kubectl with its trace plugin, here; bpftrace comes with the plugin's image
# kernel: of the node: 4.9; what the program's probes need
# picture: as bpftrace
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
. "$here/lib.sh"

collector=kubectl-trace
usage='usage: kubectl-trace.sh [OPTION]... NODE|pod/NAME PROGRAM|FILE.bt [-- KUBECTL-TRACE-OPTION...]
Runs a bpftrace program on a node, or for a pod, for -d SECONDS, and keeps what it prints. Runs where kubectl runs.

  -n NAMESPACE      of the pod

example
  kubectl-trace.sh -d 10 worker-1 '\''profile:hz:99 { @[kstack, ustack, comm] = count(); }'\'''

namespace='' maps=false
own_option() {
  case $1 in
  -n) want "$@"; namespace=$2 taken=2 ;;
  *) taken=0 ;;
  esac
}

main() {
  parse_options "$@"; shift "$shifted"
  [ $# -ge 2 ] || die 'which node and which program? see --help'
  find_program "${given_tool:-kubectl}" || die 'kubectl not found; install it (kubernetes-client, kubectl), then: kubectl krew install trace'
  "$tool" trace version >/dev/null 2>&1 </dev/null || die 'kubectl has no trace plugin; install it: kubectl krew install trace'
  target=$1 program=$2; shift 2
  [ "${1:-}" != -- ] || shift
  open_capture
  if [ -f "$program" ]; then program=$(cat "$program"); fi
  # The program ends itself, there: a Ctrl-C here may not reach it.
  program=$(printf '%s\ninterval:s:%s { exit(); }' "$program" "$seconds")
  $dry_run || printf '%s\n' "$program" >"$dir/program.bt"
  tool_name=kubectl-trace clock=monotonic event_name=''
  rate=$(printf '%s\n' "$program" | sed -n 's/.*profile:hz:\([0-9][0-9]*\).*/\1/p' | head -n 1)
  frequency=${rate:-null}
  [ -z "$namespace" ] || set -- -n "$namespace" "$@"
  run "$((seconds + 300))" bpftrace.txt bpftrace.stderr.txt "$tool" trace run "$target" -e "$program" --attach "$@"
  if ! $interrupted && [ "$status" -eq 0 ]; then duration=$seconds; fi
  settle
  count_lost bpftrace.stderr.txt
  manifest_extra="\"target\": $(json_string "$target")"
  add_file bpftrace.txt stdout
  add_file bpftrace.stderr.txt stderr
  add_file program.bt program
  close_capture
}

main "$@"
