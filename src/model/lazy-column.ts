import type { Column, NumberColumn, TextColumn } from './datasets.ts'
import type { Unit } from './units.ts'

/** What a column's values are made of when somebody asks for them all. */
export interface Cells<V, T> {
  readonly length: number
  at(row: number): T
  values(): V
}

/** Where a column keeps its cells: no property that a copy of the column or a comparison sees. */
const CELLS = Symbol('cells')

/** A column whose values are made when somebody asks for them: most columns of a large table are never looked at. */
export function lazyNumbers(name: string, unit: Unit, cells: Cells<Float64Array, number>): NumberColumn {
  return lazily({ name, type: 'number', unit }, cells)
}

/** The same for texts. */
export function lazyTexts(name: string, cells: Cells<readonly string[], string>): TextColumn {
  return lazily({ name, type: 'text' }, cells)
}

/** One cell of a column; does not make the others. */
export function textAt(column: TextColumn, row: number): string {
  return ((column as Lazy<string>)[CELLS] ?? column.values)!.at(row)!
}

/** The same of a column of numbers. */
export function numberAt(column: NumberColumn, row: number): number {
  return ((column as Lazy<number>)[CELLS] ?? column.values)!.at(row)!
}

type Lazy<T> = { readonly [CELLS]?: { at(row: number): T } | undefined } & Column

/** `values` is the object's own property, so that a copy of the column has it too. */
function lazily<C extends object, V, T>(column: C, cells: Cells<V, T>): C & { readonly values: V } {
  let kept: Cells<V, T> | undefined = cells
  let values: V | undefined
  Object.defineProperty(column, CELLS, { enumerable: false, get: () => kept })
  return Object.defineProperty(column, 'values', {
    enumerable: true,
    configurable: true,
    get: () => {
      if (kept !== undefined) {
        values = kept.values()
        kept = undefined
      }
      return values
    },
  }) as C & { readonly values: V }
}
