/**
 * npm run conformance -- ../shared [FILE...]: reads every file of real output in DIR/corpus and DIR/captures, one line per family of formats, then the
 * matrix of families and the formats that claim their files, what was not recognised and why, and the failures. Exit 1 when something failed.
 */

import type { Finding } from './check.ts'
import { check, realFiles } from './check.ts'

const [place = '../shared', ...only] = process.argv.slice(2)
const files = realFiles(place).filter(({ file }) => only.length === 0 || only.some(part => file.includes(part)))
const out: string[] = []

if (files.length === 0) {
  process.stderr.write(`conformance: no corpus/MANIFEST.tsv or captures/MANIFEST.tsv with files in ${place}\n`)
  process.exitCode = 2
} else report(files.map(check))

function report(findings: readonly Finding[]): void {
  const families = grouped(findings, ({ family, file }) => family?.name ?? `? ${file.family}`)
  out.push(
    'families',
    ...table(
      ['family', 'files', 'datasets', 'values compared', 'skipped lines', 'files with an unrecognised line', 'failed'],
      families.map(([name, own]) => [
        name,
        String(own.length),
        String(sum(own, one => one.datasets)),
        String(sum(own, one => one.compared)),
        String(sum(own, one => one.skipped)),
        String(own.filter(one => one.skipped > 0 || one.format === '-').length),
        String(own.filter(one => one.failures.length > 0).length),
      ]),
    ),
  )
  out.push(
    '',
    'detection: which formats claim the files of a family',
    ...families.flatMap(([name, own]) =>
      grouped(own, ({ format }) => format).map(
        ([format, claimed]) =>
          `  ${name} -> ${format === '-' ? 'none' : format} ${claimed.length}${allowed(claimed[0]!) ? '' : ' WRONG'}`,
      ),
    ),
  )
  const explained = findings.filter(({ why }) => why !== undefined)
  out.push(
    '',
    'not recognised, and why',
    ...explained.map(
      ({ file, skipped, why }) => `  ${file.file}: ${skipped === 0 ? 'the whole file' : `${skipped} lines`}: ${why!}`,
    ),
  )
  const failed = findings.filter(({ failures }) => failures.length > 0)
  if (failed.length > 0) {
    out.push(
      '',
      'failures',
      ...failed.flatMap(({ file, failures, unrecognised }) => [
        ...failures.map(failure => `  ${file.path}: ${failure}`),
        ...unrecognised.map(({ line, text }) => `    line ${line ?? '?'}: ${JSON.stringify(text ?? '').slice(0, 160)}`),
      ]),
    )
  }
  const skipped = findings.filter(one => one.failures.length === 0 && one.format === '-').length
  out.push('', `${findings.length - failed.length - skipped} passed, ${failed.length} failed, ${skipped} skipped`)
  process.stdout.write(`${out.join('\n')}\n`)
  if (failed.length > 0) process.exitCode = 1
}

function allowed({ family, format, why }: Finding): boolean {
  return (format === '-' && why !== undefined) || family?.formats.includes(format) === true
}

function grouped(findings: readonly Finding[], key: (finding: Finding) => string): [string, Finding[]][] {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) {
    const name = key(finding)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [finding])
    else group.push(finding)
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1))
}

function sum(findings: readonly Finding[], value: (finding: Finding) => number): number {
  return findings.reduce((all, finding) => all + value(finding), 0)
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((label, i) => Math.max(label.length, ...rows.map(row => row[i]!.length)))
  return [header, ...rows].map(row =>
    `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')}`.trimEnd(),
  )
}
