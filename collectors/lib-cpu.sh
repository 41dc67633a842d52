# shellcheck shell=sh disable=SC2034,SC2154 # what a collector reads is set here, and the other way round
# On-CPU stacks with perf, else bpftrace, else BCC profile. Sourced after lib.sh, lib-perf.sh and lib-bpf.sh.

attempt() {
  event_name=cpu-clock frequency=$hertz
  case $flavour in
  libbpf | bcc)
    set -- -F "$hertz" "$seconds"
    if [ -n "$pid" ]; then set -- -p "$pid" "$@"; fi
    if [ "$flavour" = bcc ]; then set -- -d "$@"; fi
    run 0 profile.txt profile.stderr.txt "$tool" "$@" ;;
  esac
}

with_bpftrace() {
  case ${given_tool##*/} in '' | bpftrace*) ;; *) return 1 ;; esac
  find_program "${given_tool:-bpftrace}" || return 1
  if ! $made; then need_root; open_capture; fi
  say "bpftrace: $tool"
  tool_name=bpftrace flavour=bpftrace tool_version=$(bpftrace_version) frequency=$hertz event_name=cpu-clock
  condition=$(bt_filter)
  [ -z "$cgroup" ] || condition="/cgroup == cgroupid(\"$(cgroup_path "$cgroup")\")/ "
  run_bpftrace bpftrace.txt bpftrace.stderr.txt "profile:hz:$hertz $condition{ @[kstack, ustack, comm] = count(); }"
  worked
}

# Where a cgroup named as perf names it lies.
cgroup_path() {
  for cgroup_root in /sys/fs/cgroup /sys/fs/cgroup/unified; do
    if [ -f "$cgroup_root/cgroup.procs" ] && [ -d "$cgroup_root/${1#/}" ]; then printf '%s/%s' "$cgroup_root" "${1#/}"; return; fi
  done
  printf '%s' "$1"
}

# collect_cpu [COMMAND...]: the whole capture. Exits.
collect_cpu() {
  if find_perf; then
    paranoid=$(cat /proc/sys/kernel/perf_event_paranoid 2>/dev/null || echo 9)
    if [ "$paranoid" -gt -1 ] && [ $# -eq 0 ]; then need_root; fi
    open_capture
    if [ $# -gt 0 ]; then say "perf: $tool, as long as $1 runs"
    else say "perf: $tool, ${pid:+process $pid, }${cgroup:+cgroup $cgroup, }at $hertz Hz for $seconds s"; fi
    if perf_record "$@"; then
      perf_text
      add_failed
      close_capture
    fi
    forget_perf
    if $interrupted; then die 'stopped before anything was recorded'; fi
  fi
  [ $# -eq 0 ] || die 'a command can only be sampled by perf, which did not work or is not there'
  if with_bpftrace; then
    keep bpftrace.txt bpftrace.stderr.txt
    close_capture
  fi
  if $made && [ -n "$last_out" ] && [ "$tool_name" = bpftrace ]; then set_aside; fi
  [ -z "$cgroup" ] || die '--cgroup wants perf or bpftrace'
  flavours='libbpf bcc'
  with_tool profile || {
    if $made; then cat "$dir"/*.failed.txt >&2; rm -f "$dir"/*.failed.txt "$dir/program.bt"; die 'nothing worked'; fi
    no_perf
  }
  keep profile.txt profile.stderr.txt
  close_capture
}
