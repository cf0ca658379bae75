/** The visitor's hand over the garden: grass and flowers sway away from it, and the pond rings where it passes. */

import type { Ray } from 'three'
import type { Terrain } from './ground/terrain'
import type { SharedUniforms } from './uniforms'
import { at } from './vectors'

/** Metres: where grass is touched, and how far the hand goes over water until the next ring. */
const GRASS_HEIGHT = 0.2
const STEP = 0.3
/** Per second: how fast the grass follows the hand, and rises again behind it. */
const FOLLOW = 9
const RISE = 3.5

export class Hand {
  private readonly uniforms: SharedUniforms
  /** Whether it lies over the garden, and where. */
  private over = false
  private x = 0
  private z = 0
  private ring = 0

  constructor(uniforms: SharedUniforms) {
    this.uniforms = uniforms
  }

  /** Nothing sways, and a plant that is pointed at lights up without leaning. */
  setStill(still: boolean): void {
    this.uniforms.uHand.value.w = still ? 0 : 1
    if (still) this.uniforms.uHand.value.z = 0
  }

  /** Points along a ray, or nowhere. */
  point(ray: Ray | null, terrain: Terrain): void {
    const { value } = this.uniforms.uHand
    const distance = ray ? (GRASS_HEIGHT - ray.origin.y) / ray.direction.y : 0
    this.over = false
    if (!ray || distance <= 0 || value.w === 0) return
    this.x = ray.origin.x + ray.direction.x * distance
    this.z = ray.origin.z + ray.direction.z * distance
    this.over = Math.hypot(this.x, this.z) < terrain.radius
    if (value.z < 0.05) value.set(this.x, this.z, value.z, value.w) // it comes down from above, it does not sweep in
    if (this.over && terrain.pondDistance(this.x, this.z) < 0) this.touchWater(terrain)
  }

  private touchWater({ pond }: Terrain): void {
    const { uRings, uTime } = this.uniforms
    const [x, z] = [this.x - pond.x, this.z - pond.z]
    const last = at(uRings.value, this.ring)
    if (Math.hypot(x - last.x, z - last.y) < STEP && uTime.value - last.z < 1) return
    this.ring = (this.ring + 1) % uRings.value.length
    at(uRings.value, this.ring).set(x, z, uTime.value)
  }

  step(dt: number): void {
    const { value } = this.uniforms.uHand
    value.z += (Number(this.over) - value.z) * Math.min(1, dt * RISE)
    const share = Math.min(1, dt * FOLLOW)
    value.x += (this.x - value.x) * share
    value.y += (this.z - value.y) * share
  }
}
