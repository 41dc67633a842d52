# shellcheck shell=sh disable=SC2034,SC2154 # what a collector reads is set here, and the other way round
# Finding and running BCC, libbpf-tools and bpftrace tools. Sourced after lib.sh.

# kind_of PATH: what a program is, whatever it is called: bcc (Python), bt (a bpftrace program), libbpf (compiled).
# A shell script is none of them: perf-tools has an execsnoop and an opensnoop too.
kind_of() {
  case $(dd if="$1" bs=2 count=1 2>/dev/null) in
  '#!')
    case $(sed -n 1p "$1") in
    *python*) echo bcc ;;
    *bpftrace*) echo bt ;;
    *sh | *sh\ *) ;;
    *) echo libbpf ;;
    esac ;;
  *) case $1 in *.bt) echo bt ;; *) echo libbpf ;; esac ;;
  esac
}

# locate KIND NAME: sets `tool` to the first program that goes by that name in any distribution and is of that kind.
#   Debian, Ubuntu  NAME-bpfcc; NAME of libbpf-tools in /usr/sbin; NAME.bt
#   Fedora          /usr/share/bcc/tools/NAME; bpf-NAME of libbpf-tools; /usr/share/bpftrace/tools/NAME.bt
#   Arch, Alpine    /usr/share/bcc/tools/NAME; bpf-NAME or NAME; /usr/share/bpftrace/tools/NAME.bt
locate() {
  if [ -n "$given_tool" ]; then
    tool=$(command -v "$given_tool" 2>/dev/null) || die "--tool $given_tool: not found"
    [ "$(kind_of "$tool")" = "$1" ]; return
  fi
  r=$tools_root
  case $1 in
  bcc) set -- bcc "$2-bpfcc" "$r/usr/sbin/$2-bpfcc" "$r/usr/share/bcc/tools/$2" "$r/usr/local/share/bcc/tools/$2" "$2" "$r/usr/sbin/$2" ;;
  libbpf) set -- libbpf "bpf-$2" "$r/usr/sbin/bpf-$2" "$2" "$r/usr/sbin/$2" "$r/usr/local/bin/$2" "$r/usr/local/sbin/$2" "$r/usr/share/libbpf-tools/$2" ;;
  bt)
    find_program bpftrace || return 1
    set -- bt "$2.bt" "$r/usr/sbin/$2.bt" "$r/usr/share/bpftrace/tools/$2.bt" "$r/usr/local/share/bpftrace/tools/$2.bt" ;;
  esac
  locate_kind=$1; shift
  for candidate in "$@"; do
    find_program "$candidate" || { [ -f "$candidate" ] && [ "$locate_kind" = bt ] && tool=$candidate; } || continue
    [ "$(kind_of "$tool")" = "$locate_kind" ] && return 0
  done
  tool=''; return 1
}

version_of() {
  case $flavour in
  bcc)
    version_python=$(sed -n '1s/^#! *//p' "$tool")
    # shellcheck disable=SC2086 # `/usr/bin/env python3` is two words
    $version_python -c 'import bcc; print(bcc.__version__)' 2>/dev/null </dev/null ;;
  bt) bpftrace --version 2>/dev/null </dev/null | sed 's/^bpftrace v*//' ;;
  *) "$tool" --version 2>/dev/null </dev/null | sed -n '1s/^.* \([0-9][^ ]*\)$/\1/p' ;;
  esac
}

# The line in which the last tool said why: its own error line whole, else the last thing it said.
why_not() {
  { grep -h -m 1 -E "$(refusal_of "${flavour:-}")" "$last_err" || grep -h -m 1 -E 'could not attach' "$last_err" ||
    grep -h -v '^[[:space:]]*$' "$last_err" | tail -n 1 | grep . || grep -h -v '^[[:space:]]*$' "$last_out" | tail -n 1 | grep . ||
    echo "ended with status $status"; } 2>/dev/null | cut -c 1-1000
}

# set_aside OUT ERR: keeps the words of an attempt that failed, before the next one.
set_aside() {
  say "$tool_name ($flavour) did not work: $(why_not)"
  case $flavour in
  bcc) grep -q 'kernel headers\|Failed to compile' "$last_err" "$last_out" &&
    say "BCC compiles against the kernel's headers: linux-headers (Debian, Arch), kernel-devel (Fedora), linux-lts-dev (Alpine) of $(uname -r)" ;;
  esac
  cat "$last_out" >>"$last_err"
  mv "$last_err" "$dir/$tool_name.$flavour.failed.txt"
  rm -f "$last_out"
  failed_files="$failed_files $tool_name.$flavour.failed.txt"
}
failed_files=''
add_failed() { for failed_file in $failed_files; do add_file "$failed_file" failed; done; }

# with_tool NAME: calls `attempt` ($tool, $flavour and $tool_name say what it is to run) with each tool of that name,
# the cheapest kind first, until one works. Returns 1 when there is none; when all fail, the last one's words are kept.
with_tool() {
  tool_name=$1 tried=false
  for flavour in ${flavours:-libbpf bcc bt}; do
    locate "$flavour" "$tool_name" || continue
    $made || { need_root; open_capture; }
    if $tried; then tried_now=$flavour; flavour=$tried_flavour; set_aside; flavour=$tried_now; fi
    tried=true
    say "$tool_name: $tool ($flavour)"
    tried_flavour=$flavour tried_tool=$tool startup=75 bounded=true asked_seconds=$seconds
    if [ "$flavour" = libbpf ]; then startup=0; fi   # nothing to compile; and it prints when its buffer is full
    attempt
    bounded=false
    if worked; then break; fi
  done
  $tried || return 1
  flavour=$tried_flavour tool=$tried_tool
  tool_version=$(version_of)
}
no_bcc() { missing "$1" 'bpfcc-tools (or libbpf-tools)' 'bcc-tools (or libbpf-tools)' 'bcc-tools (or libbpf-tools)' 'bcc-tools (or libbpf-tools)'; }

# run_bpftrace OUT ERR program-text [bpftrace option...]: bounded by -d. The program is kept beside what it printed.
run_bpftrace() {
  bt_out=$1 bt_err=$2 asked_seconds=$seconds
  bt_text=$3; shift 3
  $dry_run || printf '%s\n' "$bt_text" >|"$dir/program.bt"
  clock=monotonic
  # Before 0.19 bpftrace reads a program's symbols anew for every frame, unless told that it is one process it looks at.
  if is_number "$pid"; then BPFTRACE_CACHE_USER_SYMBOLS=${BPFTRACE_CACHE_USER_SYMBOLS:-1}; export BPFTRACE_CACHE_USER_SYMBOLS; fi
  run "$seconds" "$bt_out" "$bt_err" "$tool" "$@" -e "$bt_text"
}
bpftrace_version() { "$tool" --version 2>/dev/null </dev/null | sed 's/^bpftrace v*//'; }
no_bpftrace() { missing bpftrace bpftrace bpftrace bpftrace bpftrace; }

# The condition of a bpftrace probe for -p: `/pid == 12 || pid == 34/`.
bt_filter() {
  [ -n "$pid" ] || return 0
  printf '/'
  printf '%s' "$pid" | sed 's/,/ || pid == /g; s/^/pid == /'
  printf '/ '
}

# keep OUT ERR: what one tool printed, the program, the JIT maps and the failed attempts.
keep() {
  settle
  add_maps ''
  count_lost "$2"
  add_file "$1" stdout
  add_file "$2" stderr
  add_file program.bt program
  add_failed
}

# capture_or_bpftrace TOOL: a whole capture by that tool; where none works, by bpftrace with the text that `program` prints.
capture_or_bpftrace() {
  wanted=$1
  case ${given_tool##*/} in bpftrace*) ;; *) if with_tool "$wanted" && $dry_run; then exit 0; fi ;; esac
  if ! $made || ! worked; then
    if find_program bpftrace; then
      if $made; then set_aside; else need_root; open_capture; fi
      say "bpftrace: $tool"
      tool_name=bpftrace flavour=bpftrace tool_version=$(bpftrace_version)
      run_bpftrace bpftrace.txt bpftrace.stderr.txt "$(program)"
      keep bpftrace.txt bpftrace.stderr.txt
      close_capture
    fi
    $made || no_bcc "$wanted"
  fi
  keep "$wanted.txt" "$wanted.stderr.txt"
  close_capture
}

# capture_named EXAMPLE [TOOL [ARGUMENT...]]: a whole capture by the tool the user names; `attempt` finds its arguments in $tool_options.
capture_named() {
  example=$1; shift
  [ $# -gt 0 ] || die "which tool? as in $collector.sh $example; see --help"
  case $1 in */* | *[!A-Za-z0-9_.-]*) die "$1: expected the name of a tool; --tool takes a path" ;; esac
  what=$1; shift
  tool_options=$(quoted "$@") maps=false
  with_tool "$what" || no_bcc "$what"
  keep "$what.txt" "$what.stderr.txt"
  close_capture
}
