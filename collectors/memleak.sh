#!/bin/sh
# memleak: stacks of a process's allocations that were not freed, every few seconds
# tool: memleak (BCC, libbpf-tools)
# kernel: 4.9 with uprobes
# picture: memory flame graph, growth over time
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
. "$here/lib.sh"
. "$here/lib-bpf.sh"

collector=memleak
usage='usage: memleak.sh [OPTION]... PID
Follows malloc and free of a process, and prints what is outstanding, with its stacks, every -i seconds. Each allocation
becomes slower: mind what the process is worth.

  -i SECONDS        between snapshots (default 5)
  --top N           the N biggest stacks of each (default 100)
  --older MS        only allocations older than this (default 500)
  --sample N        follow one allocation in N'

default_interval=5 top=100 older=500 sample='' default_seconds=60
own_option() {
  case $1 in
  --top) want "$@"; in_range "$2" 100000 || die "--top $2: expected a number of stacks"; top=$2 taken=2 ;;
  --older) want "$@"; is_number "$2" || die "--older $2: expected milliseconds"; older=$2 taken=2 ;;
  --sample) want "$@"; in_range "$2" 1000000 || die "--sample $2: expected a number"; sample=$2 taken=2 ;;
  *) taken=0 ;;
  esac
}

attempt() {
  set -- "$interval" "$((seconds / interval))"
  if [ -n "$sample" ]; then set -- -s "$sample" "$@"; fi
  # bounded by our clock too: some versions take no count
  run "$((seconds + 2))" memleak.txt memleak.stderr.txt "$tool" -p "$pid" -T "$top" -o "$older" "$@"
}

main() {
  parse_options "$@"; shift "$shifted"
  pid=${1:-$pid}
  is_number "$pid" || die 'which process? as in memleak.sh 1234; see --help'
  [ -d "/proc/$pid" ] || die "no process $pid"
  event_name=outstanding-allocations
  flavours='bcc libbpf'
  with_tool memleak || no_bcc memleak
  keep memleak.txt memleak.stderr.txt
  close_capture
}

main "$@"
