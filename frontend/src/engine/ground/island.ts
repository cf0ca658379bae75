/** The island: its top as a polar grid that follows the terrain, and the rock it stands on. */

import { rock } from 'looks/island.json'
import { BufferAttribute, BufferGeometry, Mesh, MeshLambertMaterial } from 'three'
import { afterChunk, extendShader, replaceChunk } from '../material'
import { noise2 } from '../rng'
import type { SharedUniforms } from '../uniforms'
import { at, TAU } from '../vectors'
import { GROUND_PARS, type GroundUniforms } from './groundShader'
import type { Terrain } from './terrain'

const RINGS = 42
const SEGMENTS = 120
/** Rings crowd towards the rim, where the silhouette is. */
const RING_SPACING = 0.85
export function createIsland(terrain: Terrain, uniforms: SharedUniforms, ground: GroundUniforms): Mesh {
  const mesh = new Mesh(islandGeometry(terrain), islandMaterial(uniforms, ground))
  mesh.receiveShadow = true
  return mesh
}

function islandGeometry(terrain: Terrain): BufferGeometry {
  const positions: number[] = []
  /** 0 on the grass, above 1 on the rock. */
  const depths: number[] = []
  const indices: number[] = []
  const row = SEGMENTS + 1
  const join = (upper: number, lower: number): void => {
    indices.push(upper, upper + 1, lower, upper + 1, lower + 1, lower)
  }
  for (let ring = 0; ring <= RINGS; ring++) {
    for (let segment = 0; segment <= SEGMENTS; segment++) {
      const angle = (segment / SEGMENTS) * TAU
      const distance = (ring / RINGS) ** RING_SPACING * terrain.edge(angle)
      const x = Math.cos(angle) * distance
      const z = Math.sin(angle) * distance
      positions.push(x, terrain.height(x, z), z)
      depths.push(0)
      if (ring < RINGS && segment < SEGMENTS) join(ring * row + segment, (ring + 1) * row + segment)
    }
  }
  const rim = RINGS * row
  const base = positions.length / 3
  rock.forEach(({ share, drop }, layer) => {
    for (let segment = 0; segment <= SEGMENTS; segment++) {
      const angle = ((segment % SEGMENTS) / SEGMENTS) * TAU
      const [x, z] = [Math.cos(angle), Math.sin(angle)]
      const rough = layer > 1 ? 1 + (noise2(x * 5 + layer * 3, z * 5 + layer) - 0.5) * 0.22 : 1
      const hang = layer > 1 ? 1 + (noise2(x * 4 + 20, z * 4 + layer) - 0.5) * 0.5 : 1
      const distance = terrain.edge(angle) * share * rough
      const scale = layer > 0 ? terrain.radius / 10 : terrain.small
      positions.push(x * distance, drop * scale * hang, z * distance)
      depths.push(layer === 0 ? 0 : 1 + layer / rock.length)
      if (segment < SEGMENTS)
        join((layer === 0 ? rim : base + (layer - 1) * row) + segment, base + layer * row + segment)
    }
  })
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(new Float32Array(positions), 3))
  geometry.setAttribute('aDepth', new BufferAttribute(new Float32Array(depths), 1))
  geometry.setIndex(indices)
  geometry.computeVertexNormals()
  closeSeam(geometry)
  return geometry
}

/** The first and the last vertex of a ring are one place: give them one normal. */
function closeSeam(geometry: BufferGeometry): void {
  const normal = geometry.getAttribute('normal') as BufferAttribute
  const array = normal.array
  for (let first = 0; first + SEGMENTS < normal.count; first += SEGMENTS + 1) {
    for (let axis = 0; axis < 3; axis++) {
      const [a, b] = [first * 3 + axis, (first + SEGMENTS) * 3 + axis]
      const mean = (at(array as unknown as number[], a) + at(array as unknown as number[], b)) / 2
      array[a] = mean
      array[b] = mean
    }
  }
}

function islandMaterial(uniforms: SharedUniforms, ground: GroundUniforms): MeshLambertMaterial {
  const material = new MeshLambertMaterial()
  extendShader(material, 'island', (shader) => {
    const { uSnow, uWet, uTime } = uniforms
    Object.assign(shader.uniforms, ground, { uSnow, uWet, uTime })
    const vertex = afterChunk(
      shader.vertexShader,
      'common',
      'attribute float aDepth; varying float vDepth; varying vec3 vPlace;',
    )
    shader.vertexShader = replaceChunk(
      vertex,
      'begin_vertex',
      'vec3 transformed = position; vDepth = aDepth; vPlace = position;',
    )
    let fragment = afterChunk(
      shader.fragmentShader,
      'common',
      `varying float vDepth; varying vec3 vPlace;\n${GROUND_PARS}`,
    )
    fragment = replaceChunk(fragment, 'color_fragment', ISLAND_COLOR)
    shader.fragmentShader = replaceChunk(
      fragment,
      'aomap_fragment',
      'totalEmissiveRadiance += bedGlow(here.a, vPlace.xz) * .55;',
    )
  })
  return material
}

const ISLAND_COLOR = /* glsl */ `
vec4 here = gardenMap(vPlace.xz);
vec3 color = grassColor(vPlace.xz) * .82;
float grain = noise2(vPlace.xz * 6.) * .5 + noise2(vPlace.xz * 15.) * .5;
color = mix(color, uPath * (.82 + .3 * grain), smoothstep(.35, .7, here.g + (grain - .5) * .35));
color = mix(color, uSoil * (.7 + .6 * grain), smoothstep(.3, .65, here.b + (grain - .5) * .3));
if (vDepth > .01) {
  float angle = atan(vPlace.x, vPlace.z);
  float strata = noise2(vec2(angle * 9., vPlace.y * 1.3)) * .6 + noise2(vec2(angle * 26., vPlace.y * 4.)) * .4;
  vec3 rock = mix(vec3(.20, .15, .15), vec3(.50, .42, .37), strata);
  rock = mix(uSoil * 1.1, rock, smoothstep(1.05, 1.25, vDepth)) * mix(1., .55, smoothstep(1.1, 1.9, vDepth));
  color = mix(color, rock, smoothstep(.75, 1.08, vDepth));
}
float lying = smoothstep(.1, .5, .85 - here.b * .55 - here.g * .25 + (grain - .5) * .5) * (1. - smoothstep(.9, 1.1, vDepth));
color = mix(color, vec3(.96, .98, 1.), uSnow * lying);
diffuseColor.rgb = color * mix(.30, 1., 1. - here.r) * (1. - uWet * .25);`
