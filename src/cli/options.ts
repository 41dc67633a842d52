import { InvalidArgumentError } from 'commander'

/** Parser of an option's number; bounds inclusive. */
export function numberOption(low: number, high: number): (text: string) => number {
  return text => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= low && value <= high)) throw new InvalidArgumentError(`Expected a number from ${low} to ${high}.`)
    return value
  }
}

/** Parser of an option that counts something; bounds inclusive. */
export function wholeOption(low: number, high: number): (text: string) => number {
  return text => {
    const value = Number(text)
    if (text.trim() === '' || !Number.isInteger(value) || value < low || value > high) throw new InvalidArgumentError(`Expected a whole number from ${low} to ${high}.`)
    return value
  }
}

/** Number of per cent (or points) of an option, with or without the sign. */
export function percentOption(text: string): number {
  return numberOption(0, 100)(text.endsWith('%') ? text.slice(0, -1) : text)
}

/** The given options without those that are undefined. */
export function defined<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> }
}

/** Parser of an option that takes one of a few words. */
export function choiceOption<T extends string>(words: readonly T[]): (text: string) => T {
  return text => {
    const word = words.find(each => each === text)
    if (word === undefined) throw new InvalidArgumentError(`Expected ${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}.`)
    return word
  }
}
