/** Seeded randomness and value noise: the same seed gives the same garden on every machine. */

export interface Rng {
  /** 0 ≤ value < 1 */
  (): number
  range(from: number, to: number): number
  pick<Item>(items: readonly Item[]): Item
  /** Bell-shaped, -1 to 1. */
  bell(): number
}

const UINT32 = 4294967296

/** FNV-1a with a final mix; a uint32. */
export function hashText(text: string): number {
  let hash = 2166136261
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 16777619)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 2246822507)
  return (hash ^ (hash >>> 13)) >>> 0
}

/** A number 0–1 for a whole number. */
export const hashNumber = (value: number): number => latticeValue(value, 7)

/** Mulberry32: small, fast and good enough for looks. */
export function createRng(seed: number): Rng {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / UINT32
  }
  return Object.assign(next, {
    range: (from: number, to: number) => from + (to - from) * next(),
    pick: <Item>(items: readonly Item[]): Item => items[Math.floor(next() * items.length)] as Item,
    bell: () => (next() + next() + next() - 1.5) / 1.5,
  })
}

function latticeValue(column: number, row: number): number {
  const mixed = Math.imul(column, 374761393) + Math.imul(row, 668265263)
  const stirred = Math.imul(mixed ^ (mixed >>> 13), 1274126177)
  return ((stirred ^ (stirred >>> 16)) >>> 0) / UINT32
}

/** Value noise on the integer lattice, 0–1. */
export function noise2(x: number, y: number): number {
  const column = Math.floor(x)
  const row = Math.floor(y)
  const fx = x - column
  const fy = y - row
  const u = fx * fx * (3 - 2 * fx)
  const v = fy * fy * (3 - 2 * fy)
  const near = latticeValue(column, row) * (1 - u) + latticeValue(column + 1, row) * u
  const far = latticeValue(column, row + 1) * (1 - u) + latticeValue(column + 1, row + 1) * u
  return near * (1 - v) + far * v
}

/** Three octaves of `noise2`, 0–1. */
export function fbm2(x: number, y: number): number {
  return noise2(x, y) * 0.55 + noise2(x * 2.1 + 7, y * 2.1 - 3) * 0.3 + noise2(x * 4.3, y * 4.3 + 11) * 0.15
}
