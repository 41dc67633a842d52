import type { FrameKind, FrameTable, StackBuilder } from '../model/index.ts'
import { FRAME_KINDS, kindCode } from '../model/index.ts'

/**
 * A frame as an archive stores it: name, module and kind with tabs between; a stack is its frames, root first, with line ends between.
 * Backslash, tab, line end and lone surrogates are escaped, so that any name survives and no name makes a second frame.
 */
export function frameText(name: string, module: string, kind: number): string {
  return `${escaped(name)}\t${escaped(module)}\t${FRAME_KINDS[kind] ?? FRAME_KINDS[0]}`
}

/** The texts of all frames of a table. */
export function frameTexts({ name, module, kind }: FrameTable): string[] {
  return name.map((each, f) => frameText(each, module[f]!, kind[f]!))
}

const SPECIAL = /[\\\t\n\ud800-\udfff]/
const ESCAPES = /[\\\t\n]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

function escaped(text: string): string {
  if (!SPECIAL.test(text)) return text
  return text.replace(ESCAPES, found =>
    found === '\\'
      ? '\\\\'
      : found === '\t'
        ? '\\t'
        : found === '\n'
          ? '\\n'
          : `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(/\\(?:u([0-9a-f]{4})|([\s\S]))/g, (_, code: string | undefined, one: string | undefined) =>
    code !== undefined
      ? String.fromCharCode(Number.parseInt(code, 16))
      : one === 't'
        ? '\t'
        : one === 'n'
          ? '\n'
          : one!,
  )
}

/** Puts stored stacks into one tree. Frames are read once each. */
export class StackPlanter {
  private readonly frames = new Map<string, number>()
  private readonly builder: StackBuilder

  constructor(builder: StackBuilder) {
    this.builder = builder
  }

  /** The node in which a stored stack ends; 0 for the stack without frames. */
  node(stack: string): number {
    let node = 0
    if (stack === '') return node
    for (const text of stack.split('\n')) node = this.builder.child(node, this.frame(text))
    return node
  }

  private frame(text: string): number {
    const known = this.frames.get(text)
    if (known !== undefined) return known
    const [name = '', module = '', kind = ''] = text.split('\t')
    const frame = this.builder.frame(unescaped(name), unescaped(module), kindCode(kind as FrameKind) ?? 0)
    this.frames.set(text, frame)
    return frame
  }
}
