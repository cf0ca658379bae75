/**
 * The light's feeling: a glad garden stands in warmer light, an unhappy one in cooler; a lively one is a little brighter
 * and moves more. The middle of both changes nothing, so that the table of light stays the look of an ordinary day.
 */

import type { Color } from 'three'

/** Where a feeling is neither one thing nor the other. */
export const MIDDLE = 0.5

/** How red, green and blue answer to gladness; brightness is kept. */
const WARMTH = { r: 1, g: 0.16, b: -1.1 } as const
/** Most that gladness may move each colour: the sky's light least, as it lies on everything. */
const TINT = { skyLight: 0.2, groundLight: 0.16, rim: 0.32 } as const
/** Most that liveliness may add to or take from each number, as a share of it. */
const LIFT = { ambientIntensity: 0.1, rimStrength: 0.15, wind: 0.22, fireflies: 0.3, butterflies: 0.3 } as const
/** More wind than a storm's tears petals apart. */
export const MOST_WIND = 0.7

/** What a feeling changes. */
type Felt = Record<keyof typeof TINT, Color> & Record<keyof typeof LIFT, number>

/** `energy` and `valence` are 0–1. */
export function feel(light: Felt, energy: number, valence: number): void {
  const gladness = (valence - MIDDLE) * 2
  const liveliness = (energy - MIDDLE) * 2
  for (const field of ['skyLight', 'groundLight', 'rim'] as const) warm(light[field], gladness * TINT[field])
  for (const field of ['ambientIntensity', 'rimStrength', 'wind', 'fireflies', 'butterflies'] as const)
    light[field] *= 1 + liveliness * LIFT[field]
  light.wind = Math.min(MOST_WIND, light.wind)
}

const luminance = ({ r, g, b }: Color): number => 0.2126 * r + 0.7152 * g + 0.0722 * b

/** Warms a colour by a share, or cools it by a negative one. It stays as bright as it was. */
function warm(color: Color, amount: number): void {
  if (amount === 0) return
  const before = luminance(color)
  color.r *= 1 + amount * WARMTH.r
  color.g *= 1 + amount * WARMTH.g
  color.b *= 1 + amount * WARMTH.b
  const after = luminance(color)
  if (after > 0) color.multiplyScalar(before / after)
}
