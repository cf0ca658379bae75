/**
 * The garden map: one small texture over the island that says what lies where. Red is the contact shade under plants
 * (in place of screen-space occlusion), green the path, blue the soil of beds, alpha the warmth of recent commits.
 * Ground and grass read it on the GPU, so a new bed needs no new geometry.
 */

import { path, pond } from 'looks/island.json'
import { DataTexture, LinearFilter, RGBAFormat } from 'three'
import { clamp, smoothstep } from '../vectors'
import type { Terrain } from './terrain'

export interface Bed {
  x: number
  z: number
  /** Metres the plant spreads now. */
  spread: number
  /** 0–1: how dark its foot is. */
  shade: number
  /** 0–1 */
  heat: number
  /** Something stands here that needs no soil: grass is only kept short. */
  bare?: boolean
}

const CHANNEL = { shade: 0, path: 1, soil: 2, heat: 3 } as const
const LARGE_ISLAND = 20
/** As much soil as lets no grass stand, and shows none of itself. */
const BARE_SOIL = 0.57
const SOIL_RADIUS = { least: 0.62, most: 0.95, perSpread: 0.8 } as const

export class GardenMap {
  readonly size: number
  /** Half the side of the mapped square, in metres. */
  readonly extent: number
  readonly data: Uint8Array
  readonly texture: DataTexture
  private readonly terrain: Terrain
  private readonly still: Uint8Array

  constructor(terrain: Terrain) {
    this.terrain = terrain
    this.extent = terrain.radius * 1.1
    this.size = terrain.radius > LARGE_ISLAND ? 1024 : 512
    this.data = new Uint8Array(this.size * this.size * 4)
    this.texture = new DataTexture(this.data, this.size, this.size, RGBAFormat)
    this.texture.magFilter = LinearFilter
    this.texture.minFilter = LinearFilter
    this.drawPath()
    this.stamp(CHANNEL.soil, terrain.pond.x, terrain.pond.z, pond.radius * terrain.small * 1.45, 0.7, 0.6)
    this.still = this.data.slice()
  }

  /** Redraws all beds over the path and the pond. */
  draw(beds: readonly Bed[]): void {
    this.data.set(this.still)
    for (const bed of beds) {
      const soil = clamp(bed.spread * SOIL_RADIUS.perSpread, SOIL_RADIUS.least, SOIL_RADIUS.most)
      if (bed.bare) this.stamp(CHANNEL.soil, bed.x, bed.z, bed.spread * 1.05, BARE_SOIL, 0.62)
      else this.stamp(CHANNEL.soil, bed.x, bed.z, soil, 0.9, 0.5)
      this.stamp(CHANNEL.shade, bed.x, bed.z, bed.spread * 1.15, bed.shade, 0.05)
      if (bed.heat > 0) this.stamp(CHANNEL.heat, bed.x, bed.z, soil * 1.5, bed.heat, 0.1)
    }
    this.texture.needsUpdate = true
  }

  /** Path and soil at a place, 0–1. */
  path(x: number, z: number): number {
    return this.read(x, z, CHANNEL.path)
  }

  soil(x: number, z: number): number {
    return this.read(x, z, CHANNEL.soil)
  }

  private read(x: number, z: number, channel: number): number {
    const column = Math.floor(clamp(this.toMap(x), 0, this.size - 1))
    const row = Math.floor(clamp(this.toMap(z), 0, this.size - 1))
    return (this.data[(row * this.size + column) * 4 + channel] ?? 0) / 255
  }

  private toMap(metres: number): number {
    return (metres / this.extent / 2 + 0.5) * this.size
  }

  /** Visits every texel within a radius, with its distance in metres. */
  private disc(x: number, z: number, radius: number, visit: (index: number, distance: number) => void): void {
    const perMetre = this.size / (2 * this.extent)
    const column = this.toMap(x)
    const row = this.toMap(z)
    const reach = radius * perMetre
    const last = this.size - 1
    for (let v = Math.max(0, Math.floor(row - reach)); v <= Math.min(last, Math.ceil(row + reach)); v++) {
      for (let u = Math.max(0, Math.floor(column - reach)); u <= Math.min(last, Math.ceil(column + reach)); u++) {
        const distance = Math.hypot(u + 0.5 - column, v + 0.5 - row) / perMetre
        if (distance <= radius) visit((v * this.size + u) * 4, distance)
      }
    }
  }

  /** Adds a soft round spot; within `core` of the radius it is full. */
  private stamp(channel: number, x: number, z: number, radius: number, amount: number, core: number): void {
    this.disc(x, z, radius, (index, distance) => {
      const fade = 1 - clamp((distance / radius - core) / (1 - core))
      this.data[index + channel] = Math.min(255, (this.data[index + channel] ?? 0) + amount * fade * 255)
    })
  }

  private drawPath(): void {
    const [middle, border] = [path.worn * this.terrain.pathWidth, path.border * this.terrain.pathWidth]
    this.terrain.path.forEach((point, order) => {
      const next = this.terrain.path[order + 1] ?? point
      // Half-way stamps close the gaps between samples.
      for (const t of [0, 0.5]) {
        const x = point.x + (next.x - point.x) * t
        const z = point.z + (next.z - point.z) * t
        this.disc(x, z, border, (index, distance) => {
          const worn = 255 * (1 - 0.85 * smoothstep(middle, border, distance))
          this.data[index + CHANNEL.path] = Math.max(this.data[index + CHANNEL.path] ?? 0, worn)
        })
      }
    })
  }

  dispose(): void {
    this.texture.dispose()
  }
}
