#!/bin/sh
# What the cpu collector costs a busy loop: CPU time of the same work with and without it, in turn, and the collector's own.
# usage: sudo test/bench/collector-overhead.sh [RUNS] [HZ...]
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
runs=${1:-20}; [ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- 49 99 999
scratch=$(mktemp -d); trap 'rm -rf "$scratch"' EXIT
# A busy loop, and the CPU time it took: nanoseconds of the scheduler, interrupts and all.
measure() { awk 'BEGIN { for (i = 0; i < 30000000; i++) x += i % 7; getline s < "/proc/self/schedstat"; split(s, a, " "); printf "%.6f\n", a[1] / 1e9 }'; }
median() { sort -n | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }
for hz in "$@"; do
  : >"$scratch/with"; : >"$scratch/without"; rm -rf "$scratch/cap"
  n=0
  while [ "$n" -lt "$runs" ]; do
    measure >>"$scratch/without"
    "$here/collectors/cpu.sh" -d 600 -F "$hz" -o "$scratch/cap" >/dev/null 2>&1 &
    until [ -f "$scratch/cap/perf.data" ]; do sleep 0.1; done
    sleep 1.5
    measure >>"$scratch/with"
    kill -INT "$(pgrep -f "perf record.*$scratch/cap/perf.data" | head -n 1)"
    wait $! || :
    rm -rf "$scratch/cap"
    n=$((n + 1))
  done
  without=$(median <"$scratch/without") with=$(median <"$scratch/with")
  awk -v hz="$hz" -v a="$without" -v b="$with" 'BEGIN { printf "%d Hz: %.3f s of CPU without, %.3f s with: %+.2f %%\n", hz, a, b, (b - a) / a * 100 }'
done
