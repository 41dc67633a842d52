/** Labels keep both ends of a name. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitLabel } from '../renderers/words/label.ts'
import { formatValue } from '../renderers/words/numbers.ts'

const width = (text: string): number => Array.from(text).length

test.each([
  ['org/vertx/java/core/net/impl/VertxHandler:.channelRead', 21, 'org/vertx/…hannelRead'],
  ['std::vector<int, std::allocator<int> >::push_back(int const&)', 24, 'std::vector::push_back'],
  ['JS:*renderTable /srv/shop.js:21:21', 20, 'JS:*renderTable'],
  ['v8::internal::(anonymous namespace)::Invoke', 43, 'v8::internal::(anonymous namespace)::Invoke'],
  ['tcp_write_xmit.constprop.0', 14, 'tcp_write_xmit'],
  ['tcp_write_xmit.isra.0.part.2', 14, 'tcp_write_xmit'],
  ['mysql_execute_command(THD*, bool)', 22, 'mysql_execute_command'],
  ['entry_SYSCALL_64_after_hwframe', 12, 'entry_…frame'],
  ['blk_finish_plug.flush', 9, 'blk_…lush'],
  ['write', 12, 'write'],
  ['write', 2, ''],
])('%s in %i characters', (name, room, label) => expect(fitLabel(name, room, width)).toBe(label))

test('a label never takes more room than there is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 0, max: 40 }), (name, room) => {
      expect(width(fitLabel(name, room, width))).toBeLessThanOrEqual(room)
    }),
  )
})

test('a percentage is written as everywhere else, without a space', () =>
  expect([0, 100, 12.345].map(value => formatValue(value, '%'))).toEqual(['0%', '100%', '12.35%']))
