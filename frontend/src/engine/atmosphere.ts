/** What hangs over the garden: sky, weather and light, in the mood and the music of the moment. */

import { Group } from 'three'
import { Lights } from './lights'
import type { Mood } from './moods'
import { MoodTransition } from './moodTransition'
import { MusicFollower } from './music'
import { Sky } from './sky/sky'
import type { MoodTarget, Music, QualityLevel } from './types'
import { applyMoodToUniforms, type SharedUniforms } from './uniforms'
import { Weather } from './weather/weather'

export class Atmosphere {
  readonly group = new Group()
  readonly lights = new Lights()
  readonly sky: Sky
  readonly weather: Weather
  private readonly uniforms: SharedUniforms
  private readonly moods: MoodTransition
  private readonly music = new MusicFollower()
  private readonly onMood: (mood: Mood) => void
  private still = false

  /** `onMood` is called with every step of a mood on its way; `begin` brings the first. */
  constructor(uniforms: SharedUniforms, mood: MoodTarget, onMood: (mood: Mood) => void) {
    this.uniforms = uniforms
    this.moods = new MoodTransition(mood)
    this.onMood = onMood
    this.sky = new Sky(uniforms)
    this.weather = new Weather(uniforms)
    this.group.add(this.sky.group, this.weather.group, this.lights.group)
  }

  /** The first mood, and what is heard when the garden opens: nothing was shown before, so nothing eases. */
  begin(music: Music | null): void {
    this.music.set(music)
    this.music.settle()
    this.applyMood()
    this.applyMusic()
  }

  get mood(): Mood {
    return this.moods.current
  }

  /** Whether a mood is on its way to another. */
  get changing(): boolean {
    return this.moods.running
  }

  setMood(target: MoodTarget, seconds: number): void {
    this.moods.start(target, this.still ? 0 : seconds)
    this.applyMood()
  }

  setMusic(music: Music | null): void {
    this.music.set(music)
    if (!this.still) return
    this.music.settle()
    this.applyMusic()
  }

  /** Metres of the island's radius. */
  setRadius(radius: number): void {
    this.lights.setRadius(radius)
    this.weather.setRadius(radius)
  }

  setQuality(level: QualityLevel): void {
    this.weather.setQuality(level)
    this.lights.setQuality(level)
    this.lights.applyMood(this.mood, this.music.heard)
  }

  /** Nothing flashes or eases; changes are there at once. */
  setStill(still: boolean): void {
    this.still = still
    this.weather.lightning.enabled = !still
  }

  /** `time` is the scene's clock in seconds. */
  update(dt: number, time: number): void {
    if (this.music.step(dt)) this.applyMusic()
    if (this.moods.running) {
      this.moods.step(dt)
      this.applyMood()
    }
    this.sky.update(dt)
    this.weather.update(time)
  }

  private applyMood(): void {
    const { mood } = this
    applyMoodToUniforms(this.uniforms, mood)
    this.sky.applyMood(mood)
    this.weather.applyMood(mood)
    this.lights.applyMood(mood, this.music.heard)
    this.onMood(mood)
  }

  private applyMusic(): void {
    this.uniforms.uMusic.value = this.music.heard.energy
    this.lights.applyMusic(this.mood, this.music.heard)
    this.weather.applyMusic(this.music.heard)
  }

  dispose(): void {
    this.lights.dispose()
  }
}
