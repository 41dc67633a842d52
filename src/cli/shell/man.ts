import type { CommandFacts } from '../catalogue.ts'

/** The manual page bpfview(1) as roff with the man macros. */
export function manualPage(commands: readonly CommandFacts[], version: string): string {
  return [
    `.TH BPFVIEW 1 "" "bpfview ${version}" "User Commands"`,
    '.SH NAME',
    'bpfview \\- turns what perf, bpftrace and BCC print into pictures, tables and verdicts, offline',
    '.SH SYNOPSIS',
    '.B bpfview',
    '.I COMMAND',
    '.RI [ options ]',
    '.IR IN ...',
    '.SH DESCRIPTION',
    'IN is a file, a gzipped file, a capture directory or its .tgz, a directory of runs, or \\- for standard input; without one, standard input is read.',
    'Formats are detected. What could not be read is counted and quoted on standard error.',
    '.SH COMMANDS',
    ...commands.flatMap(({ name, summary }) => ['.TP', `.B ${escaped(name)}`, line(summary)]),
    ...commands.flatMap(command => (command.parts.length > 0 ? command.parts : [command])).flatMap(section),
    '.SH ENVIRONMENT',
    '.TP',
    '.B NO_COLOR',
    'No colour on terminals.',
    '.TP',
    '.B BPFVIEW_CONFIG',
    'A configuration file in the place of bpfview.config.json; empty for none.',
    '.SH EXIT STATUS',
    ...[
      ['0', 'fine'],
      ['1', 'a threshold or check was crossed'],
      ['2', 'bad usage, or an input that cannot be read, or an output that cannot be opened'],
      ['3', 'nothing could be decided, and check \\-\\-strict asked for a decision; doctor: an input is unusable'],
      ['70', 'a defect of bpfview itself'],
      ['74', 'an output broke while it was being written'],
    ].flatMap(([status, what]) => ['.TP', `.B ${status}`, what!]),
    '.SH SEE ALSO',
    '.BR perf\\-script (1),',
    '.BR bpftrace (8)',
    '',
  ].join('\n')
}

function section({ name, operands, options, more }: CommandFacts): string[] {
  const synopsis = [
    `bpfview ${name}`,
    ...(options.length > 0 ? ['[options]'] : []),
    ...operands.map(operand => operand.name),
  ]
  return [
    `.SH ${escaped(`bpfview ${name}`.toUpperCase())}`,
    '.PP',
    `.B ${escaped(synopsis.join(' '))}`,
    ...operands
      .filter(({ help }) => help !== '')
      .flatMap(operand => ['.TP', `.I ${escaped(operand.name)}`, line(operand.help)]),
    ...options.flatMap(option => [
      '.TP',
      `.B ${escaped([option.flags, ...option.aliases].join(', '))}`,
      line(option.help + (option.words.length > 0 && option.words.length < 12 ? ` (${option.words.join(', ')})` : '')),
    ]),
    ...(more === '' ? [] : ['.PP', '.nf', ...more.split('\n').map(line), '.fi']),
  ]
}

/** Text that roff prints as it is. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-')
}

/** A line of text: a full stop or an apostrophe at its start would be a request. */
function line(text: string): string {
  return escaped(text).replace(/^(?=[.'])/, '\\&')
}
