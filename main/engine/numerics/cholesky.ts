/**
 * Lower triangle L with L Lᵀ = the symmetric matrix [n, n], row by row; undefined if the matrix isn't positive
 * definite.
 */
export function cholesky(matrix: Float64Array, n: number): Float64Array | undefined {
  const lower = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * n + column]!;
      for (let each = 0; each < column; each++) sum -= lower[row * n + each]! * lower[column * n + each]!;
      if (row > column) lower[row * n + column] = sum / lower[column * n + column]!;
      else if (sum > 0) lower[row * n + row] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return lower;
}

/** Inverse L⁻¹ of a lower triangle L [n, n], row by row. */
export function inverseOfLower(lower: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  const column = new Float64Array(n);
  for (let each = 0; each < n; each++) {
    column.fill(0);
    column[each] = 1;
    forwardSubstitute(lower, column);
    for (let row = each; row < n; row++) inverse[row * n + each] = column[row]!;
  }
  return inverse;
}

/** Solves L x = b and writes x over b. */
export function forwardSubstitute(lower: Float64Array, b: Float64Array): void {
  const n = b.length;
  for (let row = 0; row < n; row++) {
    let sum = b[row]!;
    for (let each = 0; each < row; each++) sum -= lower[row * n + each]! * b[each]!;
    b[row] = sum / lower[row * n + row]!;
  }
}
