/** Where the camera stands: the whole garden, one plant, and the flight between them. */

import type { PerspectiveCamera } from 'three'
import { Vector3 } from 'three'
import { CAMERA } from './presets'
import { smoothstep } from './vectors'

export interface Framing {
  position: Vector3
  target: Vector3
  fieldOfView: number
}

export const createFraming = (): Framing => ({
  position: new Vector3(),
  target: new Vector3(),
  fieldOfView: CAMERA.fieldOfView.wide,
})

export function copyFraming(out: Framing, from: Framing): void {
  out.position.copy(from.position)
  out.target.copy(from.target)
  out.fieldOfView = from.fieldOfView
}

export const isNarrow = (aspect: number): boolean => aspect < CAMERA.narrowAspect

/** The whole garden. `lookUp` comes from the light: more sky at night. */
export function overview(out: Framing, view: { radius: number; aspect: number; lookUp: number }): Framing {
  const near = Math.min(view.radius, CAMERA.cap)
  const beyond = Math.max(0, view.radius - CAMERA.cap)
  const narrow = isNarrow(view.aspect)
  const [x, y, z] = CAMERA.position
  const back = narrow ? CAMERA.narrowDistance : Math.max(1, CAMERA.wideAspect / view.aspect)
  out.position.set(near * x, near * y, near * z * back + beyond)
  out.target.set(
    0,
    near * (view.lookUp + (narrow ? CAMERA.narrowLookUp : 0)),
    near * CAMERA.targetDepth + beyond * CAMERA.beyondCap,
  )
  out.fieldOfView = narrow ? CAMERA.fieldOfView.narrow : CAMERA.fieldOfView.wide
  return out
}

/** One plant, from the front and a little above. `lean` says how far from the side: 1 is halfway round. */
export function closeUp(
  out: Framing,
  plant: { x: number; y: number; z: number; height: number; radius: number },
  aspect: number,
  lean: number,
): Framing {
  const { distance, nearest, rise, tall } = CAMERA.focus
  const size = Math.max(plant.height, plant.radius * 1.6)
  const away = Math.max(nearest, size * distance) * (isNarrow(aspect) ? CAMERA.narrowDistance : 1)
  out.target.set(plant.x, plant.y + plant.height * 0.48, plant.z)
  const above = rise * Math.min(1, tall / size) // a tree is looked at, a flower looked down on
  out.position.set(lean, above, 1).setLength(away).add(out.target)
  out.fieldOfView = isNarrow(aspect) ? CAMERA.fieldOfView.narrow : CAMERA.fieldOfView.wide
  return out
}

/** Between two framings, t from 0 to 1, eased; a long way rises in the middle like a bird. */
export function flight(out: Framing, from: Framing, to: Framing, t: number): Framing {
  const eased = smoothstep(0, 1, t)
  out.position.lerpVectors(from.position, to.position, eased)
  out.position.y += Math.sin(Math.PI * eased) * Math.min(2.5, from.position.distanceTo(to.position) * 0.08)
  out.target.lerpVectors(from.target, to.target, eased)
  out.fieldOfView = from.fieldOfView + (to.fieldOfView - from.fieldOfView) * eased
  return out
}

export function applyFraming(camera: PerspectiveCamera, framing: Framing): void {
  camera.position.copy(framing.position)
  camera.lookAt(framing.target)
  if (camera.fov !== framing.fieldOfView) {
    camera.fov = framing.fieldOfView
    camera.updateProjectionMatrix()
  }
  camera.updateMatrixWorld()
}
