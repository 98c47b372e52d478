/**
 * Eigenvalues of a real symmetric matrix, ascending, and its orthonormal eigenvectors [n, n] row by row: column j
 * belongs to `values[j]`.
 */
export interface Eigen {
  values: Float64Array;
  vectors: Float64Array;
}

/** Most sweeps of QL per eigenvalue; two or three are usual. */
const MOST_ITERATIONS = 60;

/**
 * Eigenvalues and eigenvectors of a real symmetric matrix [n, n], row by row: Householder reduction to tridiagonal
 * form, then QL with implicit shifts (`tred2` and `tql2` of EISPACK; Bowdler, Martin, Reinsch and Wilkinson 1968).
 * About 4 n³ operations.
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const v = Float64Array.from(matrix);
  const d = new Float64Array(n);
  const e = new Float64Array(n);
  tridiagonalise(v, d, e, n);
  diagonalise(v, d, e, n);
  const order = Uint32Array.from(d.keys()).sort((a, b) => d[a]! - d[b]!);
  const vectors = new Float64Array(n * n);
  for (let row = 0; row < n; row++)
    for (let column = 0; column < n; column++) vectors[row * n + column] = v[row * n + order[column]!]!;
  return { values: Float64Array.from(order, (index) => d[index]!), vectors };
}

/** Leaves the diagonal in `d`, the subdiagonal in `e[1 …]`, and the orthogonal transformation in `v`. */
function tridiagonalise(v: Float64Array, d: Float64Array, e: Float64Array, n: number): void {
  for (let j = 0; j < n; j++) d[j] = v[(n - 1) * n + j]!;
  for (let i = n - 1; i > 0; i--) {
    let scale = 0;
    for (let k = 0; k < i; k++) scale += Math.abs(d[k]!);
    let h = 0;
    if (scale === 0) {
      e[i] = d[i - 1]!;
      for (let j = 0; j < i; j++) {
        d[j] = v[(i - 1) * n + j]!;
        v[i * n + j] = 0;
        v[j * n + i] = 0;
      }
    } else {
      for (let k = 0; k < i; k++) {
        d[k] = d[k]! / scale;
        h += d[k]! ** 2;
      }
      const f = d[i - 1]!;
      const g = f > 0 ? -Math.sqrt(h) : Math.sqrt(h);
      e[i] = scale * g;
      h -= f * g;
      d[i - 1] = f - g;
      e.fill(0, 0, i);
      for (let j = 0; j < i; j++) {
        const dj = d[j]!;
        v[j * n + i] = dj;
        let sum = e[j]! + v[j * n + j]! * dj;
        for (let k = j + 1; k < i; k++) {
          sum += v[k * n + j]! * d[k]!;
          e[k] = e[k]! + v[k * n + j]! * dj;
        }
        e[j] = sum;
      }
      let dot = 0;
      for (let j = 0; j < i; j++) {
        e[j] = e[j]! / h;
        dot += e[j]! * d[j]!;
      }
      const half = dot / (h + h);
      for (let j = 0; j < i; j++) e[j] = e[j]! - half * d[j]!;
      for (let j = 0; j < i; j++) {
        const [dj, ej] = [d[j]!, e[j]!];
        for (let k = j; k < i; k++) v[k * n + j] = v[k * n + j]! - (dj * e[k]! + ej * d[k]!);
        d[j] = v[(i - 1) * n + j]!;
        v[i * n + j] = 0;
      }
    }
    d[i] = h;
  }
  accumulate(v, d, e, n);
}

/** Multiplies the Householder reflections together. */
function accumulate(v: Float64Array, d: Float64Array, e: Float64Array, n: number): void {
  for (let i = 0; i < n - 1; i++) {
    v[(n - 1) * n + i] = v[i * n + i]!;
    v[i * n + i] = 1;
    const h = d[i + 1]!;
    if (h !== 0) {
      for (let k = 0; k <= i; k++) d[k] = v[k * n + i + 1]! / h;
      for (let j = 0; j <= i; j++) {
        let g = 0;
        for (let k = 0; k <= i; k++) g += v[k * n + i + 1]! * v[k * n + j]!;
        for (let k = 0; k <= i; k++) v[k * n + j] = v[k * n + j]! - g * d[k]!;
      }
    }
    for (let k = 0; k <= i; k++) v[k * n + i + 1] = 0;
  }
  for (let j = 0; j < n; j++) {
    d[j] = v[(n - 1) * n + j]!;
    v[(n - 1) * n + j] = 0;
  }
  v[n * n - 1] = 1;
  e[0] = 0;
}

/** Diagonalises the tridiagonal matrix in `d` and `e` into `d`, transforming `v` along with it. */
function diagonalise(v: Float64Array, d: Float64Array, e: Float64Array, n: number): void {
  for (let i = 1; i < n; i++) e[i - 1] = e[i]!;
  e[n - 1] = 0;
  let shift = 0;
  let largest = 0;
  for (let l = 0; l < n; l++) {
    largest = Math.max(largest, Math.abs(d[l]!) + Math.abs(e[l]!));
    let m = l;
    while (m < n - 1 && Math.abs(e[m]!) > Number.EPSILON * largest) m++;
    for (let iteration = 0; m > l && iteration < MOST_ITERATIONS; iteration++) {
      const g = d[l]!;
      const p = (d[l + 1]! - g) / (2 * e[l]!);
      const r = p < 0 ? -Math.hypot(p, 1) : Math.hypot(p, 1);
      d[l] = e[l]! / (p + r);
      d[l + 1] = e[l]! * (p + r);
      const step = g - d[l]!;
      for (let i = l + 2; i < n; i++) d[i] = d[i]! - step;
      shift += step;
      chase(v, d, e, n, l, m);
      if (Math.abs(e[l]!) <= Number.EPSILON * largest) break;
    }
    d[l] = d[l]! + shift;
    e[l] = 0;
  }
}

/** One implicit QL sweep from m − 1 down to l. */
function chase(v: Float64Array, d: Float64Array, e: Float64Array, n: number, l: number, m: number): void {
  const below = e[l + 1]!;
  const next = d[l + 1]!;
  let p = d[m]!;
  let [c, c2, c3] = [1, 1, 1];
  let [s, s2] = [0, 0];
  for (let i = m - 1; i >= l; i--) {
    c3 = c2;
    c2 = c;
    s2 = s;
    const g = c * e[i]!;
    const h = c * p;
    const r = Math.hypot(p, e[i]!);
    e[i + 1] = s * r;
    s = e[i]! / r;
    c = p / r;
    p = c * d[i]! - s * g;
    d[i + 1] = h + s * (c * g + s * d[i]!);
    for (let k = 0; k < n; k++) {
      const row = k * n + i;
      const [left, right] = [v[row]!, v[row + 1]!];
      v[row + 1] = s * left + c * right;
      v[row] = c * left - s * right;
    }
  }
  p = (-s * s2 * c3 * below * e[l]!) / next;
  e[l] = s * p;
  d[l] = c * p;
}
