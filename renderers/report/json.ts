import { compareReports } from '../../src/ops/report/compare.ts'
import { crossChecks } from '../../src/ops/report/cross-checks.ts'
import type { Doubt } from '../../src/ops/report/doctor.ts'
import type { Facts } from '../../src/ops/report/facts.ts'
import type { Finding } from '../../src/ops/report/finding.ts'
import type { Bounds } from '../../src/ops/report/latency.ts'
import type { Measure } from '../../src/ops/report/machine.ts'
import type { Summary } from './markdown.ts'
import type { ReportPage, ReportSide } from './page-data.ts'
import { partWords, sentenceWords } from './words.ts'

interface FindingJson {
  readonly rule: string
  readonly subject: string
  readonly text: string
  readonly evidence: readonly string[]
  readonly section: string
  readonly command: string
  readonly stake: number
}

export function findingJson({ rule, subject, sentence, evidence, section, command, stake }: Finding): FindingJson {
  return {
    rule,
    subject,
    text: sentenceWords(sentence),
    evidence: evidence.map(sentenceWords),
    section,
    command,
    stake,
  }
}

export function doubtJson({ trust, code, source, dataset, cause, fix }: Doubt): Record<string, string> {
  return { trust, code, source, dataset, cause: sentenceWords(cause), fix }
}

/** The report as one line of JSON; `findings` is empty when nothing was busy. */
export function reportJson(page: ReportPage): string {
  return `${JSON.stringify({ bpfview: 1, ...pageJson(page) })}\n`
}

function pageJson({ report, doubts, before }: ReportPage): object {
  return {
    ...sideJson({ report, doubts }),
    ...(before !== undefined && {
      before: sideJson(before),
      changes: compareReports(before.report, report).map(({ finding, fresh, gone, verdict, before: old, after }) => ({
        rule: finding.rule,
        subject: finding.subject,
        text: sentenceWords(finding.sentence),
        new: fresh,
        gone,
        verdict,
        metric: finding.metric?.name ?? null,
        unit: finding.metric?.unit ?? null,
        before: old ?? null,
        after: after ?? null,
      })),
    }),
  }
}

function sideJson({ report, doubts }: ReportSide): object {
  return {
    inputs: report.inputs.map(({ source, parsed }) => ({ source, format: parsed.format })),
    trust: doubts.map(doubtJson),
    findings: report.findings.map(findingJson),
    ...factsJson(report.facts),
    checks: crossChecks(report.facts, report.inputs).map(({ verdict, sentence }) => ({
      verdict,
      text: sentenceWords(sentence),
    })),
  }
}

function measureJson(measure: Measure): object {
  if ('absent' in measure) return measure
  const { value, of, note, look, number, track } = measure
  return {
    value: Number.isFinite(number) ? number : null,
    text: `${partWords(value)} ${sentenceWords(of)}`,
    note: sentenceWords(note),
    look,
    track: track === undefined ? null : { ...track, values: track.values },
  }
}

function factsJson({ cpu, waits, machine, latencies, events }: Facts): object {
  return {
    machine: machine.rows.map(({ name, utilisation, saturation, errors }) => ({
      name,
      utilisation: measureJson(utilisation),
      saturation: measureJson(saturation),
      errors: measureJson(errors),
    })),
    cpu:
      cpu === undefined
        ? null
        : {
            seconds: cpu.seconds,
            cpus: cpu.cpus,
            busy: cpu.busy,
            tasks: cpu.tasks.map(({ comm, seconds, threads, own }) => ({ comm, seconds, threads, own: own ?? null })),
          },
    waits:
      waits === undefined
        ? null
        : {
            seconds: waits.seconds,
            threads: waits.threads.map(({ comm, pid, tid, preempted, classes }) => ({
              comm,
              pid,
              tid,
              preempted,
              classes: Object.fromEntries(
                [...classes].map(([name, { seconds, count, unended, within }]) => [
                  name,
                  { seconds, count, unended, within },
                ]),
              ),
            })),
          },
    latencies: latencies.map(({ source, tool, name, key, unit, count, p50, p99, max, modes }) => ({
      source,
      tool,
      name,
      key,
      unit,
      count,
      p50: boundsJson(p50),
      p99: boundsJson(p99),
      max: boundsJson(max),
      modes: modes.map(mode => ({ ...boundsJson(mode), share: mode.share })),
    })),
    events: events.map(({ source, tool, rows, seconds, failed, comms }) => ({
      source,
      tool,
      rows,
      seconds: Number.isFinite(seconds) ? seconds : null,
      failed,
      comms,
    })),
  }
}

/** Both ends; null = open. */
function boundsJson({ low, high }: Bounds): object {
  return { low: Number.isFinite(low) ? low : null, high: Number.isFinite(high) ? high : null }
}

/** Doubts as one line of JSON. */
export function doctorJson(doubts: readonly Doubt[]): string {
  return `${JSON.stringify({ bpfview: 1, trust: doubts.map(doubtJson) })}\n`
}

/** A summary as one line of JSON; values of functions are in the profile's unit. */
export function summaryJson(summary: Summary): string {
  const { report, doubts, profiles, before, earlier } = summary
  return `${JSON.stringify({
    bpfview: 1,
    trust: doubts.map(doubtJson),
    findings: report.findings.map(findingJson),
    profiles,
    ...(before !== undefined && {
      before: {
        trust: before.doubts.map(doubtJson),
        findings: before.report.findings.map(findingJson),
        profiles: earlier,
      },
    }),
  })}\n`
}
