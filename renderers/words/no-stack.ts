/** What is written in place of a stack without frames. */
export const NO_STACK = '[no stack]'
