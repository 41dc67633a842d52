/** Symbols of C++ and Rust as their authors wrote them: examples of the ABI and of RFC 2603, and c++filt as the oracle where it is installed. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { demangle } from '../src/model/text/demangle.ts'
import { tidyName } from '../src/ops/stacks/tidy-names.ts'

test.each([
  ['_ZN3app4loopEv', 'app::loop'],
  ['_ZNK3app5Cache4findERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE', 'app::Cache::find'],
  ['_ZN3app5CacheC2Ei', 'app::Cache::Cache'],
  ['_ZN3app5CacheD0Ev', 'app::Cache::~Cache'],
  ['_ZN3appL6helperEv', 'app::helper'],
  ['_ZN12_GLOBAL__N_15parseEPKc', '(anonymous namespace)::parse'],
  ['_ZSt4sortIPiEvT_S1_', 'std::sort<int*>'],
  ['_ZNSt6vectorIiSaIiEE9push_backERKi', 'std::vector<int, std::allocator<int> >::push_back'],
  ['_ZN3appplERKNS_1AES2_', 'app::operator+'],
  ['_ZZ3fooiENKUlvE_clEv', 'foo(int)::{lambda()#1}::operator()'],
  ['_ZTV3Foo', 'vtable for Foo'],
  ['_ZThn16_N3app5Cache3runEv', 'non-virtual thunk to app::Cache::run()'],
  ['_ZN3app4loopEv.isra.0', 'app::loop [clone .isra.0]'],
  ['__ZN3app4loopEv', 'app::loop'],
  ['_ZN4core3ptr13drop_in_place17h0123456789abcdefE', 'core::ptr::drop_in_place'],
  [
    '_ZN66_$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$core..ops..drop..Drop$GT$4drop17h0123456789abcdefE',
    '<alloc::vec::Vec<T> as core::ops::drop::Drop>::drop',
  ],
  ['_RNvCs1234_7mycrate3foo', 'mycrate::foo'],
  ['_RNvNtCs1234_7mycrate3foo3bar', 'mycrate::foo::bar'],
  ['_RNCNvCs1234_7mycrate3foo0B5_', undefined],
  ['_RNCNvCs1234_7mycrate3foo0', 'mycrate::foo::{closure#0}'],
  ['_RINvNtCs1234_7mycrate3foo3barNvCs1234_7mycrate3bazE', 'mycrate::foo::bar::<mycrate::baz>'],
  ['_RNvYNtCs1234_7mycrate4TypeNtNtC3std3fmt7Display3fmt', '<mycrate::Type as std::fmt::Display>::fmt'],
  ['_RNvMCs1234_7mycrateNtB2_4Type3new', undefined],
  ['_RINvC3std3memRShTmjEE', 'std::mem::<&[u8], (u32, usize)>'],
  ['_RNvCs1234_7mycrateu6_abc_qa', undefined],
])('%s', (symbol, words) => {
  if (words !== undefined) expect(demangle(symbol)).toBe(words)
  // what is not known here is at least never empty and never throws
  expect(demangle(symbol)).not.toBe('')
})

test.each([
  '',
  '_',
  '_Z',
  '_R',
  'main',
  '_ZN',
  '_ZNE',
  '_Z1',
  '_Z9999999999a',
  '_RNv',
  '_RB_',
  '_RNvB_3foo',
  '_ZS_',
  '_ZT_',
  'page_fault',
  '_ZZZZZZ',
])('%j stays as it is', name => {
  expect(demangle(name)).toBe(name)
})

test('a symbol that would print without end stays as it is', () => {
  // each argument is the pair of all before it
  let bomb = '_Z1fI1PIiiE'
  for (let i = 1; i < 34; i++)
    bomb += `S${i === 1 ? '0' : (i - 1).toString(36).toUpperCase()}_IS${(i - 1).toString(36).toUpperCase()}_S${(i - 1).toString(36).toUpperCase()}_E`
  const start = process.hrtime.bigint()
  expect(demangle(`${bomb}Evv`).length).toBeLessThan(70_000)
  expect(demangle(`_Z${'N1a'.repeat(4000)}`)).toMatch(/^_Z/)
  expect(demangle(`_Z1f${'P'.repeat(9000)}i`)).toBe('f')
  expect(Number(process.hrtime.bigint() - start)).toBeLessThan(5e9)
})

test('is a step of tidying', () => {
  expect(tidyName('_ZN3app4loopEv.constprop.0+0x1f')).toBe('app::loop')
  expect(tidyName('_ZN3app4loopEv+0x1f', ['offset'])).toBe('_ZN3app4loopEv')
  expect(tidyName('_RNvCs1234_7mycrate3foo', ['demangle'])).toBe('mycrate::foo')
})

const LIBRARY = ['/usr/lib/x86_64-linux-gnu/libstdc++.so.6', '/usr/lib/aarch64-linux-gnu/libstdc++.so.6'].find(
  existsSync,
)
const tools = LIBRARY !== undefined && existsSync('/usr/bin/c++filt') && existsSync('/usr/bin/nm')

test.skipIf(!tools)('says of the symbols of libstdc++ what c++filt says, in 99 of 100', () => {
  const printed = execFileSync('/usr/bin/nm', ['-D', LIBRARY!], { encoding: 'utf8', maxBuffer: 1 << 26 })
  const names = [...new Set(printed.split('\n').map(line => line.replace(/@.*/, '').split(' ').at(-1)!))]
  const symbols = names.filter(name => /^_Z[^G]/.test(name))
  const said = execFileSync('/usr/bin/c++filt', ['-p'], { input: `${symbols.join('\n')}\n`, encoding: 'utf8' })
  const expected = said.split('\n')
  const same = symbols.filter((symbol, i) => demangle(symbol) === expected[i]).length
  expect(symbols.length).toBeGreaterThan(3000)
  expect(same / symbols.length).toBeGreaterThan(0.99)
})
