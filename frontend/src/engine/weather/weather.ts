/** What falls and flies in the air. */

import { Group } from 'three'
import type { Light } from '../light'
import type { Heard } from '../music'
import { QUALITY } from '../presets'
import type { QualityLevel } from '../types'
import type { SharedUniforms } from '../uniforms'
import { Butterflies } from './butterflies'
import { Fireflies, type Spot } from './fireflies'
import { FallingLeaves } from './leaves'
import { Lightning } from './lightning'
import { Notes } from './notes'
import { weatherBox } from './particles'
import { Rain } from './rain'
import { Snow } from './snow'

export class Weather {
  readonly group = new Group()
  readonly fireflies: Fireflies
  readonly lightning: Lightning
  readonly butterflies: Butterflies
  private readonly box = weatherBox(0)
  private readonly rain: Rain
  private readonly snow: Snow
  private readonly leaves: FallingLeaves
  private readonly notes: Notes

  constructor(shared: SharedUniforms) {
    this.rain = new Rain(this.box, shared)
    this.snow = new Snow(this.box, shared)
    this.leaves = new FallingLeaves(this.box, shared)
    this.fireflies = new Fireflies(shared)
    this.butterflies = new Butterflies(shared)
    this.notes = new Notes(shared)
    this.lightning = new Lightning(shared)
    this.group.add(
      this.lightning.mesh,
      this.leaves.mesh,
      this.fireflies.points,
      this.butterflies.mesh,
      this.notes.points,
      this.rain.mesh,
      this.snow.points,
    )
  }

  /** The air over an island of that radius. */
  setRadius(islandRadius: number): void {
    this.box.copy(weatherBox(islandRadius))
  }

  /** Feet of the plants that fireflies, butterflies and notes keep to. */
  setSpots(spots: readonly Spot[]): void {
    this.fireflies.setSpots(spots)
    this.butterflies.setSpots(spots)
    this.notes.setSpots(spots)
  }

  setQuality(level: QualityLevel): void {
    const { particles } = QUALITY[level]
    for (const part of [this.rain, this.snow, this.leaves, this.fireflies, this.butterflies, this.notes])
      part.setParticles(particles)
  }

  applyLight(light: Light): void {
    this.rain.applyLight(light)
    this.snow.applyLight(light)
    this.leaves.applyLight(light)
    this.fireflies.applyLight(light)
    this.butterflies.applyLight(light)
    this.notes.applyLight(light)
    this.lightning.applyLight(light)
  }

  applyMusic(heard: Heard): void {
    this.notes.applyMusic(heard)
  }

  update(seconds: number): void {
    this.lightning.update(seconds)
  }
}
