/** Labels keep the useful end of a name. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitLabel, formatValue } from '../renderers/label.ts'

const width = (text: string): number => Array.from(text).length

test.each([
  ['org/vertx/java/core/net/impl/VertxHandler:.channelRead', 20, '…channelRead'],
  ['std::vector<int, std::allocator<int> >::push_back(int const&)', 24, 'std::vector::push_back'],
  ['JS:*renderTable /srv/shop.js:21:21', 20, 'JS:*renderTable'],
  ['JS:~ node:internal/main/run_main_module:1:1', 24, '…run_main_module:1:1'],
  ['entry_SYSCALL_64_after_hwframe', 12, 'entry_SYSCA…'],
  ['write', 12, 'write'],
  ['write', 2, ''],
])('%s in %i characters', (name, room, label) => expect(fitLabel(name, room, width)).toBe(label))

test('a label never takes more room than there is', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 0, max: 40 }), (name, room) => {
    expect(width(fitLabel(name, room, width))).toBeLessThanOrEqual(room)
  }))
})

test('a percentage is written as everywhere else, without a space', () => expect([0, 100, 12.345].map(value => formatValue(value, '%'))).toEqual(['0%', '100%', '12.35%']))
