/** The word by which a test finds an untrusted name in an output, whatever was escaped around it. */
export const CANARY = 'Canary7'

/** Names nobody should have. Each holds the canary once; what a format cannot hold (a newline, say) is for its reader to cope with. */
export const NAMES: readonly (readonly [string, string])[] = [
  ['markup', `<img src=x onerror=alert(1)>${CANARY}`],
  ['the end of a script', `</script><script>alert(1)</script>${CANARY}`],
  ['the end of a style', `</style><style>*{}</style>${CANARY}`],
  ['the end of CDATA', `]]>${CANARY}`],
  ['a quote and a handler', `"' onload="alert(1)" ${CANARY}`],
  ['entities', `&nbsp;&lt;&#0;&amp${CANARY}`],
  ['a comment', `<!-- --><!--${CANARY}`],
  ['escape sequences', `\u001b[2J\u001b]52;c;aGk=\u0007${CANARY}`],
  ['C1 and DEL', `\u009b31m\u007f${CANARY}`],
  ['bidirectional controls', `\u202e${CANARY}\u202c\u2066\u061c`],
  ['zero widths', `a\u200b\u2060\ufeff${CANARY}`],
  ['NUL', `a\u0000${CANARY}`],
  ['a line separator', `a\u2028\u2029\u0085${CANARY}`],
  ['a carriage return', `a\r${CANARY}`],
  ['a newline', `a\n${CANARY}`],
  ['non-characters', `\ufffe\uffff${CANARY}`],
  ['members of Object.prototype', `__proto__.${CANARY}`],
  ['a formula', `=cmd|'/C calc'!A0${CANARY}`],
  ['another formula', `@SUM(1+1)${CANARY}`],
  ['a tab before a formula', `\t=1+${CANARY}`],
  ['a script address', `javascript:alert(1)//${CANARY}`],
  ['Markdown columns', `a|b|\\|${CANARY}`],
  ['Markdown code', `\`\`\`${CANARY}\`\``],
  ['mentions and issues', `@everyone #1 GH-1 ${CANARY}`],
  ['Markdown links', `![x](http://evil.example/${CANARY})[y](javascript:z)`],
  ['addresses', `https://evil.example/${CANARY} www.evil.example a@evil.example`],
  ['semicolons and parentheses', `a;(b;c) {${CANARY}};`],
  ['blanks', `  a   ${CANARY}  `],
  ['numbers behind', `a 1 2 0x10 ${CANARY} 3`],
  ['full-width digits', `\uff11\uff12${CANARY}`],
  ['a format string', `%s%n%x{0}\${alert(1)}$&${CANARY}`],
  ['64 KiB', `${'A'.repeat(65_536)}${CANARY}`],
  ['emoji and marks', `\u{1f600}e\u0301${CANARY}`],
]

/** The twelve members every plain object has: counters must not know them. */
export const PROTOTYPE_NAMES = [
  '__proto__', 'constructor', 'hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable', 'toLocaleString', 'toString', 'valueOf',
  '__defineGetter__', '__defineSetter__', '__lookupGetter__', '__lookupSetter__',
] as const
