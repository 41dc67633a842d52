import type { CommandFacts, OptionFacts } from '../catalogue.ts'
import { isFile } from '../catalogue.ts'

/** Completions for zsh: a file `_bpfview` in a folder of $fpath, or evaluated after compinit. */
export function zshCompletion(commands: readonly CommandFacts[]): string {
  return `#compdef bpfview
# zsh completion of bpfview, made from its tables of options.
# For this shell, after compinit: source <(bpfview completion zsh)
_bpfview() {
  local curcontext=$curcontext state line
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
    'help:show help of a command'
  )
  _arguments -C '(- *)'{-h,--help}'[show help]' '(- *)'{-V,--version}'[show the version]' '1: :->command' '*:: :->words'
  case $state in
    command) _describe -t commands command commands ;;
    words)
      case $words[1] in
        help) _describe -t commands command commands ;;
${commands.map(caseOf).join('\n')}
      esac
      ;;
  esac
}
if [[ $funcstack[1] == _bpfview ]]; then
  _bpfview "$@"
else
  compdef _bpfview bpfview
fi
`
}

function caseOf({ name, options, words, operands }: CommandFacts): string {
  const operand =
    words.length > 0
      ? [quoted(`1:${operands[0]?.name ?? ''}:(${words.join(' ')})`)]
      : operands.length > 0
        ? ["'*:input:_files'"]
        : []
  const specs = ["'(- *)'{-h,--help}'[show help]'", ...options.map(specOf), ...operand]
  return `        ${name})\n          _arguments -s \\\n            ${specs.join(' \\\n            ')}\n          ;;`
}

/** \`'*'{-o,--output}'[write to FILE]:FILE:_files'\`. */
function specOf(option: OptionFacts): string {
  const names = [option.short, option.long, ...option.aliases].filter((name): name is string => !!name)
  const shown = option.help.replaceAll('[', '(').replaceAll(']', ')').replaceAll('\\', '\\\\').replaceAll(':', '\\:')
  const action = option.words.length > 0 ? `(${option.words.join(' ')})` : isFile(option) ? '_files' : ' '
  const rest = `[${shown}]${option.value === undefined ? '' : `${option.optional ? '::' : ':'}${option.value.replaceAll(':', '\\:')}:${action}`}`
  const several = quoted('*')
  return names.length === 1 ? quoted(`*${names[0]}${rest}`) : `${several}{${names.join(',')}}${quoted(rest)}`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
