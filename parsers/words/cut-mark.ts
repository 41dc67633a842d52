import type { DiagnosticLog } from '../../src/model/index.ts'

/** Signs of an author who left lines out. */
const CUT = new RegExp(
  `^\\s*(?:${[
    String.raw`\[\.\.\.?\]|\[--\]|\.{2,}|\(\.\.\.\)|<\.\.\.>|[[(<]?\u2026[\])>]?`,
    String.raw`[[(<]\.\.\.\s*(?:truncated|cut|snip(?:ped)?)\s*\.\.\.[\])>]`,
    String.raw`\.\.\. *(?:more )?output (?:truncated|omitted).*|\(\.{3}more output omitted.*\)`,
    String.raw`[[(<](?:more )?(?:output|lines) (?:truncated|omitted|removed|cut)[\])>]`,
    String.raw`<screen clears>|[[(<] ?snip(?:ped)? ?[\])>]|-{2,} ?snip ?-{2,}|-{2,} ?8< ?-{2,}`,
  ].join('|')})\\s*$`,
  'i',
)

/** True for a mark that says that lines were left out here. */
export function isCutMark(line: string): boolean {
  return CUT.test(line)
}

/** True for such a mark, which is noted. `text` = the line as it stood. */
export function takeCutMark(log: DiagnosticLog, line: string, number: number, text = line): boolean {
  if (!CUT.test(line)) return false
  log.note('truncated-by-author', 'the author of this copy left lines out', { severity: 'info', line: number, text })
  return true
}
