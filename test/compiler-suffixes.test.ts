/** One list of compiler suffixes: alignment and tidying cut the same, labels keep them together with their names. */
import { expect, test } from 'vitest'
import { fitLabel } from '../renderers/words/label.ts'
import { alignName } from '../src/ops/stacks/align-names.ts'
import { tidyName } from '../src/ops/stacks/tidy-names.ts'

test.each([
  ['do_thing.isra.0', 'do_thing'],
  ['do_thing.constprop.0.isra.3', 'do_thing'],
  ['slow.cold', 'slow'],
  ['slow.cold.12', 'slow'],
  ['x.llvm.1234567890', 'x'],
  ['x.__uniq.1234567890.llvm.7', 'x'],
  ['main.warm.0', 'main'],
  ['copy.clone.0', 'copy'],
  ['page.lto_priv.0', 'page'],
  ['alias.localalias', 'alias'],
  ['java.lang.Object.clone', 'java.lang.Object.clone'],
  ['cache.hot', 'cache.hot'],
  ['util.str', 'util.str'],
  ['.isra.0', '.isra.0'],
])('%s is a part of %s', (name, function_) => {
  expect(alignName(name, false, 'align').name).toBe(function_)
  expect(tidyName(name, ['clone'])).toBe(function_)
})

test('suffixes that a demangler prints are cut too', () => {
  expect(tidyName('f(int) [clone .isra.0] [clone .cold]', ['clone'])).toBe('f(int)')
})

test('a label does not take a suffix for the last part of a path', () => {
  for (const suffix of ['isra.0', 'constprop.0', 'part.0', 'cold', 'llvm.1', 'lto_priv.0', 'localalias', '__uniq.1']) {
    const name = `netif_receive_skb_list_internal.x.${suffix}`
    expect(
      fitLabel(name, 12, text => text.length),
      suffix,
    ).toMatch(/^netif/)
  }
})
