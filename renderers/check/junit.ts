import type { Comparison } from '../../src/ops/compare/comparison.ts'
import { cut } from '../markup/escape.ts'
import { el, text } from '../markup/svg.ts'
import { formatPercent } from '../words/numbers.ts'
import { headline, reasons } from './headline.ts'
import { beganText, changeText, roundText, sidesText, visibleText } from './words.ts'

/** A check's answer as JUnit XML: one test case for the verdict, one per root cause, one per budget. */
export function checkJunit(comparison: Comparison): string {
  const cases: string[] = []
  let failures = 0
  let skipped = 0
  const add = (
    group: string,
    name: string,
    state: 'passed' | 'failed' | 'skipped',
    message: string,
    body = '',
  ): void => {
    const children: string[] = []
    if (state === 'failed') {
      failures++
      children.push(el('failure', { message: cut(message, 500), type: 'regression' }, text(body)))
    } else if (state === 'skipped') {
      skipped++
      children.push(el('skipped', { message: cut(message, 500) }))
    } else if (message !== '') children.push(el('system-out', {}, text(message)))
    cases.push(
      el(
        'testcase',
        { classname: `bpfview.${group}`, name: cut(name, 500), time: '0' },
        ...(children.length > 0 ? children : ['']),
      ),
    )
  }
  const plain = (name: string): string => cut(name, 200)
  const verdict = comparison.violated ? 'failed' : comparison.verdict === 'inconclusive' ? 'skipped' : 'passed'
  add(
    'verdict',
    comparison.event,
    verdict,
    headline(comparison, plain),
    [...reasons(comparison, plain), sidesText(comparison), visibleText(comparison)].join('\n'),
  )
  for (const cause of comparison.causes) {
    const since = beganText(cause, plain)
    const message = `${changeText(comparison, cause.change)}${roundText(cause)}${since === '' ? '' : `; ${since}`}`
    const fails = cause.violates && comparison.violated
    add(
      'cause',
      `${cause.name}${cause.kind === 'self' ? ' (self)' : ''}`,
      fails ? 'failed' : cause.verdict === 'inconclusive' ? 'skipped' : 'passed',
      `${cause.verdict}: ${message}`,
      cause.paths
        .map(path => (path.frames.length > 64 ? '... > ' : '') + path.frames.slice(-64).join(' > '))
        .join('\n'),
    )
  }
  for (const budget of comparison.budgets) {
    add(
      'budget',
      budget.frame,
      budget.verdict === 'exceeded' ? 'failed' : budget.verdict === 'inconclusive' ? 'skipped' : 'passed',
      `${formatPercent(budget.share)} (${formatPercent(budget.low)} to ${formatPercent(budget.high)}) of at most ${formatPercent(budget.max)}`,
    )
  }
  const suite = el(
    'testsuite',
    { name: 'bpfview check', tests: cases.length, failures, skipped, errors: 0, time: '0' },
    '\n',
    ...cases.map(one => `${one}\n`),
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n${el('testsuites', { tests: cases.length, failures, errors: 0 }, '\n', suite, '\n')}\n`
}
