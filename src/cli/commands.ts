import type { CommandEntry } from './command-entry.ts'

/** The commands, in the order help shows them. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'flame',
    summary: 'draw a flame graph as one SVG',
    load: async () => (await import('./commands/flame.ts')).declareFlame,
  },
  {
    name: 'view',
    summary: 'explore stacks in one offline page: flame graph, callers, functions, time',
    load: async () => (await import('./commands/view.ts')).declareView,
  },
  {
    name: 'flamegraph',
    summary: 'draw what flamegraph.pl draws, with its options',
    load: async () => (await import('./commands/flamegraph.ts')).declareFlamegraph,
  },
  {
    name: 'fold',
    summary: 'print merged, sorted folded stacks',
    load: async () => (await import('./commands/fold.ts')).declareFold,
  },
  {
    name: 'top',
    summary: 'print the functions that cost most: self and total',
    load: async () => (await import('./commands/top.ts')).declareTop,
  },
  {
    name: 'heat',
    summary: 'draw a heat map: latency, utilization or offset over time',
    load: async () => (await import('./commands/heat.ts')).declareHeat,
  },
  {
    name: 'scope',
    summary: 'make a page: samples by second and offset, flame graph of any selection',
    load: async () => (await import('./commands/scope.ts')).declareScope,
  },
  {
    name: 'trace2heatmap',
    summary: 'draw times and latencies with the options of trace2heatmap.pl',
    load: async () => (await import('./commands/trace2heatmap.ts')).declareTrace2heatmap,
  },
  {
    name: 'hist',
    summary: 'print histograms with quantiles',
    load: async () => (await import('./commands/hist.ts')).declareHist,
  },
  {
    name: 'table',
    summary: 'print tables of events and intervals as text, CSV or JSON',
    load: async () => (await import('./commands/table.ts')).declareTable,
  },
  {
    name: 'convert',
    summary: 'write stacks for pprof, speedscope, Firefox Profiler, OTLP and others',
    load: async () => (await import('./commands/convert.ts')).declareConvert,
  },
  {
    name: 'merge',
    summary: 'merge runs, hosts or threads into one profile that knows its runs',
    load: async () => (await import('./commands/merge.ts')).declareMerge,
  },
  {
    name: 'diff',
    summary: 'show every difference between two profiles, histograms or tables',
    load: async () => (await import('./commands/diff.ts')).declareDiff,
  },
  {
    name: 'check',
    summary: 'give CI a verdict on runs before and after',
    load: async () => (await import('./commands/check.ts')).declareCheck,
  },
  {
    name: 'baseline',
    summary: 'keep the runs that check compares with',
    load: async () => (await import('./commands/baseline.ts')).declareBaseline,
  },
  {
    name: 'history',
    summary: 'show when the whole and functions changed, over commits or days',
    load: async () => (await import('./commands/history.ts')).declareHistory,
  },
  {
    name: 'archive',
    summary: 'keep captures of many hosts and days, and ask them',
    load: async () => (await import('./commands/archive.ts')).declareArchive,
  },
  {
    name: 'report',
    summary: 'say what was busy and why: one page from captures of one host',
    load: async () => (await import('./commands/report.ts')).declareReport,
  },
  {
    name: 'doctor',
    summary: 'say whether a capture can be trusted, and how to fix it',
    load: async () => (await import('./commands/doctor.ts')).declareDoctor,
  },
  {
    name: 'summary',
    summary: 'say in a few lines what a capture holds, for a bug report or a reviewer',
    load: async () => (await import('./commands/summary.ts')).declareSummary,
  },
  {
    name: 'info',
    summary: 'say what is in a file',
    load: async () => (await import('./commands/info.ts')).declareInfo,
  },
  {
    name: 'collectors',
    summary: 'list the scripts that capture on the target, or print one',
    load: async () => (await import('./commands/collectors.ts')).declareCollectors,
  },
  {
    name: 'app',
    summary: 'write the page that reads and draws what is dropped on it, offline, in one file',
    load: async () => (await import('./commands/app.ts')).declareApp,
  },
  {
    name: 'completion',
    summary: 'print what completes command lines in bash, zsh or fish',
    load: async () => (await import('./commands/completion.ts')).declareCompletion,
  },
  {
    name: 'man',
    summary: 'print the manual page',
    load: async () => (await import('./commands/man.ts')).declareMan,
  },
]
