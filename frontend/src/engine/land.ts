/**
 * The island under the garden and the glasshouse over it. Both are built anew when they have become much too small or too
 * large for the plants, and then grow into their size before the visitor's eyes.
 */

import { Group } from 'three'
import type { Bed } from './ground/gardenMap'
import type { DomeSize } from './ground/greenhouse'
import { Ground } from './ground/ground'
import type { Terrain } from './ground/terrain'
import type { Light } from './light'
import { Tween } from './tween'
import type { Prop, QualityLevel } from './types'
import type { SharedUniforms } from './uniforms'

/** How much too small and too large; plants keep to 0.92 of the radius. */
const SLACK = { small: 1.04, large: 0.8 } as const
/** Metres by which the glasshouse may be too high or too low. */
const DOME_SLACK = 0.2

export class Land {
  readonly group = new Group()
  private readonly uniforms: SharedUniforms
  private ground: Ground
  private readonly radius: Tween
  private readonly domeHeight: Tween
  private quality: QualityLevel = 'high'
  private light: Light | undefined

  /** `radius` in metres. */
  constructor(radius: number, uniforms: SharedUniforms) {
    this.uniforms = uniforms
    this.ground = this.build(radius, 0)
    this.radius = new Tween(radius)
    this.domeHeight = new Tween(this.ground.dome.height)
  }

  get terrain(): Terrain {
    return this.ground.terrain
  }

  /** The glasshouse as it stands in the end. */
  get dome(): DomeSize {
    return this.ground.dome
  }

  /** Radius and height of the glasshouse as they are seen now, in metres. */
  get shown(): DomeSize {
    return { radius: this.radius.value, height: this.domeHeight.value }
  }

  get growing(): boolean {
    return this.radius.running || this.domeHeight.running
  }

  get tufts(): number {
    return this.ground.tufts
  }

  /** Returns whether the island is a new one: its relief hangs on its size, so every plant has to be set anew. */
  fit(radius: number, seconds: number): boolean {
    const now = this.terrain.radius
    if (radius <= now * SLACK.small && radius >= now * SLACK.large) return false
    this.group.remove(this.ground.group)
    this.ground.dispose()
    this.ground = this.build(radius, 0)
    this.radius.start(radius, seconds)
    this.domeHeight.start(this.dome.height, seconds)
    this.settle()
    return true
  }

  /** Raises or lowers the glasshouse over plants that reach so many metres. */
  roof(tallest: number, seconds: number): void {
    const height = this.terrain.domeHeight(tallest)
    if (Math.abs(height - this.dome.height) < DOME_SLACK) return
    this.ground.raiseDome(height, this.light)
    this.domeHeight.start(height, seconds)
    this.settle()
  }

  step(dt: number): void {
    if (!this.growing) return
    this.radius.step(dt)
    this.domeHeight.step(dt)
    this.settle()
  }

  setBeds(beds: readonly Bed[], props: readonly Prop[]): void {
    this.ground.setBeds(beds, props)
  }

  setQuality(level: QualityLevel): void {
    this.quality = level
    this.ground.setQuality(level)
  }

  applyLight(light: Light): void {
    this.light = light
    this.ground.applyLight(light)
  }

  dispose(): void {
    this.ground.dispose()
  }

  private settle(): void {
    const share = this.radius.value / this.terrain.radius
    this.ground.group.scale.setScalar(share)
    this.ground.stretchDome(this.domeHeight.value / this.dome.height / share)
  }

  private build(radius: number, tallest: number): Ground {
    const ground = new Ground(radius, tallest, this.uniforms)
    ground.setQuality(this.quality)
    if (this.light) ground.applyLight(this.light)
    this.group.add(ground.group)
    return ground
  }
}
