import { stages } from 'looks/plants.json'
import { describe, expect, it } from 'vitest'
import { BORN_WITH_SEED, backOut, KIND, latestBirth, partScale, plantSize, SLOW_STEP } from './growth'
import { VARIANTS } from './plants/catalog'
import type { Detail } from './types'
import { at } from './vectors'

const STAGES = Object.values(stages)

/** Birth, death, kind and slowness of every vertex of a form. */
function partsOf(name: string, detail: Detail = 0) {
  const geometry = at(
    VARIANTS.filter((variant) => variant.name === name),
    0,
  ).build(detail)
  const life = geometry.getAttribute('aLife')
  return Array.from({ length: life.count }, (_, vertex) => {
    const packed = Math.round(life.getW(vertex) * 255)
    return {
      birth: life.getX(vertex),
      death: life.getY(vertex),
      kind: packed % SLOW_STEP,
      slow: Math.floor(packed / SLOW_STEP),
    }
  })
}

describe('growth', () => {
  it('a part that has appeared never disappears again, unless it was juvenile', () => {
    for (const variant of VARIANTS) {
      const lasting = partsOf(variant.name).filter((part) => part.death >= 0.995)
      STAGES.slice(1).forEach((growth, index) => {
        const before = at(STAGES, index)
        const shrunk = lasting.filter((part) => partScale(part, growth) < Math.min(1, partScale(part, before)) * 0.999)
        expect(shrunk).toEqual([])
      })
    }
  })

  it('every stage shows more than the one before', () => {
    for (const variant of VARIANTS) {
      const parts = partsOf(variant.name).filter((part) => part.death >= 0.995)
      const grown = STAGES.map(
        (growth) => parts.reduce((sum, part) => sum + Math.min(1, partScale(part, growth)), 0) * plantSize(growth),
      )
      for (let stage = 1; stage < grown.length; stage++) expect(at(grown, stage)).toBeGreaterThan(at(grown, stage - 1))
    }
  })

  it('an ancient plant is complete and has shed its seed and cotyledons', () => {
    for (const variant of VARIANTS) {
      const parts = partsOf(variant.name)
      const juvenile = parts.filter((part) => part.death < 0.995)
      const lasting = parts.filter((part) => part.death >= 0.995)
      expect(juvenile.filter((part) => partScale(part, 1) !== 0)).toEqual([])
      expect(lasting.filter((part) => Math.abs(partScale(part, 1) - 1) > 0.005)).toEqual([])
      expect(lasting.filter((part) => part.birth > Math.max(BORN_WITH_SEED, latestBirth(part.slow) + 1 / 255))).toEqual(
        [],
      )
    }
  })

  it('a seed shows its mound and its stake, and nothing that belongs to later stages', () => {
    for (const variant of VARIANTS) {
      const visible = partsOf(variant.name).filter((part) => partScale(part, stages.seed) > 0)
      expect(visible.length).toBeGreaterThan(50)
      expect(visible.every((part) => part.birth <= BORN_WITH_SEED)).toBe(true)
    }
  })

  it('blossoms open between sprout and maturity', () => {
    for (const variant of VARIANTS.filter(({ kind }) => kind !== 'tree' && kind !== 'fern')) {
      const petals = partsOf(variant.name).filter((part) => part.kind === KIND.petal && part.birth > BORN_WITH_SEED)
      expect(petals.some((part) => partScale(part, stages.growing) > 0)).toBe(false)
      expect(petals.some((part) => partScale(part, stages.blooming) > 0.5)).toBe(true)
    }
  })

  it('a leaf springs past its size and settles', () => {
    expect(backOut(0)).toBeCloseTo(0, 6)
    expect(backOut(1)).toBe(1)
    expect(Math.max(...[0.5, 0.6, 0.7, 0.8].map(backOut))).toBeGreaterThan(1)
  })
})
