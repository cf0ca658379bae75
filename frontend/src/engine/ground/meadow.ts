/** Small wild flowers scattered in the grass, in spring and summer: one instanced draw. */

import { meadow } from 'looks/island.json'
import {
  BufferAttribute,
  BufferGeometry,
  Color,
  DoubleSide,
  InstancedMesh,
  Matrix4,
  MeshLambertMaterial,
  Vector3,
} from 'three'
import type { Light } from '../light'
import { afterChunk, extendShader, replaceChunk } from '../material'
import { createRng, fbm2 } from '../rng'
import type { SharedUniforms } from '../uniforms'
import { mix, TAU } from '../vectors'
import type { GardenMap } from './gardenMap'
import type { GroundUniforms } from './groundShader'
import type { Terrain } from './terrain'

const MOST = 420
const PETALS = 5

export class Meadow {
  readonly mesh: InstancedMesh
  private readonly open = { value: 1 }

  constructor(terrain: Terrain, map: GardenMap, uniforms: SharedUniforms, ground: GroundUniforms) {
    const random = createRng(45)
    const found: [x: number, z: number][] = []
    const most = Math.round(MOST * mix(0.35, 1, terrain.small))
    for (let tries = 0; tries < MOST * 3 && found.length < most; tries++) {
      const angle = random() * TAU
      const distance = Math.sqrt(random()) * terrain.radius * 0.96
      const x = Math.cos(angle) * distance
      const z = Math.sin(angle) * distance
      // Flowers grow in drifts, off the path.
      if (
        fbm2(x * 0.5, z * 0.5) < 0.5 ||
        map.path(x, z) > 0.3 ||
        map.soil(x, z) > 0.3 ||
        terrain.pondDistance(x, z) < 0.3 * terrain.small
      )
        continue
      found.push([x, z])
    }
    this.mesh = new InstancedMesh(starGeometry(), this.material(uniforms, ground), found.length)
    const matrix = new Matrix4()
    const scale = new Vector3()
    const color = new Color()
    found.forEach(([x, z], index) => {
      const size = random.range(0.7, 1.3) * mix(0.7, 1, terrain.small)
      matrix.makeRotationY(index).scale(scale.setScalar(size))
      matrix.setPosition(x, terrain.height(x, z) + 0.2 * size + 0.08, z)
      this.mesh.setMatrixAt(index, matrix)
      this.mesh.setColorAt(index, color.set(random.pick(meadow)))
    })
    this.mesh.receiveShadow = true
  }

  applyLight(light: Light): void {
    this.open.value = light.meadow
    this.mesh.visible = light.meadow > 0.01
  }

  private material(uniforms: SharedUniforms, ground: GroundUniforms): MeshLambertMaterial {
    const material = new MeshLambertMaterial({ side: DoubleSide })
    extendShader(material, 'meadow', (shader) => {
      const { uTime, uWind, uHand } = uniforms
      const { uMap, uExtent } = ground
      Object.assign(shader.uniforms, { uTime, uWind, uHand, uMap, uExtent, uOpen: this.open })
      const vertex = afterChunk(shader.vertexShader, 'common', MEADOW_PARS)
      shader.vertexShader = replaceChunk(vertex, 'begin_vertex', MEADOW_VERTEX)
    })
    return material
  }
}

const MEADOW_PARS =
  'uniform float uOpen, uTime, uExtent; uniform vec3 uWind; uniform vec4 uHand; uniform sampler2D uMap;'
/** Flowers close on the soil of beds, and in the seasons that have none. */
const MEADOW_VERTEX = /* glsl */ `
vec3 root = instanceMatrix[3].xyz;
float open = uOpen * (1. - smoothstep(.1, .28, texture2D(uMap, root.xz / uExtent * .5 + .5).b));
vec3 transformed = position * open;
transformed.xz += uWind.xy * uWind.z * .09 * sin(uTime * 1.6 - dot(root.xz, uWind.xy) * .55);
vec2 away = root.xz - uHand.xy;
transformed.xz += (away * .25 + .06 * sin(uTime * 6. + root.zx * 9.)) * exp(-dot(away, away) * 1.3) * uHand.z;
transformed.y -= (1. - open) * .25;`

function starGeometry(): BufferGeometry {
  const positions: number[] = []
  const ring = (angle: number, radius: number, y: number) =>
    positions.push(Math.cos(angle) * radius, y, Math.sin(angle) * radius)
  for (let petal = 0; petal < PETALS; petal++) {
    const angle = (petal / PETALS) * TAU
    for (const [first, second] of [
      [0, -0.42],
      [0.42, 0],
    ] as const) {
      ring(0, 0, 0.02)
      ring(angle + first, first ? 0.05 : 0.085, first ? 0.035 : 0.03)
      ring(angle + second, second ? 0.05 : 0.085, second ? 0.035 : 0.03)
    }
  }
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(new Float32Array(positions), 3))
  geometry.setAttribute(
    'normal',
    new BufferAttribute(new Float32Array(positions.map((_, i) => (i % 3 === 1 ? 1 : 0))), 3),
  )
  return geometry
}
