#!/bin/sh
# diffable: N interleaved runs of one or two commands, each profiled, to be compared
# tool: perf
# kernel: any with perf_event
# picture: differential flame graph, the verdict of bpfview check
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
. "$here/lib.sh"
. "$here/lib-perf.sh"

collector=diffable
usage='usage: diffable.sh [OPTION]... -o DIRECTORY --base COMMAND --new COMMAND
       diffable.sh [OPTION]... -o DIRECTORY -- COMMAND...
Runs the two commands in turn (base new new base ...), N times each, under perf, so that what drifts on the host meets
both alike. Each run is a capture of its own: DIRECTORY/base-1, new-1, base-2, ... Then:

  bpfview check --base DIRECTORY/base-* --new DIRECTORY/new-*

With one COMMAND after --: N runs of it, DIRECTORY/run-1 ...; compare those of two builds.

  -n N              runs of each (default 8)
  -d SECONDS        at most this long each (default 300)
  -F HZ             samples per second (default 99: not in step with timers)
  -e EVENT          what to sample
  --call-graph MODE fp (default), dwarf or lbr
  --keep-data       keep perf.data in the captures'

default_seconds=300 runs=8 base='' new=''
own_option() {
  case $1 in
  -n) want "$@"; in_range "$2" 1000 || die "-n $2: expected a number of runs"; runs=$2 taken=2 ;;
  --base) want "$@"; base=$2 taken=2 ;;
  --new) want "$@"; new=$2 taken=2 ;;
  *) perf_option "$@" ;;
  esac
}

# one LABEL NUMBER COMMAND...: one run, in a shell of its own; tells by its status how it ended (3: Ctrl-C).
one() (
  label=$1 number=$2; shift 2
  # shellcheck disable=SC2030 # of this shell only
  output=$all/$label-$number
  open_capture
  perf_record "$@" || { cat "$dir/perf-record.stderr.txt" >&2; rm -f "$dir"/perf*; die 'perf recorded nothing'; }
  perf_text
  manifest_extra="${manifest_extra:+$manifest_extra, }\"label\": \"$label\", \"run\": $number"
  seal
  if $interrupted; then exit 3; fi
  say "$dir"
  [ "$status" -eq 0 ] || { say "the command ended with status $status"; exit 1; }
)

main() {
  parse_options "$@"; shift "$shifted"
  # shellcheck disable=SC2031 # not of the subshell
  case $output in -) die '-o - cannot hold several captures: give a directory' ;; esac
  # shellcheck disable=SC2031 # not of the subshell
  all=${output:-$(default_name)}
  if [ $# -gt 0 ]; then
    [ -z "$base$new" ] || die 'either --base and --new, or one command after --'
  elif [ -z "$base" ] || [ -z "$new" ]; then die 'which commands? see --help'; fi
  find_perf || no_perf
  if ! $dry_run; then fresh_directory "$all"; all=$fresh; fi
  trap : INT TERM
  number=1 worst=0
  while [ "$number" -le "$runs" ] && [ "$worst" -ne 3 ]; do
    if [ $# -gt 0 ]; then
      one run "$number" "$@" || worst=$?
    else
      order='base new'
      [ "$((number % 2))" -eq 1 ] || order='new base'
      for label in $order; do
        [ "$worst" -ne 3 ] || break
        if [ "$label" = base ]; then line=$base; else line=$new; fi
        one "$label" "$number" sh -c "$line" || worst=$?
      done
    fi
    [ "$worst" -ne 2 ] || exit 2
    number=$((number + 1))
  done
  if [ "$worst" -eq 3 ]; then say 'stopped; the run that was cut short is marked "interrupted", leave it out'; worst=0; fi
  exit "$worst"
}

main "$@"
