/** Grass: one draw of instanced tufts. Where a bed is dug the tufts are left out; the garden map thins those at its edge. */

import {
  BufferAttribute,
  DoubleSide,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  MeshLambertMaterial,
} from 'three'
import { afterChunk, extendShader, replaceChunk, UNFLIPPED_NORMAL } from '../material'
import { LEAST_GRASS, MOST_GRASS, QUALITY } from '../presets'
import { createRng, fbm2 } from '../rng'
import type { QualityLevel } from '../types'
import type { SharedUniforms } from '../uniforms'
import { at, clamp, GOLDEN_ANGLE, mix, TAU } from '../vectors'
import type { GardenMap } from './gardenMap'
import { GROUND_PARS, type GroundUniforms } from './groundShader'
import type { Terrain } from './terrain'

const BLADES = 4
/** Across and up one blade. */
const BLADE: readonly (readonly [side: number, height: number])[] = [
  [-1, 0],
  [1, 0],
  [-0.72, 0.5],
  [0.72, 0.5],
  [0, 1],
]
const BLADE_TRIANGLES = [0, 1, 2, 1, 3, 2, 2, 3, 4]
const BLADE_HALF_WIDTH = 0.028
/** Soil from which on a tuft is left out; `GRASS_VERTEX` has shrunk it to nothing by then. */
const BARE = 0.58
/** Metres from the front rim over which the grass thins; a small island is covered evenly. */
const CROWDING_REACH = 34
/** Every so many tufts one hangs over the rim, or its slope would lie bare towards the visitor. */
const HANGING = 7

export class Grass {
  readonly mesh: Mesh
  private readonly geometry: InstancedBufferGeometry
  private readonly map: GardenMap
  private readonly areaShare: number
  /** x, y, z and size of every tuft there could be, and of those that stand. */
  private readonly places: Float32Array
  private readonly standing: InstancedBufferAttribute
  private wanted = 0

  constructor(terrain: Terrain, map: GardenMap, uniforms: SharedUniforms, ground: GroundUniforms) {
    this.areaShare = clamp((terrain.radius / 10) ** 2, LEAST_GRASS, MOST_GRASS)
    this.map = map
    this.geometry = tuftGeometry()
    this.places = scatter(terrain, map, Math.round(QUALITY.high.tufts * this.areaShare))
    this.standing = new InstancedBufferAttribute(this.places.slice(), 4)
    this.geometry.setAttribute('iPlace', this.standing)
    this.mesh = new Mesh(this.geometry, grassMaterial(uniforms, ground))
    this.mesh.receiveShadow = true
    this.mesh.frustumCulled = false
  }

  get tufts(): number {
    return this.geometry.instanceCount
  }

  setQuality(level: QualityLevel): void {
    this.wanted = Math.min(this.places.length / 4, Math.round(QUALITY[level].tufts * this.areaShare))
    this.growRoundBeds()
  }

  /** After the beds were drawn on the map. */
  growRoundBeds(): void {
    const { places, standing, map } = this
    let count = 0
    for (let tuft = 0; tuft < this.wanted; tuft++) {
      const start = tuft * 4
      if (map.soil(at(places, start), at(places, start + 2)) > BARE) continue
      standing.array.set(places.subarray(start, start + 4), count * 4)
      count++
    }
    standing.needsUpdate = true
    this.geometry.instanceCount = count
  }
}

function tuftGeometry(): InstancedBufferGeometry {
  const positions: number[] = []
  const heights: number[] = []
  const indices: number[] = []
  for (let blade = 0; blade < BLADES; blade++) {
    const angle = blade * GOLDEN_ANGLE + 0.3
    const [dx, dz] = [Math.cos(angle), Math.sin(angle)]
    const tall = 0.26 + 0.1 * (blade % 2)
    const lean = 0.1 + 0.05 * blade
    const base = positions.length / 3
    for (const [side, up] of BLADE) {
      const bend = lean * up * up + 0.07
      positions.push(dx * bend - dz * side * BLADE_HALF_WIDTH, up * tall, dz * bend + dx * side * BLADE_HALF_WIDTH)
      heights.push(up)
    }
    indices.push(...BLADE_TRIANGLES.map((index) => base + index))
  }
  const geometry = new InstancedBufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(new Float32Array(positions), 3))
  // Blades shade like the ground they stand on; without the attribute three would shade each face flat.
  geometry.setAttribute(
    'normal',
    new BufferAttribute(new Float32Array(positions.map((_, i) => (i % 3 === 1 ? 1 : 0))), 3),
  )
  geometry.setAttribute('aHeight', new BufferAttribute(new Float32Array(heights), 1))
  geometry.setIndex(indices)
  return geometry
}

/** x, y, z and size of each tuft; in random order, so that any first part of them covers the whole island. */
function scatter(terrain: Terrain, map: GardenMap, wanted: number): Float32Array {
  const random = createRng(3)
  const places: number[] = []
  for (let tries = 0; places.length / 4 < wanted && tries < wanted * 6; tries++) {
    const angle = random() * TAU
    const inside = tries % HANGING === 0 ? random.range(0.92, 1) : Math.sqrt(random()) * 0.995
    const distance = inside * terrain.edge(angle)
    const size = random.range(0.75, 1.2)
    const x = Math.cos(angle) * distance
    const z = Math.sin(angle) * distance
    const worn = map.path(x, z)
    if (worn > 0.42 || terrain.pondDistance(x, z) < 0.12 * terrain.small) continue
    // On a large island tufts crowd where the visitor stands.
    if (random() > 1.45 - Math.hypot(x, terrain.radius - z) / CROWDING_REACH) continue
    const lush = (0.6 + 0.8 * fbm2(x * 0.4 + 5, z * 0.4)) * mix(0.3, 1, terrain.small)
    places.push(x, terrain.height(x, z), z, lush * (worn > 0.15 ? 0.65 : 1) * clamp(size, 0, 2))
  }
  return new Float32Array(places)
}

function grassMaterial(uniforms: SharedUniforms, ground: GroundUniforms): MeshLambertMaterial {
  const material = new MeshLambertMaterial({ side: DoubleSide })
  extendShader(material, 'grass', (shader) => {
    const { uSnow, uWet, uTime, uWind, uHand } = uniforms
    Object.assign(shader.uniforms, ground, { uSnow, uWet, uTime, uWind, uHand })
    const pars = `attribute vec4 iPlace; attribute float aHeight; uniform vec3 uWind; uniform vec4 uHand; varying vec3 vGrass, vGlow;\n${GROUND_PARS}`
    let vertex = afterChunk(shader.vertexShader, 'common', pars)
    vertex = replaceChunk(vertex, 'beginnormal_vertex', 'vec3 objectNormal = vec3(0., 1., 0.);')
    shader.vertexShader = replaceChunk(vertex, 'begin_vertex', GRASS_VERTEX)
    let fragment = afterChunk(shader.fragmentShader, 'common', 'varying vec3 vGrass, vGlow;')
    fragment = replaceChunk(fragment, 'color_fragment', 'diffuseColor.rgb = vGrass;')
    fragment = replaceChunk(fragment, 'normal_fragment_begin', UNFLIPPED_NORMAL)
    shader.fragmentShader = replaceChunk(fragment, 'aomap_fragment', 'totalEmissiveRadiance += vGlow;')
  })
  return material
}

/** Colour is worked out per vertex: per fragment it made a frame half as slow again. */
const GRASS_VERTEX = /* glsl */ `
vec4 here = gardenMap(iPlace.xz);
float turn = fract(sin(dot(iPlace.xz, vec2(12.9, 78.2))) * 43758.5) * 6.283, whim = fract(turn * 3.7);
// Soil is kept clear of grass, its border is trodden short.
float size = iPlace.w * (1. - smoothstep(.42, .55, here.b)) * mix(1., .65, smoothstep(.1, .25, here.b));
vec3 blade = position * size * vec3(1.15, 1. - .5 * uSnow, 1.15);
float c = cos(turn), s = sin(turn);
blade.xz = mat2(c, s, -s, c) * blade.xz;
float gust = sin(dot(iPlace.xz, uWind.xy) * .55 - uTime * 1.6) * .5 + .5, flutter = sin(uTime * 3. + turn * 5.) * .25;
blade.xz += uWind.xy * uWind.z * aHeight * aHeight * (gust * .28 + flutter * .12) * size;
blade.y -= uWind.z * aHeight * gust * .05 * size;
vec2 away = iPlace.xz - uHand.xy;
float touched = exp(-dot(away, away) * 1.3) * uHand.z * aHeight * size;
blade.xz += (away * .3 + .07 * sin(vec2(uTime * 6. + turn, uTime * 5. - turn))) * touched;
blade.y -= touched * .07;
vec3 transformed = blade + iPlace.xyz;
vec3 color = grassColor(iPlace.xz) * mix(.72, 1.32, aHeight) * (.86 + .28 * whim);
color = mix(color, color * vec3(1.22, 1.08, .62), aHeight * .35 * whim);
color = mix(color, vec3(.98, .99, 1.), uSnow * smoothstep(.0, .7, aHeight) * .9);
vGrass = color * mix(.32, 1., 1. - here.r) * (1. - uWet * .18);
vGlow = bedGlow(here.a, iPlace.xz) * .4 * aHeight;`
