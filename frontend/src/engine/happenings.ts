/** What happens to plants, by the names of the server's events: each sets motions off and lets sparks fly. */

import { Group, type Vector3 } from 'three'
import { Choreography } from './choreography'
import { FallingStar } from './effects/fallingStar'
import { Ripples } from './effects/ripples'
import { LANDING, SeedDrops } from './effects/seedDrops'
import { Sparkles } from './effects/sparkles'
import type { PlantInstance } from './plantInstance'
import type { Planting } from './planting'
import { MOTION } from './presets'
import type { SharedUniforms } from './uniforms'
import { clamp } from './vectors'

/** Sparks that rise with a growth, as an impact. */
const GROWTH_SPARKS = 0.4

export class Happenings {
  readonly group = new Group()
  /** Nothing flies; plants are at their goal at once. */
  still = false
  private readonly sparkles: Sparkles
  private readonly ripples: Ripples
  private readonly seedDrops = new SeedDrops()
  private readonly fallingStar = new FallingStar()
  private readonly choreography: Choreography

  constructor(uniforms: SharedUniforms) {
    this.sparkles = new Sparkles(uniforms)
    this.ripples = new Ripples(uniforms)
    this.choreography = new Choreography(this.sparkles)
    this.group.add(this.sparkles.points, this.ripples.mesh, this.seedDrops.mesh, this.fallingStar.mesh)
  }

  get active(): boolean {
    const parts = [this.sparkles.points, this.ripples.mesh, this.seedDrops.mesh, this.fallingStar.mesh]
    return parts.some((part) => part.visible)
  }

  grow(planting: Planting, instance: PlantInstance, growth: number, seconds: number): void {
    const goal = clamp(growth)
    planting.motions.growTo(instance, goal, seconds)
    instance.plant = { ...instance.plant, growth: goal }
    this.sparkle(instance, GROWTH_SPARKS)
  }

  sparkle(instance: PlantInstance, impact: number): void {
    if (!this.still) this.choreography.rise(instance, clamp(impact))
  }

  bloomLight(instance: PlantInstance): void {
    if (!this.still) this.choreography.bloomLight(instance)
  }

  ripple({ plant, y }: PlantInstance): void {
    this.ring(plant.x, y, plant.z)
  }

  /** A ring runs over the ground. */
  ring(x: number, y: number, z: number): void {
    if (!this.still) this.ripples.emit(x, y, z)
  }

  seedDrop(planting: Planting, instance: PlantInstance): void {
    const landing = MOTION.arrival * LANDING
    planting.motions.arrive(instance, landing)
    if (this.still) return
    this.seedDrops.drop(instance.plant.x, instance.y, instance.plant.z, MOTION.arrival)
    this.choreography.landing(instance, landing)
  }

  /** A visitor's firefly flew by. */
  trail(at: { x: number; y: number; z: number }): void {
    if (!this.still) this.choreography.trail(at)
  }

  starFalls(from: Vector3): void {
    if (!this.still) this.fallingStar.fall(from)
  }

  update(dt: number): void {
    this.sparkles.update()
    this.ripples.update()
    this.seedDrops.update(dt)
    this.fallingStar.update(dt)
  }
}
