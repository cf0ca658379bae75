import type { BufferGeometry } from 'three'
import { describe, expect, it } from 'vitest'
import { KIND, SLOW_STEP } from '../growth'
import type { Detail } from '../types'
import { at } from '../vectors'
import { displayScale, VARIANTS, variantIndex } from './catalog'

const DETAILS: readonly Detail[] = [0, 1, 2]
/** Most triangles of a form at each level of detail. */
const BUDGET = { tree: [7500, 3300, 1150], other: [4200, 1800, 1000] } as const

/** Equal number for number; a deep comparison of a hundred thousand takes seconds. */
function isSame(first: ArrayLike<number>, second: ArrayLike<number>): boolean {
  if (first.length === 0 || first.length !== second.length) return false
  for (let index = 0; index < first.length; index++) if (first[index] !== second[index]) return false
  return true
}

const triangles = (geometry: BufferGeometry): number => (geometry.index?.count ?? 0) / 3

describe('plant forms', () => {
  it.each(VARIANTS.map((variant) => [variant.name, variant] as const))('%s is built the same twice', (_, variant) => {
    for (const detail of DETAILS) {
      const [first, second] = [variant.build(detail), variant.build(detail)]
      for (const name of ['position', 'normal', 'aColor', 'aPivot', 'aLife']) {
        expect(isSame(first.getAttribute(name).array, second.getAttribute(name).array), name).toBe(true)
      }
      expect(isSame(first.index?.array ?? [], second.index?.array ?? [])).toBe(true)
    }
  })

  it.each(VARIANTS.map((variant) => [variant.name, variant] as const))(
    '%s keeps its triangle budget and gets cheaper with distance',
    (_, variant) => {
      const budget = BUDGET[variant.kind === 'tree' ? 'tree' : 'other']
      const counts = DETAILS.map((detail) => triangles(variant.build(detail)))
      for (const detail of DETAILS) expect(counts[detail]).toBeLessThanOrEqual(budget[detail])
      expect(counts[1]).toBeLessThan(counts[0] as number)
      expect(counts[2]).toBeLessThanOrEqual(counts[1] as number)
    },
  )

  it.each(VARIANTS.map((variant) => [variant.name, variant] as const))(
    '%s is finite and stays near its footprint',
    (_, variant) => {
      const geometry = variant.build(0)
      expect([...geometry.getAttribute('position').array].every(Number.isFinite)).toBe(true)
      const box = geometry.boundingBox
      expect(box).not.toBeNull()
      expect(box?.max.y).toBeLessThan(variant.height * 1.25 + 0.1)
      expect(Math.max(Math.abs(box?.min.x ?? 0), box?.max.x ?? 0)).toBeLessThan(variant.radius * 1.75 + 0.2)
    },
  )

  it('an unknown form falls back to its kind', () => {
    expect(VARIANTS[variantIndex({ kind: 'bush', variant: 'lilac' })]?.kind).toBe('bush')
    expect(VARIANTS[variantIndex({ kind: 'tree', variant: 'cherry' })]?.name).toBe('cherry')
  })

  it.each(VARIANTS.map((variant) => [variant.name, variant] as const))(
    'the leaves of %s turn in autumn exactly where the drawing says so',
    (_, variant) => {
      const life = variant.build(0).getAttribute('aLife').array
      const kinds = new Set(
        Array.from({ length: life.length / 4 }, (_, vertex) => at(life, vertex * 4 + 3) % SLOW_STEP),
      )
      expect(kinds.has(KIND.leaf)).toBe(variant.turns ?? false)
    },
  )

  it('small plants are drawn larger than life, trees as the island has room for them', () => {
    for (const variant of VARIANTS) expect(displayScale(variant, 0.8)).toBe(variant.kind === 'tree' ? 0.8 : 1.28)
  })
})
