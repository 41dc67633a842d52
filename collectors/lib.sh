# shellcheck shell=sh disable=SC2034,SC2154 # what a collector reads is set here, and the other way round
# What every collector shares: options, finding tools, running one, writing the capture directory.
# Sourced, never run. POSIX sh: dash, busybox sh, bash, ksh.
#
# A collector sets `collector` and `usage`, then calls, in this order:
#   parse_options "$@"      -> seconds hertz pid cgroup event output host ...; then shift "$shifted"
#   open_capture            -> $dir exists, is private and empty
#   run SECONDS OUT ERR tool arguments...
#   close_capture           -> manifest.json, last, by rename; a directory that has one holds a finished capture
# The tool runs in the foreground under `trap ... INT`: BCC and bpftrace print their maps on Ctrl-C, and this is the only
# way of running them in which they get it, at once, and the shell lives on to write the manifest.

set -u
LC_ALL=C; export LC_ALL                       # one language of numbers and messages
umask 077                                     # captures of root hold other users' data
seconds=30 hertz=99 pid='' cgroup='' event='' output='' keep_data=false folded=false json=false maps=true gzip=false given_tool=''
host=${BPFVIEW_HOST:-} anonymous=false
interrupted=false status=0 lost=0 command='[]' files='' tool_name='' tool_version='' event_name='' frequency=null clock=''
started='' ended='' duration='' elapsed='' dir='' last_err='' tab=$(printf '\t')

say() { printf '%s: %s\n' "$collector" "$*" >&2; }
die() { say "$*"; drop_unused; exit 2; }

# ---- options ----------------------------------------------------------------------------------------------------------

common_options='  -d SECONDS        how long (default 30; at most a day); Ctrl-C ends it early and keeps everything so far
  -o DIRECTORY|-    where the capture goes (default ./bpfview-NAME-TIME); - writes it to standard output as a .tgz
  --tool PATH       use this program and no other
  --gzip            compress what the tool printed
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
    if [ "$taken" -gt 0 ]; then shift "$taken"; shifted=$((shifted + taken)); continue; fi
    case $1 in
    -h | --help) show_usage; exit 0 ;;
    -d) want "$@"; seconds=$2; shift; shifted=$((shifted + 1)) ;;
    -F) want "$@"; hertz=$2; shift; shifted=$((shifted + 1)) ;;
    -p) want "$@"; pid=$2; shift; shifted=$((shifted + 1)) ;;
    -e) want "$@"; event=$2; shift; shifted=$((shifted + 1)) ;;
    -o) want "$@"; output=$2; shift; shifted=$((shifted + 1)) ;;
    --cgroup) want "$@"; cgroup=$2; shift; shifted=$((shifted + 1)) ;;
    --host) want "$@"; host=$2; shift; shifted=$((shifted + 1)) ;;
    --anonymize-host) anonymous=true ;;
    --gzip) gzip=true ;;
    --tool) want "$@"; given_tool=$2; shift; shifted=$((shifted + 1)) ;;
    --keep-data) keep_data=true ;;
    --no-maps) maps=false ;;
    --folded) folded=true ;;
    --json) json=true ;;
    --) shifted=$((shifted + 1)); break ;;
    -*) die "unknown option $1; see --help" ;;
    *) break ;;
    esac
    shift; shifted=$((shifted + 1))
  done
  in_range "$seconds" 86400 || die "-d $seconds: expected whole seconds, 1 to 86400"
  in_range "$hertz" 99999 || die "-F $hertz: expected samples per second, 1 to 99999"
  case $pid in *[!0-9,]* | ,* | *,) die "-p $pid: expected process ids, 1234 or 12,34" ;; esac
  if $anonymous; then host=anonymous; fi
  [ -n "$host" ] || host=$(uname -n)
}

# ---- the tool ---------------------------------------------------------------------------------------------------------

need_root() { [ "$(id -u)" -eq 0 ] || die "needs root (or CAP_BPF and CAP_PERFMON): run it with sudo"; }

# Sets `tool` to the first of the names that is an executable, by PATH or by absolute path. A BCC tool is called
# NAME-bpfcc on Debian, lies in /usr/share/bcc/tools on Fedora and Arch, and its libbpf twin is plain NAME in /usr/sbin.
find_tool() {
  [ -z "$given_tool" ] || set -- "$given_tool"
  for candidate in "$@"; do
    tool=$(command -v "$candidate" 2>/dev/null) || tool=''
    case $tool in /*) return 0 ;; esac
  done
  tool=''; return 1
}
bcc_names() { printf '%s-bpfcc /usr/sbin/%s-bpfcc /usr/share/bcc/tools/%s' "$1" "$1" "$1"; }

# ---- running it -------------------------------------------------------------------------------------------------------

now() { read -r now_up _ </proc/uptime && printf '%s' "$now_up"; }
minus() { awk -v a="$1" -v b="$2" 'BEGIN { d = a - b; printf "%.2f", d < 0 ? 0 : d }'; }
nap() { sleep 0.2 2>/dev/null || sleep 1; }

# In the background, deaf to Ctrl-C: interrupts the tool $1 seconds after its first output (many compile for a while
# before they attach; $2 bounds that), and notes both moments.
watch() {
  while [ ! -s "$dir/.pid" ]; do nap; done
  read -r watched <"$dir/.pid"
  patience=$2
  while kill -0 "$watched" 2>/dev/null && [ ! -s "$3" ] && [ "$patience" -gt 0 ]; do nap; patience=$((patience - 1)); done
  now >"$dir/.first"
  left=$1
  while [ "$left" -gt 0 ]; do
    sleep 1
    kill -0 "$watched" 2>/dev/null || return 0
    left=$((left - 1))
  done
  now >"$dir/.stop"
  kill -INT "$watched" 2>/dev/null
  left=120                                   # a big map takes its time to print; a tool that hangs does not get for ever
  while [ "$left" -gt 0 ]; do sleep 1; kill -0 "$watched" 2>/dev/null || return 0; left=$((left - 1)); done
  kill -TERM "$watched" 2>/dev/null
}

# run SECONDS OUT ERR tool arguments...: 0 seconds = the tool ends by itself. Sets status, duration, started, ended.
# Standard input is /dev/null: under `ssh host sh -s` it is the script itself, and no tool may eat it.
run() {
  run_limit=$1 run_out=$dir/$2 run_err=$dir/$3 last_err=$dir/$3; shift 3
  command=$(json_array "$@")
  case $command in *"\"$dir/"*) command=${command%%"$dir/"*}${command#*"$dir/"} ;; esac   # where the capture lies is no part of it
  rm -f "$dir/.pid" "$dir/.first" "$dir/.stop"
  trap 'interrupted=true' INT
  [ -n "$started" ] || started=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  run_from=$(now)
  watcher=''
  if [ "$run_limit" -gt 0 ]; then
    watch "$run_limit" 100 "$run_out" </dev/null >/dev/null 2>&1 &
    watcher=$!
  fi
  # shellcheck disable=SC2016 # $$ and $@ belong to the inner shell, whose process becomes the tool
  sh -c 'printf "%s\n" $$ >"$0" && exec "$@"' "$dir/.pid" "$@" </dev/null >"$run_out" 2>"$run_err"
  status=$?
  run_to=$(now)
  if [ -n "$watcher" ]; then kill "$watcher" 2>/dev/null; wait "$watcher" 2>/dev/null; fi
  ended=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  elapsed=$(minus "$run_to" "$run_from")
  if [ -s "$dir/.first" ]; then read -r run_from <"$dir/.first"; fi
  if [ -s "$dir/.stop" ]; then read -r run_to <"$dir/.stop"; fi
  duration=$(minus "$run_to" "$run_from")
  rm -f "$dir/.pid" "$dir/.first" "$dir/.stop"
  return "$status"
}

# ---- the capture directory --------------------------------------------------------------------------------------------

stream=false made=false
drop_unused() { if $made; then rm -f "$dir/.reserve"; rmdir "$dir" 2>/dev/null; fi; return 0; }

# Makes $dir. Room for the manifest is set aside now, so that a full disk still leaves a readable capture.
open_capture() {
  if [ "$output" = - ]; then
    [ ! -t 1 ] || die '-o - writes an archive: send it to a file, as in -o - > capture.tgz'
    stream=true
    dir=$(mktemp -d "${TMPDIR:-/tmp}/bpfview-$collector.XXXXXX") || die 'cannot make a temporary directory'
  else
    dir=${output:-bpfview-$collector-$(date -u +%Y%m%dT%H%M%SZ)}
    if [ -d "$dir" ] && [ -z "$(ls -A "$dir")" ]; then :; else
      [ ! -e "$dir" ] || die "$dir: exists already and is not an empty directory"
      mkdir -- "$dir" 2>/dev/null || die "$dir: cannot make this directory"
    fi
  fi
  case $dir in /*) ;; *) dir=$PWD/$dir ;; esac
  made=true
  dd if=/dev/zero of="$dir/.reserve" bs=1024 count=64 2>/dev/null || { say "$dir: no room on this disk"; rm -f "$dir/.reserve"; rmdir "$dir" 2>/dev/null; exit 2; }
}

# One JSON string. Newlines and tabs are kept as escapes; other control characters become ?.
json_string() {
  printf '%s\n' "$1" | tr '\001-\010\013-\037\177' '[?*]' |
    sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e "s/$tab/\\\\t/g" |
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

# add_file NAME ROLE: an entry of the manifest for a file of $dir, compressed first when that was asked for.
add_file() {
  [ -f "$dir/$1" ] || return 0
  if $gzip && [ "$2" = stdout ] && gzip -9 -n "$dir/$1"; then set -- "$1.gz" "$2"; fi
  file_bytes=$(wc -c <"$dir/$1" | tr -d ' ')
  file_sum=$(sha256 "$dir/$1")
  [ -z "$file_sum" ] || file_sum=", \"sha256\": \"$file_sum\""
  file_entry="    { \"path\": $(json_string "$1"), \"role\": \"$2\", \"bytes\": $file_bytes$file_sum }"
  if [ -n "$files" ]; then
    files="$files,
$file_entry"
  else files=$file_entry; fi
}

# Copies /tmp/perf-PID.map of every process that was alive, or wrote its map, since the capture began: without it the
# addresses of JIT code mean nothing. With a file of $dir as $1: only of processes whose number is in it. Never follows a link: /tmp is everybody's.
add_maps() {
  $maps || return 0
  for map in /tmp/perf-[0-9]*.map; do
    if [ ! -f "$map" ] || [ -L "$map" ]; then continue; fi
    map_pid=${map#/tmp/perf-}; map_pid=${map_pid%.map}
    is_number "$map_pid" || continue
    if [ -n "$pid" ]; then case ",$pid," in *",$map_pid,"*) ;; *) continue ;; esac; fi
    [ -d "/proc/$map_pid" ] || [ -n "$(find "$map" -prune -newer "$dir/.reserve" 2>/dev/null)" ] || continue
    if [ -n "$1" ]; then grep -q -w -- "$map_pid" "$dir/$1" || continue; fi
    cp -RP "$map" "$dir/" 2>/dev/null || { say "$map: could not be copied"; rm -f "$dir/${map##*/}"; continue; }
    if [ -L "$dir/${map##*/}" ] || [ ! -f "$dir/${map##*/}" ]; then rm -f "$dir/${map##*/}"; continue; fi
    add_file "${map##*/}" map
  done
}

# Adds up what the tools say about events they could not keep, from a file of their messages.
count_lost() {
  [ -f "$dir/$1" ] || return 0
  lost=$((lost + $(awk '
    match($0, /[Ll]ost [0-9]+ (events|samples|chunks)/) { s = substr($0, RSTART, RLENGTH); split(s, w, " "); n += w[2] }
    match($0, /[0-9]+ stack traces (could not be displayed|lost)/) { split(substr($0, RSTART), w, " "); n += w[1] }
    END { printf "%d", n + 0 }' "$dir/$1")))
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
  printf '  "lost": %s,\n  "exit": %s,\n  "files": [\n%s\n  ]\n}\n' "$lost" "$status" "$files"
}

# Writes manifest.json by rename, hands the capture to the user behind sudo, streams it when asked. Exits.
close_capture() {
  trap '' INT                                 # from here on it is a matter of moments
  rm -f "$dir/.reserve"
  if ! write_manifest >"$dir/.manifest" || ! mv "$dir/.manifest" "$dir/manifest.json"; then
    say "$dir: the manifest could not be written"; exit 1
  fi
  if [ "$lost" -gt 0 ]; then say "the tool lost $lost events: fewer or shorter runs, a lower -F, or a narrower -p"; fi
  if $stream; then
    trap - INT
    (cd "$dir" && if command -v gzip >/dev/null 2>&1; then tar cf - . | gzip -c; else tar cf - .; fi)
    tar_status=$?
    rm -rf "$dir"
    [ "$tar_status" -eq 0 ] || { say 'the archive could not be written'; exit 1; }
  else
    if [ -n "${SUDO_UID:-}" ] && [ -n "${SUDO_GID:-}" ]; then chown -R "$SUDO_UID:$SUDO_GID" "$dir" 2>/dev/null; fi
    say "$dir"
  fi
  if ! $interrupted && [ "$status" -ne 0 ]; then
    say "$tool_name ended with status $status"; [ ! -s "$last_err" ] || tail -n 3 "$last_err" >&2
    exit 1
  fi
  exit 0
}
