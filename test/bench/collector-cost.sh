#!/bin/sh
# What each collector costs a program that does nothing but switch and call the kernel: CPU time of a ping-pong over two pipes, with and without it.
# usage: sudo test/bench/collector-cost.sh [RUNS] [COLLECTOR...]
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
runs=${1:-5}; [ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- cpu offcpu offcpu-events offwake wakeup faults syscalls
loops=40000
scratch=$(mktemp -d); trap 'rm -rf "$scratch"' EXIT
# CPU seconds of 2 x loops switches and 4 x loops calls
measure() { sh -c "perf bench -f simple sched pipe -l $loops >/dev/null 2>&1; times" | awk 'NR == 2 { gsub(/[ms]/, " "); print $1 * 60 + $2 + $3 * 60 + $4 }'; }
median() { sort -n | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }
for name in "$@"; do
  : >"$scratch/with"; : >"$scratch/without"
  n=0
  while [ "$n" -lt "$runs" ]; do
    measure >>"$scratch/without"
    "$here/collectors/$name.sh" -d 8 --no-maps -o "$scratch/cap" >"$scratch/log" 2>&1 &
    sleep 3
    measure >>"$scratch/with"
    wait $! || :
    rm -rf "$scratch/cap"
    n=$((n + 1))
  done
  awk -v name="$name" -v loops="$loops" -v a="$(median <"$scratch/without")" -v b="$(median <"$scratch/with")" 'BEGIN {
    printf "%s: %.2f s of CPU without, %.2f s with: %.2f us more per switch\n", name, a, b, (b - a) / (2 * loops) * 1e6 }'
done
