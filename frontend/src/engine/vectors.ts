/** Small vector and colour helpers for building geometry. They allocate: never call them per frame. */

import { Vector3 } from 'three'
import type { Rng } from './rng'

export const TAU = Math.PI * 2
/** Successive leaves turned by this angle never cover each other (phyllotaxis). */
export const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5))

export const vec = (x = 0, y = 0, z = 0): Vector3 => new Vector3(x, y, z)
export const UP: Readonly<Vector3> = vec(0, 1, 0)

export const clamp = (value: number, low = 0, high = 1): number => Math.min(high, Math.max(low, value))
export const mix = (from: number, to: number, t: number): number => from + (to - from) * t
export function smoothstep(low: number, high: number, value: number): number {
  const t = clamp((value - low) / (high - low))
  return t * t * (3 - 2 * t)
}

/** A point on a circle about the vertical. */
export const polar = (angle: number, radius: number, y = 0): Vector3 =>
  vec(Math.cos(angle) * radius, y, Math.sin(angle) * radius)

/** The horizontal direction a quarter turn further. */
export const tangent = (angle: number): Vector3 => vec(-Math.sin(angle), 0, Math.cos(angle))

/** `point + direction · distance`, as a new vector. */
export const along = (point: Vector3, direction: Vector3, distance: number): Vector3 =>
  point.clone().addScaledVector(direction, distance)

export const between = (from: Vector3, to: Vector3, t: number): Vector3 => from.clone().lerp(to, t)

/** A point on a chain of points; t runs 0–1 over its whole length in even steps. */
export function pointOn(points: readonly Vector3[], t: number): Vector3 {
  const position = clamp(t) * (points.length - 1)
  const index = Math.min(points.length - 2, Math.floor(position))
  return between(at(points, index), at(points, index + 1), position - index)
}

/** A unit vector across `axis`, turned at random. */
export function across(axis: Vector3, random: Rng): Vector3 {
  const vector = vec(random.bell(), random.bell(), random.bell())
  return vector.addScaledVector(axis, -vector.dot(axis)).normalize()
}

/** Two unit vectors that span the plane across `axis`. */
export function planeAcross(axis: Vector3, random: Rng): [Vector3, Vector3] {
  const first = across(axis, random)
  return [first, axis.clone().cross(first)]
}

/** Array access for indices known to be inside. */
export function at<Item>(items: ArrayLike<Item>, index: number): Item {
  const item = items[index]
  if (item === undefined) throw new RangeError(`no item ${index} of ${items.length}`)
  return item
}

/** `Object.entries` that remembers its keys. */
export const entries = <Key extends string, Value>(record: Partial<Record<Key, Value>>): [Key, Value][] =>
  Object.entries(record) as [Key, Value][]

/** sRGB, each 0–255. Decoded to linear in the shader. */
export type Rgb = readonly [number, number, number]
export const WHITE: Rgb = [255, 255, 255]

export function rgb(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

/** The two ends of a gradient as `garden/looks` has them. */
export const shades = ({ dark, light }: { dark: string; light: string }): readonly [Rgb, Rgb] => [rgb(dark), rgb(light)]

export const mixRgb = (from: Rgb, to: Rgb, t: number): Rgb => [
  mix(from[0], to[0], t),
  mix(from[1], to[1], t),
  mix(from[2], to[2], t),
]

/** A little lighter or darker, so that no two leaves match. */
export function jitter(color: Rgb, random: Rng, amount = 10): Rgb {
  const shift = (random() - 0.5) * 2 * amount
  return [color[0] + shift, color[1] + shift, color[2] + shift * 0.7]
}

export interface Icosphere {
  vertices: Vector3[]
  faces: [number, number, number][]
}

const icospheres = new Map<number, Icosphere>()

/** Unit sphere of 20·4^subdivisions triangles, shared between callers. */
export function icosphere(subdivisions: number): Icosphere {
  const known = icospheres.get(subdivisions)
  if (known) return known
  const made = subdivisions === 0 ? icosahedron() : subdivide(icosphere(subdivisions - 1))
  icospheres.set(subdivisions, made)
  return made
}

function icosahedron(): Icosphere {
  const t = (1 + Math.sqrt(5)) / 2
  // biome-ignore format: a table of corners and faces
  const corners: Rgb[] = [[-1, t, 0], [1, t, 0], [-1, -t, 0], [1, -t, 0], [0, -1, t], [0, 1, t], [0, -1, -t], [0, 1, -t], [t, 0, -1], [t, 0, 1], [-t, 0, -1], [-t, 0, 1]]
  // biome-ignore format: a table of corners and faces
  const faces: [number, number, number][] = [[0, 11, 5], [0, 5, 1], [0, 1, 7], [0, 7, 10], [0, 10, 11], [1, 5, 9], [5, 11, 4], [11, 10, 2], [10, 7, 6], [7, 1, 8], [3, 9, 4], [3, 4, 2], [3, 2, 6], [3, 6, 8], [3, 8, 9], [4, 9, 5], [2, 4, 11], [6, 2, 10], [8, 6, 7], [9, 8, 1]]
  return { vertices: corners.map(([x, y, z]) => vec(x, y, z).normalize()), faces }
}

function subdivide(sphere: Icosphere): Icosphere {
  const vertices = sphere.vertices.slice()
  const faces: [number, number, number][] = []
  const middles = new Map<string, number>()
  const middle = (first: number, second: number): number => {
    const key = first < second ? `${first}_${second}` : `${second}_${first}`
    let index = middles.get(key)
    if (index === undefined) {
      index = vertices.length
      vertices.push(at(vertices, first).clone().add(at(vertices, second)).normalize())
      middles.set(key, index)
    }
    return index
  }
  for (const [a, b, c] of sphere.faces) {
    const ab = middle(a, b)
    const bc = middle(b, c)
    const ca = middle(c, a)
    faces.push([a, ab, ca], [b, bc, ab], [c, ca, bc], [ab, bc, ca])
  }
  return { vertices, faces }
}
