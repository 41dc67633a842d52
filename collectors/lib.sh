# shellcheck shell=sh disable=SC2034,SC2154 # what a collector reads is set here, and the other way round
# What every collector shares: options, running a tool, writing the capture directory.
# Sourced, never run. POSIX sh: dash, busybox sh, bash, ksh.
#
# A collector sets `collector` and `usage`, then calls, in this order:
#   parse_options "$@"      -> seconds hertz pid cgroup event output host ...; then shift "$shifted"
#   open_capture            -> $dir exists, is private and empty
#   run SECONDS OUT ERR tool arguments...      (any number of times)
#   add_file NAME ROLE
#   close_capture           -> manifest.json, last, by rename; a directory that has one holds a finished capture
# Every file is made new (set -C) in a directory made new: nothing that somebody else put there is written through.
# The tool runs in the foreground under `trap ... INT`: BCC and bpftrace print their maps on Ctrl-C, and this is the only
# way of running them in which they get it, at once, and the shell lives on to write the manifest.

set -uC
LC_ALL=C; export LC_ALL                       # one language of numbers and messages
PYTHONUNBUFFERED=1; export PYTHONUNBUFFERED   # what a BCC tool has printed is in the file, whatever ends it
DEBUGINFOD_URLS=''; export DEBUGINFOD_URLS    # a collector asks the network for nothing
umask 077                                     # captures of root hold other users' data
seconds='' hertz=99 pid='' cgroup='' event='' output='' interval='' default_interval=1 keep_data=false folded=false json=false maps=true gzip=false given_tool=''
host=${BPFVIEW_HOST:-} anonymous=false tools_root=${BPFVIEW_TOOLS_ROOT:-} default_seconds=30
dry_run=false hertz_given=false targets_gone='' asked_seconds=''
interrupted=false status=0 lost=0 command='[]' files='' tool='' tool_name='' tool_version='' flavour='' event_name='' frequency=null clock=''
started='' ended='' duration=0 elapsed=0 dir='' last_out='' last_err='' manifest_extra='' tab=$(printf '\t')

say() { printf '%s: %s\n' "$collector" "$*" >&2; }
die() { say "$*"; drop_capture; exit 2; }

# ---- options ----------------------------------------------------------------------------------------------------------

common_options='  -d SECONDS        how long (default %s; at most a day); Ctrl-C ends it early and keeps everything so far
  -o DIRECTORY|-    where the capture goes (default ./bpfview-NAME-TIME-RANDOM); - writes it to standard output as a .tgz
  --tool PATH       use this program and no other
  --dry-run         print the commands that would be run, and run none
  --gzip            compress what the tool printed
  --no-maps         leave the JIT maps (/tmp/perf-PID.map) where they are
  --host NAME       the host name to write down (or BPFVIEW_HOST)
  --anonymize-host  write no host name
  -h, --help        this text'

# shellcheck disable=SC2059 # the text has a place for the default
show_usage() { printf '%s\n\ncommon options\n' "$usage"; printf "$common_options\n" "$default_seconds"; }

# offers OPTION: whether this collector's own help has it; what it does not use must not be taken in silence.
offers() {
  case $usage in
  *"
  $1 "*) ;;
  *) die "$collector.sh has no option $1; see --help" ;;
  esac
}

want() { [ $# -ge 2 ] || die "$1 wants a value; see --help"; }
is_number() { case $1 in '' | *[!0-9]*) return 1 ;; *) [ "${#1}" -le 9 ] ;; esac; }
in_range() { is_number "$1" && [ "$1" -ge 1 ] && [ "$1" -le "$2" ]; }

# own_option WORDS...: a collector's own options; says in `taken` how many words it took, 0 when the first is not one.
own_option() { taken=0; }

# Sets the variables above; stops at `--` or at the first word that is no option. `shifted` = how many words it took.
parse_options() {
  shifted=0
  while [ $# -gt 0 ]; do
    own_option "$@"
    if [ "$taken" -eq 0 ]; then
      taken=2
      case $1 in
      -i | -F | -p | -e | --cgroup | --keep-data | --folded | --json) offers "$1" ;;
      esac
      case $1 in
      -d) want "$@"; seconds=$2 ;;
      -i) want "$@"; interval=$2 ;;
      -F) want "$@"; hertz=$2 hertz_given=true ;;
      -p) want "$@"; pid=$2 ;;
      -e) want "$@"; event=$2 ;;
      -o) want "$@"; output=$2 ;;
      --cgroup) want "$@"; cgroup=$2 ;;
      --host) want "$@"; host=$2 ;;
      --tool) want "$@"; given_tool=$2 ;;
      *)
        taken=1
        case $1 in
        -h | --help) show_usage; exit 0 ;;
        --anonymize-host) anonymous=true ;;
        --dry-run) dry_run=true ;;
        --gzip) gzip=true ;;
        --keep-data) keep_data=true ;;
        --no-maps) maps=false ;;
        --folded) folded=true ;;
        --json) json=true ;;
        --) shifted=$((shifted + 1)); break ;;
        -*) die "unknown option $1; see --help" ;;
        *) break ;;
        esac ;;
      esac
    fi
    shift "$taken"; shifted=$((shifted + taken))
  done
  seconds=${seconds:-$default_seconds}
  in_range "$seconds" 86400 || die "-d $seconds: expected whole seconds, 1 to 86400"
  if [ -z "$interval" ]; then interval=$default_interval; [ "$interval" -le "$seconds" ] || interval=$seconds; fi
  in_range "$interval" "$seconds" || die "-i $interval: expected whole seconds, 1 to $seconds (-d)"
  in_range "$hertz" 99999 || die "-F $hertz: expected samples per second, 1 to 99999"
  case $pid in *[!0-9,]* | ,* | *,) die "-p $pid: expected process ids, 1234 or 12,34" ;; esac
  for target in $(printf '%s' "$pid" | tr , ' '); do
    [ -d "/proc/$target" ] || die "-p $target: no such process"
  done
  if $anonymous; then host=anonymous; fi
  [ -n "$host" ] || host=$(uname -n)
}

need_root() { $dry_run || [ "$(id -u)" -eq 0 ] || die 'needs root (or CAP_BPF and CAP_PERFMON): run it with sudo'; }

# missing TOOL DEBIAN FEDORA ARCH ALPINE: nothing fits; says what to install, and ends.
missing() {
  say "$1 not found; install it with one of
  Debian, Ubuntu  apt install $2
  Fedora          dnf install $3
  Arch            pacman -S $4
  Alpine          apk add $5"
  drop_capture; exit 2
}

# find_program NAME...: sets `tool` to the path of the first that can be run.
find_program() {
  for candidate in "$@"; do
    tool=$(command -v "$candidate" 2>/dev/null) || tool=''
    case $tool in /*) return 0 ;; esac
  done
  tool=''; return 1
}

# ---- running it -------------------------------------------------------------------------------------------------------

now() { read -r now_up _ </proc/uptime && printf '%s' "$now_up"; }
utc() { date -u +%Y-%m-%dT%H:%M:%SZ; }
minus() { awk -v a="$1" -v b="$2" 'BEGIN { d = a - b; printf "%.2f", d < 0 ? 0 : d }'; }
nap() { sleep 0.2 2>/dev/null || sleep 1; }

# How long the tools take and what they are asked, for whoever waits: a countdown on a terminal, nothing in a log.
countdown() {
  [ -t 2 ] || return 0
  printf '\r%s: %s \033[K' "$collector" "$1" >&2
}
end_countdown() { [ ! -t 2 ] || printf '\r\033[K' >&2; }

# In the background, deaf to Ctrl-C. Notes when the tool first printed to $2 (many compile for a while before they attach;
# `startup` fifths of a second of silence will do too). With $1 > 0: interrupts it $1 seconds later and notes when it
# reacted: a tool counts until it does. A tool that does not end is ended, $grace seconds after it should have.
startup=75 grace=300
watch() {
  trap '' INT
  while [ ! -s "$dir/.pid" ]; do nap; done
  read -r watched <"$dir/.pid"
  patience=$startup
  [ "$1" -gt 0 ] || patience=$((5 * (seconds + grace)))
  while alive && [ ! -s "$2" ] && [ "$patience" -gt 0 ]; do
    nap
    patience=$((patience - 1))
    if [ "$1" -eq 0 ]; then countdown "$((patience / 5 - grace)) s left"; else countdown 'starting'; fi
  done
  now >"$dir/.first"
  left=$1
  while [ "$left" -gt 0 ]; do
    countdown "$left s left"
    sleep 1
    alive || { end_countdown; return 0; }
    left=$((left - 1))
  done
  if [ "$1" -eq 0 ]; then
    left=$((seconds + grace))
    while [ "$left" -gt 0 ]; do sleep 1; alive || { end_countdown; return 0; }; left=$((left - 1)); done
  else
    countdown 'waiting for what it prints'
    printed=$(wc -c <"$2")
    now >"$dir/.stop"
    kill -INT "$watched" 2>/dev/null
    left=$((5 * grace))                       # a big map takes its time to print; a tool that hangs does not get for ever
    while [ "$left" -gt 0 ] && alive && [ "$(wc -c <"$2")" -eq "$printed" ]; do nap; left=$((left - 1)); done
    now >"$dir/.reacted"
    while [ "$left" -gt 0 ]; do nap; alive || { end_countdown; return 0; }; left=$((left - 1)); done
  fi
  end_countdown
  : >"$dir/.ended"
  kill -INT "$watched" 2>/dev/null
  nap
  kill -TERM "$watched" 2>/dev/null
  sleep 5
  kill -KILL "$watched" 2>/dev/null
}
alive() { kill -0 "$watched" 2>/dev/null; }
marks() { rm -f "$dir/.pid" "$dir/.first" "$dir/.stop" "$dir/.reacted" "$dir/.ended"; }

# For tools that print the host's name: they get a host of the name that is to be written down, where the kernel can do that.
hide_host=false
use_host() {
  [ "$host" != "$(uname -n)" ] || return 0
  # shellcheck disable=SC2016 # $0 belongs to the inner shell
  if unshare --uts sh -c 'echo "$0" >/proc/sys/kernel/hostname' "$host" 2>/dev/null; then hide_host=true
  else say 'the host name cannot be hidden from the tools here (needs root and unshare): look for it in what they print'; fi
}

# run SECONDS OUT ERR tool arguments...: 0 seconds = the tool ends by itself. Sets status, command, duration, started, ended.
# `duration` is what was observed, `asked_seconds` what was asked for, `elapsed` how long the tool ran.
# Standard input is /dev/null: under `ssh host sh -s` it is the script itself, and no tool may eat it.
bounded=false                                 # true: a tool that times itself is ended when it does not
run() {
  run_limit=$1 last_out=$dir/$2 last_err=$dir/$3; shift 3
  command=$(json_array "$@")
  # shellcheck disable=SC2016 # $0 and $@ belong to the inner shell
  if $hide_host; then set -- unshare --uts sh -c 'echo "$0" >/proc/sys/kernel/hostname; exec "$@"' "$host" "$@"; fi
  if $dry_run; then
    printf '%s\n' "$(plain_words "$@")"
    status=0 duration=0 elapsed=0
    return 0
  fi
  case $command in *"\"$dir/"*) command=${command%%"$dir/"*}${command#*"$dir/"} ;; esac   # where the capture lies is no part of it
  marks
  rm -f "$last_out" "$last_err"
  trap 'interrupted=true' INT TERM
  run_started=$(utc); started=${started:-$run_started}
  run_from=$(now)
  watcher=''
  if [ "$run_limit" -gt 0 ] || $bounded; then
    watch "$run_limit" "$last_out" </dev/null >/dev/null &
    watcher=$!
  fi
  # shellcheck disable=SC2016 # $$ and $@ belong to the inner shell, whose process becomes the tool
  sh -c 'set -C; printf "%s\n" $$ >"$0"; exec "$@"' "$dir/.pid" "$@" </dev/null >"$last_out" 2>"$last_err"
  status=$?
  run_to=$(now)
  if [ -n "$watcher" ]; then kill "$watcher" 2>/dev/null; wait "$watcher" 2>/dev/null; end_countdown; fi
  ended=$(utc)
  elapsed=$(minus "$run_to" "$run_from")
  observe
  if [ -e "$dir/.ended" ]; then say "${tool_name:-the tool} did not end by itself: it was ended after $elapsed s"; fi
  marks
  for target in $(printf '%s' "$pid" | tr , ' '); do
    [ -d "/proc/$target" ] || case " $targets_gone " in *" $target "*) ;; *) targets_gone="$targets_gone $target" ;; esac
  done
  return "$status"
}

# Sets `duration`: from the first output of a tool that we interrupt to the moment in which it reacted. A tool that times
# itself and prints at its end goes on counting while it prints: what it was asked for, and that.
observe() {
  if [ -s "$dir/.first" ]; then read -r run_first <"$dir/.first"; else run_first=$run_from; fi
  if [ -s "$dir/.stop" ]; then
    if [ -s "$dir/.reacted" ]; then read -r run_to <"$dir/.reacted"; fi
    [ "$status" -ne 130 ] || status=0         # it was we who interrupted it
  fi
  if [ "$run_limit" -gt 0 ]; then
    duration=$(minus "$run_to" "$run_first")
  elif $bounded && [ "$status" -eq 0 ] && ! $interrupted; then
    duration=$(awk -v from="$run_from" -v first="$run_first" -v to="$run_to" -v asked="$seconds" 'BEGIN {
      d = first - from < asked - 0.5 ? to - first : asked + to - first
      printf "%.2f", d < asked ? asked : d }')
  else
    duration=$(minus "$run_to" "$run_from")
  fi
}

# What a tool that could not start says on its standard error, by the grammar of each kind. What stands in the data is never asked.
refusal_of() {
  case $1 in
  libbpf) echo '^(libbpf: (failed|prog .*: failed|Error)|[Ff]ailed to (open|load|attach|create|set|init)|libbpf: .*failed to (load|attach|find))' ;;
  bcc) echo '^(Exception: |Failed to (attach|compile|load)|.*Error: |cannot attach |bpf: Failed to load|[Nn]o probes to attach|modprobe: FATAL)' ;;
  *) echo '^(ERROR: |[^ ]*:[0-9]+:[0-9]+(-[0-9]+)?: ERROR: |No probes to attach|failed to |Unknown symbol)' ;;
  esac
}

# How many probes a tool said it left out; bpftrace and libbpf-tools go on without them, and then see nothing.
unattached() { grep -c -E '^(WARNING: |libbpf: )?(could not|[Ff]ailed to) attach (probe )?[^ ].*(skipping|: )' "$1" 2>/dev/null; }

# has_rows FILE: more than headings and banners: a line with a digit behind the first.
has_rows() { awk 'NR > 1 && /[0-9]/ { found = 1; exit } END { exit !found }' "$1" 2>/dev/null; }

# Whether the last run gave something worth keeping.
worked() {
  if $interrupted || $dry_run; then return 0; fi
  if [ "$status" -ne 0 ] && ! grep -q '[^[:space:]]' "$last_out" 2>/dev/null; then return 1; fi
  if [ "$(unattached "$last_err")" -gt 0 ] && ! has_rows "$last_out"; then return 1; fi
  # some say it on standard output, with status 0, and nothing else
  if ! has_rows "$last_out" && sed -n 1p "$last_out" | grep -E -q "$(refusal_of "${flavour:-}")"; then return 1; fi
  [ "$status" -ne 0 ] || return 0
  ! grep -E -q "$(refusal_of "${flavour:-}")|^Traceback|^Error attaching" "$last_err" || has_rows "$last_out"
}

# ---- the capture directory --------------------------------------------------------------------------------------------

stream=false made=false

# Undoes open_capture. Only what this script put there is removed.
drop_capture() {
  $made || return 0
  marks
  rm -f "$dir/.reserve" "$dir/.capturing"
  if $stream; then rm -rf "$dir"; else rmdir "$dir" 2>/dev/null; fi
  made=false
}

# facts PATH: sets entry_mode, entry_owner (a number) of a path itself, not of what a link leads to.
facts() {
  entry=$(ls -ldn -- "$1" 2>/dev/null) || return 1
  entry_mode=${entry%% *}
  # shellcheck disable=SC2086 # the words of ls
  set -- $entry
  entry_owner=$3
}

# Refuses a place in which another user could exchange what we make: a directory on the way to it that belongs to somebody
# else, or that others may write to (a sticky one, as /tmp, keeps what is ours).
trusted_place() {
  me=$(id -u) place=$1
  while :; do
    facts "$place" || die "$place: no such directory"
    case $entry_owner in
    0 | "$me" | "${SUDO_UID:-$me}") ;;
    *) [ "$me" -ne 0 ] || die "$place belongs to another user: choose a place of your own with -o" ;;
    esac
    case $entry_mode in
    ?????w????* | ????????w?*)
      case $entry_mode in
      ?????????[tT]*) ;;
      *) [ "$me" -ne 0 ] || die "$place can be written by other users: choose a place of your own with -o" ;;
      esac ;;
    esac
    [ "$place" != / ] || return 0
    place=${place%/*}; place=${place:-/}
  done
}

# Refuses a link of another user on the way to a path: it leads where that user wants.
trusted_links() {
  me=$(id -u) link=$1
  while [ "$me" -eq 0 ] && [ -n "$link" ]; do
    if [ -L "$link" ] && facts "$link"; then
      case $entry_owner in
      0 | "${SUDO_UID:-0}") ;;
      *) die "$link: a link of another user: choose a place of your own with -o" ;;
      esac
    fi
    link=${link%/*}
  done
}

# fresh_directory PATH: makes it, for us alone, and sets `fresh` to its path without links. One that is there is taken only when it is empty, ours, closed to others and no link.
fresh_directory() {
  case $1 in /*) fresh=$1 ;; *) fresh=$PWD/$1 ;; esac
  fresh=${fresh%/}
  fresh_parent=$(cd -P -- "${fresh%/*}/" 2>/dev/null && pwd) || die "${fresh%/*}: no such directory"
  trusted_links "${fresh%/*}"
  trusted_place "$fresh_parent"
  fresh=${fresh_parent%/}/${fresh##*/}        # a link exchanged from now on changes nothing
  if mkdir -m 0700 -- "$fresh" 2>/dev/null; then return 0; fi
  facts "$fresh" || die "$fresh: cannot make this directory"
  case $entry_mode in
  l*) die "$fresh: a link; expected the name of a new directory" ;;
  d*) ;;
  *) die "$fresh: exists already and is not an empty directory" ;;
  esac
  [ "$entry_owner" = "$(id -u)" ] || die "$fresh: belongs to another user; expected the name of a new directory"
  case $entry_mode in ?????w????* | ????????w?*) die "$fresh: can be written by other users; expected the name of a new directory" ;; esac
  [ -z "$(ls -A -- "$fresh" 2>/dev/null)" ] || die "$fresh: exists already and is not an empty directory"
  chmod 0700 -- "$fresh" || die "$fresh: cannot be closed to others"
}

# A name for a capture that others cannot guess: they may write to the directory we are in.
default_name() { printf 'bpfview-%s-%s-%s' "$collector" "$(date -u +%Y%m%dT%H%M%SZ)" "$(od -An -N3 -tx1 /dev/urandom 2>/dev/null | tr -d ' \n')"; }

# limits: what this kernel keeps from us, one sentence each, said and written down as `restricted` of the manifest.
limits_root=${BPFVIEW_LIMITS_ROOT:-} restricted=''
limit() {
  say "$1"
  restricted="${restricted:+$restricted, }$(json_string "$1")"
}
limits() {
  [ "$collector" != sixty ] || return 0
  limit_user=$(id -u 2>/dev/null || echo 0)
  read -r limit_value 2>/dev/null <"$limits_root/proc/sys/kernel/perf_event_paranoid" || limit_value=''
  if [ "$limit_user" -ne 0 ] && is_number "${limit_value#-}" && [ "$limit_value" -gt 1 ]; then
    limit "kernel.perf_event_paranoid is $limit_value: without root there are no kernel stacks, and no other users' processes"
  fi
  read -r limit_value 2>/dev/null <"$limits_root/proc/sys/kernel/kptr_restrict" || limit_value=''
  case $limit_value in
  2) limit 'kernel.kptr_restrict is 2: kernel functions have no names; sysctl kernel.kptr_restrict=1 shows them to root' ;;
  1) [ "$limit_user" -eq 0 ] || limit 'kernel.kptr_restrict is 1: kernel functions have no names without root' ;;
  esac
  case $(cat "$limits_root/sys/kernel/security/lockdown" 2>/dev/null) in
  *'[confidentiality]'*) limit 'the kernel is locked down (confidentiality): it refuses kprobes, BPF that reads memory, and kernel addresses' ;;
  esac
  if [ ! -d "$limits_root/sys/kernel/tracing/events" ] && [ ! -d "$limits_root/sys/kernel/debug/tracing/events" ]; then
    limit 'no tracefs here: tools that need tracepoints or kprobes see nothing; mount -t tracefs nodev /sys/kernel/tracing'
  fi
}

# Makes $dir. Room for the manifest is set aside now, so that a full disk still leaves a readable capture. A directory in
# which a capture still runs has a file `.capturing`.
open_capture() {
  if $dry_run; then dir=CAPTURE made=false; return 0; fi
  if [ "$output" = - ]; then
    [ ! -t 1 ] || die '-o - writes an archive: send it to a file, as in -o - > capture.tgz'
    dir=$(mktemp -d "${TMPDIR:-/tmp}/bpfview-$collector.XXXXXX") || die 'cannot make a temporary directory'
    stream=true
    trap 'drop_capture' EXIT
  else
    dir=${output:-$(default_name)}
    fresh_directory "$dir"
    dir=$fresh
  fi
  made=true
  trap 'say "stopped before the tool started"; drop_capture; exit 130' INT TERM
  trap '' HUP                                 # a lost connection does not lose the capture
  limits
  : >"$dir/.capturing"
  dd if=/dev/zero bs=1024 count=64 2>/dev/null >"$dir/.reserve" || die "$dir: no room on this disk"
}

# One JSON string. Newlines and tabs are kept as escapes; other control characters become ?.
json_string() {
  printf '%s\n' "$1" |
    sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e "s/$tab/\\\\t/g" -e 's/[[:cntrl:]]/?/g' |
    awk 'BEGIN { ORS = ""; print "\"" } NR > 1 { print "\\n" } { print } END { print "\"" }'
}
json_array() {
  printf '['
  array_comma=''
  for array_item in "$@"; do printf '%s' "$array_comma"; json_string "$array_item"; array_comma=', '; done
  printf ']'
}
json_or_null() { if [ -n "$1" ]; then json_string "$1"; else printf null; fi; }

sha256() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum <"$1" | cut -d' ' -f1
  elif command -v shasum >/dev/null 2>&1; then shasum -a 256 <"$1" | cut -d' ' -f1
  elif command -v openssl >/dev/null 2>&1; then openssl dgst -sha256 <"$1" | sed 's/.*[ =]//'
  fi
}

# add_file NAME ROLE [JSON]: an entry of the manifest for a file of $dir, compressed first when that was asked for.
# JSON is more fields of the entry, `"tool": "uptime"`.
add_file() {
  [ -f "$dir/$1" ] || return 0
  if $gzip && [ "$2" = stdout ] && gzip -9 -n "$dir/$1" 2>/dev/null; then
    file_path=$1.gz
  else
    file_path=$1
  fi
  file_bytes=$(wc -c <"$dir/$file_path" | tr -d ' ')
  file_sum=$(sha256 "$dir/$file_path")
  [ -z "$file_sum" ] || file_sum=", \"sha256\": \"$file_sum\""
  file_entry="    { \"path\": $(json_string "$file_path"), \"role\": \"$2\", \"bytes\": $file_bytes$file_sum${3:+, $3} }"
  if [ -n "$files" ]; then
    files="$files,
$file_entry"
  else files=$file_entry; fi
}

# add_maps FILE: copies /tmp/perf-PID.map of every process that was alive, or wrote its map, since the capture began:
# without it the addresses of JIT code mean nothing. With a FILE of $dir: only of processes whose number is in it.
# A process in a container has its map in its own /tmp, under its own number. Never follows a link: /tmp is everybody's.
add_maps() {
  $maps || return 0
  for map in /tmp/perf-[0-9]*.map; do
    map_pid=${map#/tmp/perf-}; map_pid=${map_pid%.map}
    [ -d "/proc/$map_pid" ] || [ -n "$(find "$map" -prune -newer "$dir/.reserve" 2>/dev/null)" ] || continue
    take_map "$map" "$map_pid" "$1"
  done
  contained=$(grep -H "^NSpid:.*[0-9]${tab}[0-9]" /proc/[0-9]*/status 2>/dev/null | sed "s|^/proc/\([0-9]*\)/.*${tab}|\1:|")
  for process in $contained; do
    map_root=/proc/${process%:*}/root
    if [ -L "$map_root/tmp" ]; then continue; fi
    take_map "$map_root/tmp/perf-${process#*:}.map" "${process%:*}" "$1"
  done
}

# A map of more bytes, or of holes, is nobody's JIT: it would fill the disk, or the memory of perf.
map_limit=67108864

# fair_map PATH PID: whether a map is worth reading: a plain file of at most map_limit bytes, of the process's user or root.
fair_map() {
  [ -f "$1" ] && [ ! -L "$1" ] && facts "$1" || return 1
  # shellcheck disable=SC2086 # the words of ls
  set -- "$1" "$2" $entry
  [ "$7" -le "$map_limit" ] || return 1
  [ "$entry_owner" -ne 0 ] || return 0
  facts "/proc/$2" 2>/dev/null || return 0    # it has ended: nobody to ask
  # shellcheck disable=SC2086
  set -- "$5" $entry
  [ "$1" = "$4" ]
}

# take_map PATH PID FILE; map_pids = only these
map_pids=''
take_map() {
  if [ ! -f "$1" ] || [ -L "$1" ] || ! is_number "$2"; then return 0; fi
  if [ -n "$map_pids$pid" ]; then case ",$map_pids,$pid," in *",$2,"*) ;; *) return 0 ;; esac; fi
  if [ -n "$3" ] && ! grep -q -w -- "$2" "$dir/$3"; then return 0; fi
  fair_map "$1" "$2" || { say "$1: left out: larger than $((map_limit >> 20)) MiB, or not of the user of process $2"; return 0; }
  map_name=perf-$2.map
  cp -RP "$1" "$dir/$map_name" 2>/dev/null || { say "$1: could not be copied"; rm -f "$dir/$map_name"; return 0; }
  if [ -L "$dir/$map_name" ] || [ ! -f "$dir/$map_name" ]; then rm -f "$dir/$map_name"; return 0; fi
  add_file "$map_name" map
}

# count_lost FILE...: adds up what tools say on standard error about events they could not keep, each in its own words: perf
# record, BCC and libbpf-tools, bpftrace. Give it no data: a file may be called "lost 5 events".
count_lost() {
  for lost_file in "$@"; do
    [ -f "$dir/$lost_file" ] || continue
    lost=$((lost + $(awk '
      /^Processed [0-9]+ events and lost [0-9]+ (chunks|samples)!$/ { n += $6; next }
      /^Processed [0-9]+ samples and lost [0-9.]+%!$/ { n += int($2 * $6 / 100 + 0.5); next }
      /^\[ perf record: .* lost [0-9]+ (samples|events)/ { sub(/^.* lost /, ""); n += $1; next }
      /^(Possibly lost|[Ll]ost) [0-9]+ (events|samples|chunks)( on CPU #?[0-9]+)?[.!]?$/ { sub(/^[^0-9]*/, ""); n += $1; next }
      /^(WARNING: )?[0-9]+ stack traces (could not be displayed|lost)/ { sub(/^WARNING: /, ""); n += $1 }
      END { printf "%d", n }' "$dir/$lost_file")))
  done
}

cpu_count() { getconf _NPROCESSORS_ONLN 2>/dev/null || grep -c '^processor' /proc/cpuinfo 2>/dev/null || echo 1; }

write_manifest() {
  printf '{\n  "bpfview": 1,\n  "collector": "%s",\n  "tool": %s,\n' "$collector" "$(json_string "$tool_name")"
  [ -z "$tool_version" ] || printf '  "toolVersion": %s,\n' "$(json_string "$tool_version")"
  printf '  "command": %s,\n' "$command"
  printf '  "start": "%s",\n  "end": "%s",\n  "duration": %s,\n  "elapsed": %s,\n' "$started" "$ended" "$duration" "$elapsed"
  [ -z "$asked_seconds" ] || printf '  "asked": %s,\n' "$asked_seconds"
  # shellcheck disable=SC2086 # numbers
  [ -z "$targets_gone" ] || printf '  "targetsGone": [%s],\n' "$(printf '%s' "${targets_gone# }" | tr ' ' ,)"
  printf '  "interrupted": %s,\n' "$interrupted"
  printf '  "frequency": %s,\n  "event": %s,\n' "$frequency" "$(json_or_null "$event_name")"
  printf '  "host": %s,\n  "kernel": %s,\n' "$(json_string "$host")" "$(json_string "$(uname -r)")"
  printf '  "cpus": %s,\n  "arch": "%s",\n' "$(cpu_count)" "$(uname -m)"
  [ -z "$clock" ] || printf '  "clock": "%s",\n' "$clock"
  [ -z "$restricted" ] || printf '  "restricted": [%s],\n' "$restricted"
  [ -z "$manifest_extra" ] || printf '  %s,\n' "$manifest_extra"
  printf '  "lost": %s,\n  "exit": %s,\n  "files": [\n%s\n  ]\n}\n' "$lost" "$status" "$files"
}

disk_is_full() { ! dd if=/dev/zero bs=1024 count=16 2>/dev/null >"$dir/.probe" || ! rm -f "$dir/.probe"; }

# Ends the part in which Ctrl-C counts: what follows is a matter of moments. Call before the first add_file.
settle() {
  ! $dry_run || exit 0
  trap '' INT TERM
  full=false
  if disk_is_full; then
    rm -f "$dir/.probe"
    full=true maps=false gzip=false
    manifest_extra="${manifest_extra:+$manifest_extra, }\"diskFull\": true"
    say "$dir: the disk is full; what there is is kept, its end may be missing"
  fi
}

# Writes manifest.json by rename, and hands the capture to the user behind sudo.
seal() {
  rm -f "$dir/.reserve" "$dir/.capturing" "$dir/.manifest"
  if ! write_manifest >"$dir/.manifest" || ! mv "$dir/.manifest" "$dir/manifest.json"; then
    say "$dir: the manifest could not be written"; exit 1
  fi
  if [ -n "${SUDO_UID:-}" ] && [ -n "${SUDO_GID:-}" ]; then chown -R "$SUDO_UID:$SUDO_GID" "$dir" 2>/dev/null; fi
  made=false
}

# Seals the capture, streams it when asked, says how it went. Exits.
close_capture() {
  seal
  [ -z "$targets_gone" ] || say "process$targets_gone ended before its symbols were resolved: its user frames may be addresses only"
  [ "$lost" -eq 0 ] || say "the tool lost $lost events: try a shorter run, a lower -F, or one process (-p)"
  if $stream; then
    send || { rm -rf "$dir"; say 'the archive could not be written'; exit 1; }
    rm -rf "$dir"
  else
    say "$dir"
    say "next: bpfview report $(plain_words "$dir")"
  fi
  if $full; then exit 1; fi
  if ! $interrupted && ! worked_status; then
    say "$tool_name ended with status $status"; [ ! -s "$last_err" ] || tail -n 3 "$last_err" >&2
    exit 1
  fi
  exit 0
}
worked_status() { [ "$status" -eq 0 ]; }

# The capture as a .tgz on standard output, the manifest first, so that a reader can work as it comes.
send() {
  trap - INT TERM
  set -- manifest.json
  for send_file in "$dir"/*; do
    [ "$send_file" = "$dir/manifest.json" ] || set -- "$@" "${send_file##*/}"
  done
  if command -v gzip >/dev/null 2>&1; then (cd "$dir" && tar cf - "$@") | gzip -c; else (cd "$dir" && tar cf - "$@"); fi
}

# plain_words WORDS...: a command as somebody would type it.
plain_words() {
  plain=''
  for plain_word in "$@"; do
    case $plain_word in
    '' | *[!A-Za-z0-9_./:=,@%+-]*) plain="$plain $(quoted "$plain_word")"; plain=${plain% } ;;
    *) plain="$plain $plain_word" ;;
    esac
  done
  printf '%s' "${plain# }"
}

# quoted WORDS...: the words as one string that `eval "set -- $string"` takes apart again.
quoted() {
  for quoted_word in "$@"; do printf "'%s' " "$(printf '%s\n' "$quoted_word" | sed "s/'/'\\\\''/g")"; done
}
