/** Where things hang in the picture of the whole garden: beside the words, over the glasshouse. */

import type { Vector3 } from 'three'
import { type Framing, isNarrow } from '../camera'
import { UP } from '../vectors'

/** In half widths and half heights from the picture's middle; `broad` is from this aspect on. */
export interface Places {
  wide: readonly [number, number]
  broad: readonly [number, number]
  narrow: readonly [number, number]
}
const BROAD = 1.9

/** The direction of a place in the picture, seen from the camera. */
export function toward(out: Vector3, { position, target, fieldOfView }: Framing, aspect: number, at: Places): Vector3 {
  const [x, y] = isNarrow(aspect) ? at.narrow : aspect > BROAD ? at.broad : at.wide
  const tangent = Math.tan(((fieldOfView / 2) * Math.PI) / 180)
  const forward = target.clone().sub(position).normalize()
  const right = forward.clone().cross(UP).normalize()
  const up = right.clone().cross(forward)
  return out
    .copy(forward)
    .addScaledVector(right, x * tangent * aspect)
    .addScaledVector(up, y * tangent)
    .normalize()
}
