#!/bin/sh
# sixty: the first sixty seconds: uptime, dmesg, vmstat, mpstat, pidstat, iostat, free, sar, top
# tool: procps, util-linux, sysstat
# kernel: any
# picture: report of time series and tables
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
. "$here/lib.sh"

collector=sixty
usage='usage: sixty.sh [OPTION]...
Runs uptime, dmesg, vmstat, mpstat, pidstat, iostat, free, sar (devices, TCP) and top, one after the other; those that
sample do it once a second, -d times each (default 5). Needs no root, but for dmesg on some hosts.'

default_seconds=5 maps=false

# one NAME COMMAND...: one of the ten.
one() {
  name=$1; shift
  if $interrupted; then return 0; fi
  if ! command -v "$1" >/dev/null 2>&1; then
    say "$1: not found"; absent="$absent $name"
    return 0
  fi
  run 0 "$name.txt" "$name.stderr.txt" "$@" || say "$name ended with status $status"
  total=$(minus "$total" "-$elapsed")
  if [ ! -s "$last_out" ] && [ "$status" -ne 0 ]; then
    absent="$absent $name"
    rm -f "$last_out"; mv "$last_err" "$dir/$name.failed.txt"; failed="$failed $name.failed.txt"
    return 0
  fi
  describes="$describes$name $status $elapsed $command
"
}

main() {
  parse_options "$@"; shift "$shifted"
  [ $# -eq 0 ] || die "unexpected $1; see --help"
  open_capture
  use_host
  absent='' failed='' total=0 describes='' n=$seconds
  one uptime uptime
  if command -v dmesg >/dev/null 2>&1; then one dmesg sh -c 'dmesg | tail'; else absent=' dmesg'; fi
  one vmstat vmstat 1 "$n"
  one mpstat mpstat -P ALL 1 "$n"
  one pidstat pidstat 1 "$n"
  one iostat iostat -xz 1 "$n"
  one free free -m
  one sar-dev sar -n DEV 1 "$n"
  one sar-tcp sar -n TCP,ETCP 1 "$n"
  one top top -b -n 1
  case $absent in *mpstat* | *iostat* | *sar*) say 'mpstat, pidstat, iostat and sar are in the package sysstat (Debian, Fedora, Arch, Alpine)' ;; esac
  settle
  ran=0
  while read -r name status duration command; do
    [ -n "$name" ] || continue
    ran=$((ran + 1))
    add_file "$name.txt" stdout "\"tool\": \"$name\", \"command\": $command, \"duration\": $duration, \"exit\": $status"
    add_file "$name.stderr.txt" stderr "\"tool\": \"$name\""
  done <<ENTRIES
$describes
ENTRIES
  [ "$ran" -gt 0 ] || die 'none of the ten was found; install procps and sysstat'
  for name in $failed; do add_file "$name" failed; done
  # shellcheck disable=SC2086 # words
  [ -z "$absent" ] || manifest_extra="\"absent\": $(json_array $absent)"
  tool_name=sixty command=$(json_array sixty) duration=$total elapsed=$total status=0
  close_capture
}

main "$@"
