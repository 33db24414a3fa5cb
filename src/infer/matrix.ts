import { at } from "../base/array.ts";

/** Blocks (or layouts) by columns of one side, row after row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** Row plus column means: the fit of an additive two-way table with one value per cell. */
export interface TwoWayFit {
  readonly rowEffects: Float64Array;
  readonly columnMeans: Float64Array;
}

export function columnMeans({ rows, columns, values }: Matrix): Float64Array {
  const means = new Float64Array(columns);
  for (let index = 0; index < values.length; index++) {
    const column = index % columns;
    means[column] = at(means, column) + at(values, index) / rows;
  }
  return means;
}

/** Least squares fit; row effects sum to zero. */
export function fitMeans(matrix: Matrix): TwoWayFit {
  const { rows, columns, values } = matrix;
  const means = columnMeans(matrix);
  const rowEffects = new Float64Array(rows);
  for (let index = 0; index < values.length; index++) {
    const row = Math.floor(index / columns);
    rowEffects[row] = at(rowEffects, row) + (at(values, index) - at(means, index % columns)) / columns;
  }
  return { rowEffects, columnMeans: means };
}

export function residuals({ columns, values }: Matrix, fit: TwoWayFit): Float64Array {
  const rest = new Float64Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const expected = at(fit.rowEffects, Math.floor(index / columns)) + at(fit.columnMeans, index % columns);
    rest[index] = at(values, index) - expected;
  }
  return rest;
}

/** Averages the rows of each unit (recycled layouts: the layout, not the block, is what was drawn at random). */
export function averageRows({ rows, columns, values }: Matrix, rowsPerUnit: number): Matrix {
  if (rowsPerUnit === 1) return { rows, columns, values };
  const units = Math.ceil(rows / rowsPerUnit);
  const averaged = new Float64Array(units * columns);
  for (let row = 0; row < rows; row++) {
    const unit = Math.floor(row / rowsPerUnit);
    const size = Math.min(rowsPerUnit, rows - unit * rowsPerUnit);
    for (let column = 0; column < columns; column++) {
      const target = unit * columns + column;
      averaged[target] = at(averaged, target) + at(values, row * columns + column) / size;
    }
  }
  return { rows: units, columns, values: averaged };
}
