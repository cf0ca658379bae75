/** Where the camera stands: the whole garden, one plant, and the flight between them. */

import { view } from 'looks/island.json'
import type { PerspectiveCamera } from 'three'
import { Vector3 } from 'three'
import { CAMERA } from './presets'
import { clamp, smoothstep } from './vectors'

export interface Framing {
  position: Vector3
  target: Vector3
  fieldOfView: number
}

export const createFraming = (): Framing => ({
  position: new Vector3(),
  target: new Vector3(),
  fieldOfView: view.wide.fieldOfView,
})

export function copyFraming(out: Framing, from: Framing): void {
  out.position.copy(from.position)
  out.target.copy(from.target)
  out.fieldOfView = from.fieldOfView
}

export const isNarrow = (aspect: number): boolean => aspect < CAMERA.narrowAspect

/** Whether the picture is that of a phone held across. */
export const isLow = (aspect: number, height: number): boolean => aspect > CAMERA.lowAspect && height < CAMERA.lowHeight

/** Halvings in the search for the distance. */
const STEPS = 24

export interface View {
  /** Metres of the island and of the glasshouse. */
  radius: number
  dome: number
  aspect: number
  /** From the light: more sky at night. */
  lookUp: number
  low: boolean
}

/** The whole garden: the camera goes back until rim and glasshouse lie where the picture wants them. */
export function overview(out: Framing, { radius, dome, aspect, lookUp, low }: View): Framing {
  const narrow = isNarrow(aspect)
  const fit = narrow ? view.narrow : low ? view.low : view.wide
  const near = Math.min(radius, view.cap)
  const beyond = radius - near
  const tangent = Math.tan(((fit.fieldOfView / 2) * Math.PI) / 180)
  const highest = fit.crown - view.lookUp * (lookUp - view.level)
  const pitchAt = (distance: number): number =>
    Math.atan(-fit.foot * tangent) - Math.atan((fit.rise * distance) / (distance - near))
  const crownAt = (distance: number, pitch: number): number =>
    Math.tan(Math.atan((dome + view.headroom - fit.rise * distance) / distance) - pitch) / tangent
  const breadthAt = (distance: number, girth: number): number =>
    (near * girth) / (distance - 0.1 * near) / tangent / aspect

  let [least, distance] = [view.nearest * near, view.furthest * near]
  for (let step = 0; step < STEPS; step++) {
    const middle = (least + distance) / 2
    const tooNear = crownAt(middle, pitchAt(middle)) > highest || breadthAt(middle, view.girth) > fit.side
    if (tooNear) least = middle
    else distance = middle
  }
  let pitch = pitchAt(distance)
  const above = highest - crownAt(distance, pitch)
  if (narrow && above > 0) pitch -= Math.atan(view.lift * above * tangent) // the width decided: into the middle of the rest

  const { most, share, broad } = view.aside
  const room = clamp(share * (broad - breadthAt(distance, view.reach)), 0, most)
  const aside = narrow ? 0 : room * tangent * aspect * distance
  const height = fit.rise * distance
  const reach = view.reach * distance
  out.position.set(fit.over * distance - aside, height, distance + beyond)
  out.target.set(-aside, height + Math.tan(pitch) * reach, distance - reach + view.beyondCap * beyond)
  out.fieldOfView = fit.fieldOfView
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
  out.fieldOfView = isNarrow(aspect) ? view.narrow.fieldOfView : view.wide.fieldOfView
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
