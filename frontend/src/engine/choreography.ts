/** What sparks do when something happens: patterns over the pool in `effects/sparkles.ts`. */

import { Color } from 'three'
import type { Spark, Sparkles } from './effects/sparkles'
import { heightNow, type PlantInstance, spreadNow } from './plantInstance'
import { createRng } from './rng'
import { mix, TAU } from './vectors'

const GOLD = '#ffdc8a'
const EARTH = '#c99a5a'
const FIREFLY = '#ffdb60'
const IMPACT = { least: 8, most: 46 } as const
/** Seconds of a visitor's trail. */
const TRAIL = 2

export class Choreography {
  private readonly sparkles: Sparkles
  private readonly random = createRng(7)
  private readonly spark: Spark = { x: 0, y: 0, z: 0, vx: 0, vy: 0, vz: 0, color: new Color(), life: 1, size: 1 }
  private readonly gold = new Color(GOLD)

  constructor(sparkles: Sparkles) {
    this.sparkles = sparkles
  }

  /** Sparks rise round a plant; `impact` 0–1 says how many and how high. */
  rise(instance: PlantInstance, impact: number): void {
    const { random, spark } = this
    const count = Math.round(mix(IMPACT.least, IMPACT.most, impact))
    for (let index = 0; index < count; index++) {
      this.startAround(instance, random.range(0.1, 0.75))
      spark.vy = random.range(0.5, 1.1) * (0.8 + impact)
      spark.color.set(instance.plant.genome.accent).lerp(this.gold, random())
      spark.life = random.range(1.4, 2.8)
      spark.size = random.range(0.5, 1.1)
      this.sparkles.emit(spark, random() * 0.9)
    }
  }

  /** One petal's light drifts off a plant in bloom. */
  bloomLight(instance: PlantInstance): void {
    const { random, spark } = this
    this.startAround(instance, random.range(0.55, 1))
    spark.vy = random.range(0.15, 0.5)
    spark.color.set(instance.plant.genome.accent).lerp(this.gold, 0.25)
    spark.life = random.range(3, 5)
    spark.size = random.range(0.6, 1)
    this.sparkles.emit(spark)
  }

  /** Soil flies where a seed lands. */
  landing(instance: PlantInstance, delay: number): void {
    const { random, spark } = this
    for (let index = 0; index < 14; index++) {
      const angle = random() * TAU
      spark.x = instance.plant.x
      spark.y = instance.y + 0.1
      spark.z = instance.plant.z
      spark.vx = Math.cos(angle) * random.range(0.4, 0.9)
      spark.vz = Math.sin(angle) * random.range(0.4, 0.9)
      spark.vy = random.range(0.3, 0.8)
      spark.color.set(EARTH)
      spark.life = random.range(0.6, 1.1)
      spark.size = random.range(0.25, 0.45)
      this.sparkles.emit(spark, delay)
    }
  }

  /** One spark of the trail behind a visitor's firefly. */
  trail({ x, y, z }: { x: number; y: number; z: number }): void {
    const { random, spark } = this
    Object.assign(spark, { x, y, z, vx: random.bell() * 0.1, vy: random.bell() * 0.1, vz: random.bell() * 0.1 })
    spark.color.set(FIREFLY)
    spark.life = TRAIL
    spark.size = 0.9
    this.sparkles.emit(spark)
  }

  private startAround(instance: PlantInstance, heightShare: number): void {
    const { random, spark } = this
    const angle = random() * TAU
    const distance = spreadNow(instance) * random.range(0.25, 0.8)
    spark.x = instance.plant.x + Math.cos(angle) * distance
    spark.y = instance.y + heightNow(instance) * heightShare
    spark.z = instance.plant.z + Math.sin(angle) * distance
    spark.vx = Math.cos(angle) * 0.25
    spark.vz = Math.sin(angle) * 0.25
  }
}
