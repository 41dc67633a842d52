import { InvalidArgumentError } from 'commander'

export { defined } from '../defined.ts'

/** Parser of an option's number; bounds inclusive. */
export function numberOption(low: number, high: number): (text: string) => number {
  return text => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= low && value <= high))
      throw new InvalidArgumentError(`Expected a number from ${low} to ${high}.`)
    return value
  }
}

/** Parser of an option that counts something; bounds inclusive. */
export function wholeOption(low: number, high: number): (text: string) => number {
  return text => {
    const value = Number(text)
    if (text.trim() === '' || !Number.isInteger(value) || value < low || value > high)
      throw new InvalidArgumentError(`Expected a whole number from ${low} to ${high}.`)
    return value
  }
}

/** Number of per cent (or points) of an option, with or without the sign. */
export function percentOption(text: string): number {
  return numberOption(0, 100)(text.endsWith('%') ? text.slice(0, -1) : text)
}
