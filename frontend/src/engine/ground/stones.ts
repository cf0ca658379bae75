/** Stepping stones along the path, rocks round the pond and on the rim: one instanced, flat-shaded draw. */

import { stones as looks } from 'looks/island.json'
import { BufferAttribute, BufferGeometry, Color, InstancedMesh, Matrix4, MeshLambertMaterial, Vector3 } from 'three'
import { afterChunk, extendShader, replaceChunk } from '../material'
import { createRng, type Rng } from '../rng'
import type { SharedUniforms } from '../uniforms'
import { at, icosphere, mix, TAU } from '../vectors'
import type { Terrain } from './terrain'

interface Stone {
  x: number
  y: number
  z: number
  width: number
  height: number
  color: string
}

/** Height in a ball of radius one: nobody looks at a stone from below. */
const UNDERGROUND = -0.3
const POND_STONES = 26
const RIM_STONES = 76
/** Beside those of the base island, on one of no size. */
const LEAST_RIM_STONE = 0.1

export function createStones(terrain: Terrain, uniforms: SharedUniforms): InstancedMesh {
  const random = createRng(44)
  const stones = [...steppingStones(terrain, random), ...pondStones(terrain, random), ...rimStones(terrain, random)]
  const mesh = new InstancedMesh(stoneGeometry(), stoneMaterial(uniforms), stones.length)
  const matrix = new Matrix4()
  const scale = new Vector3()
  const color = new Color()
  stones.forEach((stone, index) => {
    matrix.makeRotationY(random() * TAU)
    matrix.scale(scale.set(stone.width, stone.height, stone.width * random.range(0.8, 1.2)))
    matrix.setPosition(stone.x, stone.y, stone.z)
    mesh.setMatrixAt(index, matrix)
    mesh.setColorAt(index, color.set(stone.color))
  })
  mesh.receiveShadow = true
  return mesh
}

function steppingStones(terrain: Terrain, random: Rng): Stone[] {
  const stones: Stone[] = []
  const { stride, width, colors } = looks.step
  let walked = stride
  terrain.path.forEach((point, index) => {
    const before = terrain.path[index - 1] ?? point
    walked += Math.hypot(point.x - before.x, point.z - before.z)
    if (walked < stride * terrain.pathWidth || Math.hypot(point.x, point.z) > terrain.radius * 0.97) return
    walked = 0
    const x = point.x + random.bell() * 0.1
    const z = point.z + random.bell() * 0.1
    stones.push({
      x,
      y: terrain.height(x, z) - 0.01,
      z,
      width: random.range(width.least, width.most) * terrain.pathWidth,
      height: 0.09,
      color: random.pick(colors),
    })
  })
  return stones
}

function pondStones(terrain: Terrain, random: Rng): Stone[] {
  const { width: size, reach, colors } = looks.pond
  return Array.from({ length: POND_STONES }, (_, index) => {
    const angle = (index / POND_STONES) * TAU + random.bell() * 0.1
    const distance = terrain.pondEdge(angle) * random.range(reach.least, reach.most)
    const x = terrain.pond.x + Math.cos(angle) * distance
    const z = terrain.pond.z + Math.sin(angle) * distance
    const width = random.range(size.least, size.most) * Math.sqrt(terrain.small)
    return { x, y: terrain.height(x, z) + 0.04, z, width, height: width * 0.75, color: random.pick(colors) }
  })
}

function rimStones(terrain: Terrain, random: Rng): Stone[] {
  const { width: size, reach, colors } = looks.rim
  const count = Math.round(RIM_STONES * Math.max(1, Math.min(2.5, terrain.radius / 9)))
  return Array.from({ length: count }, (_, index) => {
    const angle = (index / count) * TAU + random.bell() * 0.05
    const distance = terrain.edge(angle) * random.range(reach.least, reach.most)
    const width = random.range(size.least, size.most) * mix(LEAST_RIM_STONE, 1, terrain.small)
    return {
      x: Math.cos(angle) * distance,
      y: -0.04,
      z: Math.sin(angle) * distance,
      width,
      height: width * 0.8,
      color: random.pick(colors),
    }
  })
}

function stoneGeometry(): BufferGeometry {
  const { vertices, faces } = icosphere(1)
  const positions: number[] = []
  for (const face of faces) {
    if (face.every((index) => at(vertices, index).y < UNDERGROUND)) continue
    for (const index of face) {
      const v = at(vertices, index)
      const bump = 1 + 0.18 * Math.sin(v.x * 7 + v.z * 5) * Math.cos(v.y * 6)
      positions.push(v.x * bump, v.y * bump, v.z * bump)
    }
  }
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(new Float32Array(positions), 3))
  geometry.computeVertexNormals()
  return geometry
}

function stoneMaterial(uniforms: SharedUniforms): MeshLambertMaterial {
  const material = new MeshLambertMaterial({ flatShading: true })
  extendShader(material, 'stone', (shader) => {
    shader.uniforms.uSnow = uniforms.uSnow
    shader.uniforms.uWet = uniforms.uWet
    const vertex = afterChunk(shader.vertexShader, 'common', 'varying float vUpward;')
    shader.vertexShader = replaceChunk(vertex, 'begin_vertex', 'vec3 transformed = position; vUpward = objectNormal.y;')
    const fragment = afterChunk(shader.fragmentShader, 'common', 'varying float vUpward; uniform float uSnow, uWet;')
    shader.fragmentShader = afterChunk(
      fragment,
      'color_fragment',
      'diffuseColor.rgb = mix(diffuseColor.rgb * (1. - uWet * .35), vec3(.88, .92, 1.), uSnow * smoothstep(.2, .6, vUpward));',
    )
  })
  return material
}
