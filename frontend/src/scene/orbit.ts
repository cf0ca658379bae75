/** How far a visitor may turn, rise, come near and walk, seen from a framing. Pure. */

import type { Framing } from '../engine/camera'
import { clamp, damp } from './numbers'

export interface Orbit {
  /** Radians to the right. */
  yaw: number
  /** Radians upwards. */
  pitch: number
  /** Distance as a multiple of the framing's. */
  zoom: number
  /** Metres the target is moved to the right and towards the visitor. */
  x: number
  z: number
}

export interface Bounds {
  yaw: number
  pitch: readonly [number, number]
  zoom: readonly [number, number]
  /** Share of the island's radius that the target may move. */
  walk: number
}

/** The dome is open towards the visitor, and the rear of the island is for those who walk there. */
export const OVERVIEW: Bounds = { yaw: 1.15, pitch: [-0.16, 0.7], zoom: [0.24, 1.12], walk: 0.8 }
export const CLOSE_UP: Bounds = { yaw: 2.8, pitch: [-0.3, 0.8], zoom: [0.5, 2.4], walk: 0.12 }

/** Metres: the camera stays above the beds, and what is looked at sinks to it on the way in. */
const LOWEST_CAMERA = 0.45
const NEAR_TARGET_HEIGHT = 0.9
const STEEPEST = 1.35
/** Per second: how fast the view follows the hand. */
const FOLLOW = 9
const STILL = 1e-4

export const atRest = (): Orbit => ({ yaw: 0, pitch: 0, zoom: 1, x: 0, z: 0 })

export function bounded(orbit: Orbit, bounds: Bounds, radius: number): void {
  orbit.yaw = clamp(orbit.yaw, -bounds.yaw, bounds.yaw)
  orbit.pitch = clamp(orbit.pitch, ...bounds.pitch)
  orbit.zoom = clamp(orbit.zoom, ...bounds.zoom)
  const reach = radius * bounds.walk
  const distance = Math.hypot(orbit.x, orbit.z)
  if (distance > reach) {
    orbit.x *= reach / distance
    orbit.z *= reach / distance
  }
}

/** Moves `orbit` towards `goal`. Returns whether it still moves. */
export function follow(orbit: Orbit, goal: Orbit, seconds: number): boolean {
  let moves = false
  for (const key of ['yaw', 'pitch', 'zoom', 'x', 'z'] as const) {
    const rest = goal[key] - orbit[key]
    if (Math.abs(rest) < STILL) orbit[key] = goal[key]
    else {
      orbit[key] = damp(orbit[key], goal[key], FOLLOW, seconds)
      moves = true
    }
  }
  return moves
}

/** The framing as seen from the orbit. */
export function orbited(out: Framing, base: Framing, orbit: Orbit): Framing {
  const away = out.position.subVectors(base.position, base.target)
  const distance = away.length() * orbit.zoom
  const yaw = Math.atan2(away.x, away.z) + orbit.yaw
  const pitch = clamp(Math.asin(clamp(away.y / away.length(), -1, 1)) + orbit.pitch, -STEEPEST, STEEPEST)
  out.target.copy(base.target)
  if (orbit.zoom < 1 && out.target.y > NEAR_TARGET_HEIGHT) {
    out.target.y += (NEAR_TARGET_HEIGHT - out.target.y) * (1 - orbit.zoom)
  }
  const [sin, cos] = [Math.sin(yaw), Math.cos(yaw)]
  out.target.x += orbit.x * cos + orbit.z * sin
  out.target.z += orbit.z * cos - orbit.x * sin
  out.position.set(sin * Math.cos(pitch), Math.sin(pitch), cos * Math.cos(pitch)).multiplyScalar(distance)
  out.position.add(out.target)
  out.position.y = Math.max(LOWEST_CAMERA, out.position.y)
  out.fieldOfView = base.fieldOfView
  return out
}
