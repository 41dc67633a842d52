/** The operands of a command that reads captures; without any, standard input is read. */
export const INPUTS = [
  '[IN...]',
  'file, gzipped file, capture directory, or directory of runs; several are merged; default, and -: standard input',
] as const
