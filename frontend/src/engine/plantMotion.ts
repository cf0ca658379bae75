/** How plants move in time: growing, blooming, drooping, arriving, lit under the pointer. */

import type { PlantInstance } from './plantInstance'
import { MOTION } from './presets'
import { Tween } from './tween'
import { at, smoothstep } from './vectors'

const OVER = Number.POSITIVE_INFINITY
/** Share of a bloom that passes before it is open, and from which it closes. */
const BLOOM_OPENS = 0.1
const BLOOM_CLOSES = 0.6
/** Seconds between the lights that rise from a blooming plant. */
const BLOOM_LIGHTS = 0.45

/** Openness of a bloom at a share of its time, 0–1–0. */
export const bloomAt = (t: number): number => smoothstep(0, BLOOM_OPENS, t) * (1 - smoothstep(BLOOM_CLOSES, 1, t))

/** Droop after a failure at a share of its time, 0–1–0: it sinks at once and recovers slowly. */
export const concernAt = (t: number): number => smoothstep(0, 0.05, t) * (1 - smoothstep(0.05, 1, t))

/** A state that comes and goes: how strong it is at a share of its time. */
class Spell {
  private readonly shape: (t: number) => number
  age = OVER
  seconds = 0
  private strength = 0

  constructor(shape: (t: number) => number) {
    this.shape = shape
  }

  get running(): boolean {
    return this.age < this.seconds
  }

  get value(): number {
    return this.running ? this.strength * this.shape(this.age / this.seconds) : 0
  }

  begin(seconds: number, strength: number): void {
    this.age = 0
    this.seconds = seconds
    this.strength = strength
  }
}

class Motion {
  readonly instance: PlantInstance
  readonly growth: Tween
  readonly vitality: Tween
  readonly focus: Tween
  readonly arrival: Tween
  readonly bloom = new Spell(bloomAt)
  readonly concern = new Spell(concernAt)
  nextLight = 0

  constructor(instance: PlantInstance) {
    this.instance = instance
    this.growth = new Tween(instance.growth)
    this.vitality = new Tween(instance.vitality)
    this.focus = new Tween(instance.focus)
    this.arrival = new Tween(instance.arrival)
  }

  get resting(): boolean {
    const { growth, vitality, focus, arrival } = this
    const quiet = !(growth.running || vitality.running || focus.running || arrival.running)
    return quiet && !this.bloom.running && !this.concern.running
  }

  step(dt: number): void {
    this.growth.step(dt)
    this.vitality.step(dt)
    this.focus.step(dt)
    this.arrival.step(dt)
    this.bloom.age += dt
    this.concern.age += dt
    const { instance } = this
    instance.growth = this.growth.value
    instance.vitality = this.vitality.value
    instance.focus = this.focus.value
    instance.arrival = this.arrival.value
    instance.bloom = this.bloom.value
    instance.wilt = this.concern.value
  }
}

export interface MotionListener {
  /** A plant's numbers changed. */
  onMoved(instance: PlantInstance): void
  /** A growth, an arrival or a leaving has come to its end. */
  onGrown(instance: PlantInstance): void
  /** A light should rise from a plant in bloom. */
  onBloomLight(instance: PlantInstance): void
}

export class PlantMotions {
  /** No transitions: everything is at its goal at once. */
  still = false
  /** Whether some plant changed its size in the last step. */
  growing = false
  private readonly motions = new Map<PlantInstance, Motion>()
  private readonly moving: Motion[] = []
  private readonly listener: MotionListener

  constructor(listener: MotionListener) {
    this.listener = listener
  }

  get active(): boolean {
    return this.moving.length > 0
  }

  growTo(instance: PlantInstance, growth: number, seconds: number = MOTION.growth): void {
    this.of(instance).growth.start(growth, this.seconds(seconds))
  }

  vitalityTo(instance: PlantInstance, vitality: number): void {
    this.of(instance).vitality.start(vitality, this.seconds(MOTION.light))
  }

  /** 1 is lit up, 0 is as ever, -1 recedes. */
  focus(instance: PlantInstance, focus: number): void {
    this.of(instance).focus.start(focus, this.seconds(MOTION.focus))
  }

  bloom(instance: PlantInstance, seconds: number, intensity: number): void {
    const motion = this.of(instance)
    motion.bloom.begin(seconds, intensity)
    motion.nextLight = 0
  }

  concern(instance: PlantInstance, seconds: number, level: number): void {
    this.of(instance).concern.begin(seconds, level)
  }

  /** Grows a fresh bed out of the ground, after `delay` seconds. */
  arrive(instance: PlantInstance, delay: number): void {
    const { arrival } = this.of(instance)
    arrival.value = this.still ? 1 : 0
    // The eased start is slow enough to stand for the delay.
    arrival.start(1, this.seconds(delay + MOTION.arrival * 0.5))
  }

  /** Draws a plant at a share of its size, so that it lets the eye through. */
  bow(instance: PlantInstance, share: number): void {
    this.of(instance).arrival.start(share, this.still ? 0 : MOTION.bow)
  }

  /** Takes a plant back into the ground; `onGrown` tells the end. */
  leave(instance: PlantInstance): void {
    this.of(instance).arrival.start(0, this.seconds(MOTION.arrival * 0.5))
  }

  forget(instance: PlantInstance): void {
    const motion = this.motions.get(instance)
    if (!motion) return
    this.motions.delete(instance)
    const index = this.moving.indexOf(motion)
    if (index >= 0) this.moving.splice(index, 1)
  }

  step(dt: number): void {
    this.growing = false
    for (let index = this.moving.length - 1; index >= 0; index--) {
      const motion = at(this.moving, index)
      const grew = motion.growth.running || motion.arrival.running
      motion.step(dt)
      this.listener.onMoved(motion.instance)
      if (grew) this.growing = true
      if (grew && !motion.growth.running && !motion.arrival.running) this.listener.onGrown(motion.instance)
      const { bloom } = motion
      if (bloom.age < bloom.seconds * BLOOM_CLOSES && bloom.age >= motion.nextLight && !this.still) {
        motion.nextLight = bloom.age + BLOOM_LIGHTS
        this.listener.onBloomLight(motion.instance)
      }
      if (motion.resting) this.rest(index)
    }
  }

  private rest(index: number): void {
    const last = this.moving.pop() as Motion
    if (index < this.moving.length) this.moving[index] = last
  }

  private seconds(wanted: number): number {
    // Even a still garden passes through one step, so that its end is reported.
    return this.still ? 1e-6 : wanted
  }

  private of(instance: PlantInstance): Motion {
    let motion = this.motions.get(instance)
    if (!motion) {
      motion = new Motion(instance)
      this.motions.set(instance, motion)
    }
    if (!this.moving.includes(motion)) this.moving.push(motion)
    return motion
  }
}
