/** One plant as the engine keeps it: what never changes once it stands, and the few numbers that move. */

import { Color, Matrix4, Quaternion, Sphere, Vector3 } from 'three'
import { plantSize } from './growth'
import { displayScale, VARIANTS, variantIndex } from './plants/catalog'
import type { Plant } from './types'
import { at, mix, UP } from './vectors'

/** Floats of the four instanced attributes, in the order of `plantShader.ts`. */
export const STATE_SIZE = 4

export interface PlantInstance {
  plant: Plant
  variant: number
  matrix: Matrix4
  /** Bounds of the grown plant, for culling. */
  bounds: Sphere
  /** Metres. */
  y: number
  radius: number
  height: number
  /** sRGB and hue shift; sRGB and habit. Never change while the genome stays. */
  accent: Float32Array
  foliage: Float32Array
  // What moves:
  growth: number
  bloom: number
  wilt: number
  /** 0 before a fresh seed has landed, 1 from then on. */
  arrival: number
  vitality: number
  focus: number
  /** The batch it was last drawn by, and its place there; -1 when it was culled. */
  batch: number
  slot: number
}

/** Added to the habit of what grows straight; the shader takes it off again. */
const STRAIGHT = 2

/** How much higher the slenderest stands than its form, and the broadest: `shapeOf` of the shader. */
const UPRIGHT = [1.13, 0.92] as const

const scratch = new Color()

function colorAnd(hex: string, extra: number): Float32Array {
  const { r, g, b } = scratch.set(hex).convertLinearToSRGB()
  return Float32Array.of(r, g, b, extra)
}

/** The ground that plants stand on. */
export interface Site {
  height(x: number, z: number): number
  /** How high the glasshouse is over a place, beside its middle. */
  domeShare(x: number, z: number): number
  /** How large a tree is drawn there. */
  readonly treeScale: number
}

export function createInstance(plant: Plant, site: Site): PlantInstance {
  const { genome } = plant
  const variant = variantIndex(genome)
  const shape = at(VARIANTS, variant)
  const groundHeight = site.height(plant.x, plant.z)
  const scale = genome.scale * displayScale(shape, site.treeScale)
  const turn = new Quaternion().setFromAxisAngle(UP as Vector3, genome.yaw)
  const position = new Vector3(plant.x, groundHeight, plant.z)
  const height = shape.height * scale * mix(...UPRIGHT, genome.habit)
  const radius = shape.radius * scale
  return {
    plant,
    variant,
    matrix: new Matrix4().compose(position, turn, new Vector3(scale, scale, scale)),
    bounds: new Sphere(
      new Vector3(plant.x, groundHeight + height * 0.5, plant.z),
      Math.max(height * 0.68, radius * 1.2) + 0.3,
    ),
    y: groundHeight,
    radius,
    height,
    accent: colorAnd(genome.accent, genome.hue),
    foliage: colorAnd(genome.foliage, genome.habit + (shape.straight ? STRAIGHT : 0)),
    growth: plant.growth,
    bloom: 0,
    wilt: 0,
    arrival: 1,
    vitality: plant.vitality,
    focus: 0,
    batch: -1,
    slot: -1,
  }
}

/** 0–1 from the seed: the genome's own bend of stem and crown. */
export const seedShare = (seed: number): number => (seed >>> 0) / 4294967296

export function writeState(target: Float32Array, slot: number, instance: PlantInstance): void {
  const start = slot * STATE_SIZE
  target[start] = instance.growth
  target[start + 1] = instance.bloom
  target[start + 2] = instance.wilt
  target[start + 3] = instance.arrival
}

export function writeBeing(target: Float32Array, slot: number, instance: PlantInstance): void {
  const start = slot * STATE_SIZE
  target[start] = instance.plant.genome.phase
  target[start + 1] = instance.vitality
  target[start + 2] = instance.focus
  target[start + 3] = seedShare(instance.plant.genome.seed)
}

/** Height of what stands there now, with the trellis that stands from the first day; never less than mound and stake. */
export function heightNow({ variant, height, growth }: PlantInstance): number {
  if (at(VARIANTS, variant).kind === 'vine') return height
  return Math.max(0.5, height * plantSize(growth) * Math.min(1, 0.3 + 1.2 * growth))
}
/** What the glasshouse reckons with at a growth. */
export const heightAt = (instance: PlantInstance, growth: number): number =>
  instance.height * plantSize(growth) * mix(0.25, 1, growth)
/** Its half-width now. */
export const spreadNow = (instance: PlantInstance): number => instance.radius * (0.45 + 0.55 * instance.growth)
