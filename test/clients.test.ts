/** The modules that hold the clients of browsers are what `npm run clients` makes of their sources. */
import { readFileSync } from 'node:fs'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { inflateText } from '../renderers/client/inflate-text.ts'
import { FLAME_CLIENT } from '../renderers/flame/client-text.ts'
import { bundledClient, CLIENTS } from './clients/bundle.ts'
import { bpfview } from './command.ts'

const PACKED = /[A-Za-z0-9+/=]{1000,}/

/** The text with what is packed in it unpacked: other versions of zlib find other bytes, and other hashes. */
function unpacked(text: string): string {
  return text
    .replace(PACKED, packed => inflateRawSync(Buffer.from(packed, 'base64')).toString())
    .replace(PACKED.test(text) ? /(?<=_HASHES = \[)'[^']*'/ : /^\b$/, '')
}

test.each(CLIENTS)('$module', async client => {
  expect(
    unpacked(readFileSync(client.module, 'utf8')) === unpacked(await bundledClient(client)),
    `${client.entry} or what it imports changed; run npm run clients`,
  ).toBe(true)
})

describe('what unpacks the client in a browser', () => {
  const packed = (text: string, level: number): string => deflateRawSync(text, { level }).toString('base64')
  const texts = {
    nothing: '',
    'one letter': 'a',
    'a long run': 'ab'.repeat(100_000),
    'longest copies': `${'x'.repeat(258)}${'y'.repeat(259)}${'x'.repeat(258)}`,
    'far copies': `start${Array.from({ length: 8000 }, (_, i) => i * 7919).join(',')}start`,
    'other scripts': 'größer → 火焰图 😀'.repeat(50),
    'the client': inflateRawSync(Buffer.from(PACKED.exec(FLAME_CLIENT)![0], 'base64')).toString(),
  }
  test.each(Object.entries(texts))('%s', (_, text) => {
    // 0: stored; 9: codes of its own; short texts: the fixed codes
    for (const level of [0, 1, 6, 9]) expect(inflateText(packed(text, level)) === text).toBe(true)
  })
})

test('the smallest picture has less than 40 kB', async () => {
  for (const args of [['flame'], ['flamegraph']]) {
    const { stdout } = await bpfview([...args, '-'], 'a;b 1\n')
    expect(stdout).toContain('<script>')
    expect(Buffer.byteLength(stdout)).toBeLessThan(40_000)
  }
})
