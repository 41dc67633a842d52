import type { CommandFacts } from '../catalogue.ts'
import { isFile } from '../catalogue.ts'

/** Completions for bash 4 and newer; needs nothing but bash. */
export function bashCompletion(commands: readonly CommandFacts[]): string {
  const values = new Map<string, string[]>()
  const takers: string[] = []
  const options: string[] = []
  const operands: string[] = []
  for (const { name, options: all, words } of commands) {
    options.push(
      `    ${name}) words='${all
        .flatMap(each => [each.short, each.long, ...each.aliases])
        .filter(Boolean)
        .join(' ')} --help' ;;`,
    )
    if (words.length > 0) operands.push(`    ${name}) words='${words.join(' ')}' ;;`)
    for (const option of all) {
      if (option.value === undefined || option.optional) continue
      const patterns = [option.long, option.short, ...option.aliases].filter(Boolean).map(flag => `${name}:${flag}`)
      if (option.words.length === 0) {
        if (!isFile(option)) takers.push(...patterns)
        continue
      }
      const list = option.words.join(' ')
      values.set(list, [...(values.get(list) ?? []), ...patterns])
    }
  }
  return `# bash completion of bpfview, made from its tables of options.
# For this shell: eval "$(bpfview completion bash)"
_bpfview() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command= words= i
  COMPREPLY=()
  # bash splits --option=value at the sign
  if [[ $current == = ]]; then
    current=
  elif [[ $before == = ]]; then
    before=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ \${COMP_WORDS[i]} != -* ]]; then
      command=\${COMP_WORDS[i]}
      break
    fi
  done
  case $command in
    '' | help)
      COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')} help --help --version' -- "$current"))
      return
      ;;
  esac
  case $command:$before in
${[...values].map(([words, patterns]) => `    ${patterns.join(' | ')}) words='${words}' ;;`).join('\n')}
    ${takers.join(' | ')}) return ;;
  esac
  if [[ -n $words ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  if [[ $current == -* ]]; then
    case $command in
${options.join('\n')}
    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  case $command in
${operands.join('\n')}
  esac
  [[ -n $words ]] && COMPREPLY=($(compgen -W "$words" -- "$current"))
  return 0
}
complete -o bashdefault -o default -F _bpfview bpfview
`
}
