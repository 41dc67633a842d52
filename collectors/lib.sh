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
# The tool runs in the foreground under `trap ... INT`: BCC and bpftrace print their maps on Ctrl-C, and this is the only
# way of running them in which they get it, at once, and the shell lives on to write the manifest.

set -u
LC_ALL=C; export LC_ALL                       # one language of numbers and messages
PYTHONUNBUFFERED=1; export PYTHONUNBUFFERED   # what a BCC tool has printed is in the file, whatever ends it
DEBUGINFOD_URLS=''; export DEBUGINFOD_URLS    # a collector asks the network for nothing
umask 077                                     # captures of root hold other users' data
seconds='' hertz=99 pid='' cgroup='' event='' output='' interval='' default_interval=1 keep_data=false folded=false json=false maps=true gzip=false given_tool=''
host=${BPFVIEW_HOST:-} anonymous=false tools_root=${BPFVIEW_TOOLS_ROOT:-} default_seconds=30
interrupted=false status=0 lost=0 command='[]' files='' tool='' tool_name='' tool_version='' flavour='' event_name='' frequency=null clock=''
started='' ended='' duration=0 elapsed=0 dir='' last_out='' last_err='' manifest_extra='' tab=$(printf '\t')

say() { printf '%s: %s\n' "$collector" "$*" >&2; }
die() { say "$*"; drop_capture; exit 2; }

# ---- options ----------------------------------------------------------------------------------------------------------

common_options='  -d SECONDS        how long (default 30; at most a day); Ctrl-C ends it early and keeps everything so far
  -o DIRECTORY|-    where the capture goes (default ./bpfview-NAME-TIME); - writes it to standard output as a .tgz
  --tool PATH       use this program and no other
  --gzip            compress what the tool printed
  --no-maps         leave the JIT maps (/tmp/perf-PID.map) where they are
  --host NAME       the host name to write down (or BPFVIEW_HOST)
  --anonymize-host  write no host name
  -h, --help        this text'

show_usage() { printf '%s\n\ncommon options\n%s\n' "$usage" "$common_options"; }

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
      -d) want "$@"; seconds=$2 ;;
      -i) want "$@"; interval=$2 ;;
      -F) want "$@"; hertz=$2 ;;
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
  if $anonymous; then host=anonymous; fi
  [ -n "$host" ] || host=$(uname -n)
}

need_root() { [ "$(id -u)" -eq 0 ] || die 'needs root (or CAP_BPF and CAP_PERFMON): run it with sudo'; }

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

# In the background, deaf to Ctrl-C: interrupts the tool $1 seconds after its first output in $2 (many compile for a
# while before they attach; `startup` fifths of a second of silence will do too), and notes both moments.
startup=75 grace=300
watch() {
  while [ ! -s "$dir/.pid" ]; do nap; done
  read -r watched <"$dir/.pid"
  patience=$startup
  while kill -0 "$watched" 2>/dev/null && [ ! -s "$2" ] && [ "$patience" -gt 0 ]; do nap; patience=$((patience - 1)); done
  now >"$dir/.first"
  left=$1
  while [ "$left" -gt 0 ]; do
    sleep 1
    kill -0 "$watched" 2>/dev/null || return 0
    left=$((left - 1))
  done
  now >"$dir/.stop"
  kill -INT "$watched" 2>/dev/null
  left=$grace                                 # a big map takes its time to print; a tool that hangs does not get for ever
  while [ "$left" -gt 0 ]; do sleep 1; kill -0 "$watched" 2>/dev/null || return 0; left=$((left - 1)); done
  kill -TERM "$watched" 2>/dev/null
  sleep 5
  kill -KILL "$watched" 2>/dev/null
}

# For tools that print the host's name: they get a host of the name that is to be written down, where the kernel can do that.
hide_host=false
use_host() {
  [ "$host" != "$(uname -n)" ] || return 0
  # shellcheck disable=SC2016 # $0 belongs to the inner shell
  if unshare --uts sh -c 'echo "$0" >/proc/sys/kernel/hostname' "$host" 2>/dev/null; then hide_host=true
  else say 'the host name cannot be hidden from the tools here (needs root and unshare): look for it in what they print'; fi
}

# run SECONDS OUT ERR tool arguments...: 0 seconds = the tool ends by itself. Sets status, command, duration, started, ended.
# Standard input is /dev/null: under `ssh host sh -s` it is the script itself, and no tool may eat it.
run() {
  run_limit=$1 last_out=$dir/$2 last_err=$dir/$3; shift 3
  command=$(json_array "$@")
  # shellcheck disable=SC2016 # $0 and $@ belong to the inner shell
  if $hide_host; then set -- unshare --uts sh -c 'echo "$0" >/proc/sys/kernel/hostname; exec "$@"' "$host" "$@"; fi
  case $command in *"\"$dir/"*) command=${command%%"$dir/"*}${command#*"$dir/"} ;; esac   # where the capture lies is no part of it
  rm -f "$dir/.pid" "$dir/.first" "$dir/.stop"
  trap 'interrupted=true' INT TERM
  run_started=$(utc); started=${started:-$run_started}
  run_from=$(now)
  watcher=''
  if [ "$run_limit" -gt 0 ]; then
    watch "$run_limit" "$last_out" </dev/null >/dev/null 2>&1 &
    watcher=$!
  fi
  # shellcheck disable=SC2016 # $$ and $@ belong to the inner shell, whose process becomes the tool
  sh -c 'printf "%s\n" $$ >"$0"; exec "$@"' "$dir/.pid" "$@" </dev/null >"$last_out" 2>"$last_err"
  status=$?
  run_to=$(now)
  if [ -n "$watcher" ]; then kill "$watcher" 2>/dev/null; wait "$watcher" 2>/dev/null; fi
  ended=$(utc)
  elapsed=$(minus "$run_to" "$run_from")
  if [ -s "$dir/.first" ]; then read -r run_from <"$dir/.first"; fi
  if [ -s "$dir/.stop" ]; then
    read -r run_to <"$dir/.stop"
    [ "$status" -ne 130 ] || status=0         # it was we who interrupted it
  fi
  duration=$(minus "$run_to" "$run_from")
  rm -f "$dir/.pid" "$dir/.first" "$dir/.stop"
  return "$status"
}

# What a tool that could not start says, some of them on standard output and with status 0.
refusal='Failed to compile BPF|Unable to find kernel headers|Failed to (attach|load)|failed to (load|attach|open)|Cannot attach|Kernel symbol not found|No probes to attach|Unknown symbol|^ERROR'

# Whether the last run gave something worth keeping.
worked() {
  if $interrupted; then return 0; fi
  if [ "$status" -ne 0 ] && ! grep -q '[^[:space:]]' "$last_out" 2>/dev/null; then return 1; fi
  if [ "$(wc -c <"$last_out")" -gt 4096 ]; then return 0; fi
  ! grep -E -q "$refusal" "$last_out" || return 1
  [ "$status" -eq 0 ] || ! grep -E -q "$refusal|Traceback|Error attaching" "$last_err"
}

# ---- the capture directory --------------------------------------------------------------------------------------------

stream=false made=false

# Undoes open_capture. Only what this script put there is removed.
drop_capture() {
  $made || return 0
  rm -f "$dir/.reserve" "$dir/.pid" "$dir/.first" "$dir/.stop"
  if $stream; then rm -rf "$dir"; else rmdir "$dir" 2>/dev/null; fi
  made=false
}

# Makes $dir. Room for the manifest is set aside now, so that a full disk still leaves a readable capture.
open_capture() {
  if [ "$output" = - ]; then
    [ ! -t 1 ] || die '-o - writes an archive: send it to a file, as in -o - > capture.tgz'
    dir=$(mktemp -d "${TMPDIR:-/tmp}/bpfview-$collector.XXXXXX") || die 'cannot make a temporary directory'
    stream=true
    trap 'drop_capture' EXIT
  else
    dir=${output:-bpfview-$collector-$(date -u +%Y%m%dT%H%M%SZ)}
    if [ ! -d "$dir" ] || [ -n "$(ls -A "$dir" 2>/dev/null)" ]; then
      [ ! -e "$dir" ] || die "$dir: exists already and is not an empty directory"
      mkdir -- "$dir" 2>/dev/null || die "$dir: cannot make this directory"
    fi
  fi
  case $dir in /*) ;; *) dir=$PWD/$dir ;; esac
  made=true
  trap 'say "stopped before the tool started"; drop_capture; exit 130' INT TERM
  trap '' HUP                                 # a lost connection does not lose the capture
  dd if=/dev/zero of="$dir/.reserve" bs=1024 count=64 2>/dev/null || die "$dir: no room on this disk"
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

# take_map PATH PID FILE; map_pids = only these
map_pids=''
take_map() {
  if [ ! -f "$1" ] || [ -L "$1" ] || ! is_number "$2"; then return 0; fi
  if [ -n "$map_pids$pid" ]; then case ",$map_pids,$pid," in *",$2,"*) ;; *) return 0 ;; esac; fi
  if [ -n "$3" ] && ! grep -q -w -- "$2" "$dir/$3"; then return 0; fi
  map_name=perf-$2.map
  cp -RP "$1" "$dir/$map_name" 2>/dev/null || { say "$1: could not be copied"; rm -f "$dir/$map_name"; return 0; }
  if [ -L "$dir/$map_name" ] || [ ! -f "$dir/$map_name" ]; then rm -f "$dir/$map_name"; return 0; fi
  add_file "$map_name" map
}

# count_lost FILE...: adds up what tools say about events they could not keep.
count_lost() {
  for lost_file in "$@"; do
    [ -f "$dir/$lost_file" ] || continue
    lost=$((lost + $(awk '
      match($0, /[Ll]ost [0-9]+ (events|samples|chunks)/) { split(substr($0, RSTART), w, " "); n += w[2] }
      match($0, /[0-9]+ stack traces (could not be displayed|lost)/) { split(substr($0, RSTART), w, " "); n += w[1] }
      END { printf "%d", n }' "$dir/$lost_file")))
  done
}

cpu_count() { getconf _NPROCESSORS_ONLN 2>/dev/null || grep -c '^processor' /proc/cpuinfo 2>/dev/null || echo 1; }

write_manifest() {
  printf '{\n  "bpfview": 1,\n  "collector": "%s",\n  "tool": %s,\n' "$collector" "$(json_string "$tool_name")"
  [ -z "$tool_version" ] || printf '  "toolVersion": %s,\n' "$(json_string "$tool_version")"
  printf '  "command": %s,\n' "$command"
  printf '  "start": "%s",\n  "end": "%s",\n  "duration": %s,\n  "elapsed": %s,\n' "$started" "$ended" "$duration" "$elapsed"
  printf '  "interrupted": %s,\n' "$interrupted"
  printf '  "frequency": %s,\n  "event": %s,\n' "$frequency" "$(json_or_null "$event_name")"
  printf '  "host": %s,\n  "kernel": %s,\n' "$(json_string "$host")" "$(json_string "$(uname -r)")"
  printf '  "cpus": %s,\n  "arch": "%s",\n' "$(cpu_count)" "$(uname -m)"
  [ -z "$clock" ] || printf '  "clock": "%s",\n' "$clock"
  [ -z "$manifest_extra" ] || printf '  %s,\n' "$manifest_extra"
  printf '  "lost": %s,\n  "exit": %s,\n  "files": [\n%s\n  ]\n}\n' "$lost" "$status" "$files"
}

disk_is_full() { ! dd if=/dev/zero of="$dir/.probe" bs=1024 count=16 2>/dev/null || ! rm -f "$dir/.probe"; }

# Ends the part in which Ctrl-C counts: what follows is a matter of moments. Call before the first add_file.
settle() {
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
  rm -f "$dir/.reserve"
  if ! write_manifest >"$dir/.manifest" || ! mv "$dir/.manifest" "$dir/manifest.json"; then
    say "$dir: the manifest could not be written"; exit 1
  fi
  if [ -n "${SUDO_UID:-}" ] && [ -n "${SUDO_GID:-}" ]; then chown -R "$SUDO_UID:$SUDO_GID" "$dir" 2>/dev/null; fi
  made=false
}

# Seals the capture, streams it when asked, says how it went. Exits.
close_capture() {
  seal
  [ "$lost" -eq 0 ] || say "the tool lost $lost events: try a shorter run, a lower -F, or one process (-p)"
  if $stream; then
    send || { rm -rf "$dir"; say 'the archive could not be written'; exit 1; }
    rm -rf "$dir"
  else
    say "$dir"
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

# quoted WORDS...: the words as one string that `eval "set -- $string"` takes apart again.
quoted() {
  for quoted_word in "$@"; do printf "'%s' " "$(printf '%s\n' "$quoted_word" | sed "s/'/'\\\\''/g")"; done
}
