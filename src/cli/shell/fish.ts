import type { CommandFacts, OptionFacts } from '../catalogue.ts'
import { isFile } from '../catalogue.ts'

/** Completions for fish: ~/.config/fish/completions/bpfview.fish, or piped into `source`. */
export function fishCompletion(commands: readonly CommandFacts[]): string {
  const names = commands.map(({ name }) => name).join(' ')
  const lines = [
    '# fish completion of bpfview, made from its tables of options.',
    '# For this shell: bpfview completion fish | source',
    'function __bpfview_command',
    `    set -l words (commandline -opc)`,
    '    set -e words[1]',
    '    for word in $words',
    "        string match -q -- '-*' $word; and continue",
    '        test (count $argv) -gt 0; and contains -- $word $argv',
    '        return $status',
    '    end',
    '    test (count $argv) -eq 0',
    'end',
    'complete -c bpfview -n __bpfview_command -f',
    ...commands.map(({ name, summary }) => `complete -c bpfview -n __bpfview_command -a ${name} -d ${quoted(summary)}`),
    "complete -c bpfview -n __bpfview_command -a help -d 'show help of a command'",
    "complete -c bpfview -s h -l help -d 'show help'",
    "complete -c bpfview -n __bpfview_command -s V -l version -d 'show the version'",
    `complete -c bpfview -n '__bpfview_command help' -f -a '${names}'`,
  ]
  for (const { name, options, words } of commands) {
    const when = `complete -c bpfview -n '__bpfview_command ${name}'`
    if (words.length > 0) lines.push(`${when} -f -a '${words.join(' ')}'`)
    for (const option of options) for (const each of optionLines(option)) lines.push(`${when} ${each}`)
  }
  return `${lines.join('\n')}\n`
}

function optionLines(option: OptionFacts): string[] {
  const { value, optional, words, help } = option
  const takes =
    value === undefined || optional
      ? ''
      : words.length > 0
        ? ` -x -a '${words.join(' ')}'`
        : isFile(option)
          ? ' -r -F'
          : ' -x'
  const short = option.short === undefined ? '' : `-s ${option.short.slice(1)} `
  const long = option.long === '' ? '' : `-l ${option.long.slice(2)}`
  return [
    `${short}${long}${takes} -d ${quoted(help)}`,
    ...option.aliases.map(alias => `-l ${alias.slice(2)}${takes} -d ${quoted(`same as ${option.long}`)}`),
  ]
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
