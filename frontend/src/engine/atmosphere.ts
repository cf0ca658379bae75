/** What hangs over the garden: sky, weather and the sources of light, in the conditions and the music of the moment. */

import { Group } from 'three'
import type { Light } from './light'
import { LightSources } from './lightSources'
import { LightTransition } from './lightTransition'
import { MusicFollower } from './music'
import { Sky } from './sky/sky'
import type { Conditions, Music, QualityLevel } from './types'
import { applyLightToUniforms, type SharedUniforms } from './uniforms'
import { Weather } from './weather/weather'

export class Atmosphere {
  readonly group = new Group()
  readonly lights = new LightSources()
  readonly sky: Sky
  readonly weather: Weather
  private readonly uniforms: SharedUniforms
  private readonly transition: LightTransition
  private readonly music = new MusicFollower()
  private readonly onLight: (light: Light) => void
  private still = false

  /** `onLight` is called with every step of a light on its way; `begin` brings the first. */
  constructor(uniforms: SharedUniforms, conditions: Conditions, onLight: (light: Light) => void) {
    this.uniforms = uniforms
    this.transition = new LightTransition(conditions)
    this.onLight = onLight
    this.sky = new Sky(uniforms)
    this.weather = new Weather(uniforms)
    this.group.add(this.sky.group, this.weather.group, this.lights.group)
  }

  /** The first light, and what is heard when the garden opens: nothing was shown before, so nothing eases. */
  begin(music: Music | null): void {
    this.music.set(music)
    this.music.settle()
    this.applyLight()
    this.applyMusic()
  }

  get light(): Light {
    return this.transition.current
  }

  /** The light that it will be. */
  get goal(): Readonly<Light> {
    return this.transition.goal
  }

  /** Whether a light is on its way to another. */
  get changing(): boolean {
    return this.transition.running
  }

  setConditions(conditions: Conditions, seconds: number): void {
    this.transition.start(conditions, this.still ? 0 : seconds)
    this.applyLight()
  }

  setMusic(music: Music | null): void {
    this.music.set(music)
    if (!this.still) return
    this.music.settle()
    this.applyMusic()
  }

  /** Posts elsewhere, each a butterfly. */
  setPosts(posts: number): void {
    this.weather.butterflies.setPosts(posts)
    this.weather.butterflies.applyLight(this.light)
  }

  /** Metres of the island's radius. */
  setRadius(radius: number): void {
    this.lights.setRadius(radius)
    this.weather.setRadius(radius)
  }

  setQuality(level: QualityLevel): void {
    this.weather.setQuality(level)
    this.lights.setQuality(level)
    this.lights.applyLight(this.light, this.music.heard)
  }

  /** Nothing flashes or eases; changes are there at once. */
  setStill(still: boolean): void {
    this.still = still
    this.weather.lightning.enabled = !still
  }

  /** `time` is the scene's clock in seconds. */
  update(dt: number, time: number): void {
    if (this.music.step(dt)) this.applyMusic()
    if (this.transition.running) {
      this.transition.step(dt)
      this.applyLight()
    }
    this.sky.update(dt)
    this.weather.update(time)
  }

  private applyLight(): void {
    const { light } = this
    applyLightToUniforms(this.uniforms, light)
    this.sky.applyLight(light)
    this.weather.applyLight(light)
    this.lights.applyLight(light, this.music.heard)
    this.onLight(light)
  }

  private applyMusic(): void {
    this.uniforms.uMusic.value = this.music.heard.energy
    this.lights.applyMusic(this.light, this.music.heard)
    this.weather.applyMusic(this.music.heard)
  }

  dispose(): void {
    this.lights.dispose()
  }
}
