/**
 * How parts appear as a plant grows: the one place for it. The shader is written from these constants,
 * the tests check the same functions that the shader mirrors.
 */

import { growth } from 'looks/plants.json'
import { clamp, mix, smoothstep } from './vectors'

/** What a vertex belongs to; decides how it opens, what tints it and whether it falls in autumn. */
export const KIND = { wood: 0, leaf: 1, petal: 2, fixed: 3, evergreen: 4 } as const
export type VertexKind = (typeof KIND)[keyof typeof KIND]

/** The slowness of a part is added to its kind in steps of this. */
export const SLOW_STEP = 8
/** A brisk petal rises as a bud and then opens; one of this slowness belongs to a round head and swells with it. */
export const HEAD_SLOWNESS = 1
/** A petal this slow is tree blossom: it falls with the leaves and takes the season's colour. */
export const BLOSSOM_SLOWNESS = 2

/** Growth a brisk part needs to unfold; a slow one needs (1 + slow) times as much. */
export const UNFOLDING = growth.unfolding
/** Growth over which a juvenile part (seed, cotyledon) vanishes before its death. */
export const FADING = growth.fading
/** A newborn plant is drawn at this share of its final size. */
export const NEWBORN_SIZE = growth.newbornSize
/** Parts born this early are there from the first moment (mound, stake, trellis). */
export const BORN_WITH_SEED = 0.002
/** The random number of parts that look to the visitor however their plant is turned; leaves are never below 0.01. */
export const FACING_VISITOR = 0
/** Latest birth at which a part of that slowness is complete at growth 1. */
export const latestBirth = (slow = 0): number => 1 - UNFOLDING * (1 + slow)

/** Rises past 1 and settles: a leaf that springs open. */
export function backOut(x: number): number {
  const y = x - 1
  return 1 + 2.2 * y * y * y + 1.2 * y * y
}

/** Scale of a part about its pivot at a given growth, 0 when unborn or gone. */
export function partScale(part: { birth: number; death: number; kind: number; slow: number }, grown: number): number {
  let scale = 1
  if (part.birth > BORN_WITH_SEED) {
    const progress = clamp((grown - part.birth) / (UNFOLDING * (1 + part.slow)))
    if (part.kind === KIND.wood) scale = smoothstep(0, 1, progress) * (0.5 + 0.5 * clamp(grown * 1.1))
    else scale = progress <= 0 ? 0 : backOut(progress)
  }
  if (part.death < 0.995) scale *= 1 - smoothstep(part.death - FADING, part.death, grown)
  return scale
}

/** Size of the whole plant at a given growth, 1 when fully grown. */
export const plantSize = (grown: number): number => mix(NEWBORN_SIZE, 1, grown)
