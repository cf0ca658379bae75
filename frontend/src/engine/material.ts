/** The plants' two materials: one for colour, one for shadows. Both grow and sway by the same shader. */

import {
  DoubleSide,
  type Material,
  MeshDepthMaterial,
  MeshLambertMaterial,
  RGBADepthPacking,
  type Texture,
  type WebGLProgramParametersWithUniforms,
} from 'three'
import {
  CASTER_PARS,
  FRAGMENT_COLOR,
  FRAGMENT_PARS,
  GROW_PARS,
  INSTANCE_PARS,
  LEAF_EMISSION,
  LEAF_LIGHT,
  PLANT_COLOR,
  PLANT_NORMAL,
  VARYINGS,
} from './plantShader'
import type { SharedUniforms } from './uniforms'

export type Shader = WebGLProgramParametersWithUniforms

/** Extends a built-in material's shader. `name` keeps three from sharing the program with an unextended one. */
export function extendShader(material: Material, name: string, extend: (shader: Shader) => void): void {
  material.onBeforeCompile = extend
  material.customProgramCacheKey = () => name
}

/** Puts code in the place of a shader chunk; a chunk that is not there means three has changed. */
export function replaceChunk(source: string, chunk: string, code: string): string {
  const include = `#include <${chunk}>`
  if (!source.includes(include)) throw new Error(`three has no shader chunk ${chunk} here`)
  return source.replace(include, code)
}

export const afterChunk = (source: string, chunk: string, code: string): string =>
  replaceChunk(source, chunk, `#include <${chunk}>\n${code}`)

/** Both sides of a leaf share the outward normal: the usual flip for back faces would darken half of a crown. */
export const UNFLIPPED_NORMAL = 'vec3 normal = normalize(vNormal); vec3 nonPerturbedNormal = normal;'

export function createPlantMaterial(uniforms: SharedUniforms): MeshLambertMaterial {
  const material = new MeshLambertMaterial({ side: DoubleSide })
  extendShader(material, 'plant', (shader) => {
    Object.assign(shader.uniforms, uniforms)
    const pars = `${INSTANCE_PARS}\n${GROW_PARS}\nuniform float uSpring, uAutumn, uBlossomAccent;\nuniform vec3 uBlossom;\n${VARYINGS}`
    let vertex = afterChunk(shader.vertexShader, 'common', pars)
    vertex = afterChunk(vertex, 'beginnormal_vertex', PLANT_NORMAL)
    vertex = replaceChunk(
      vertex,
      'begin_vertex',
      `vec3 transformed = growPlant(position, instanceMatrix);\n${PLANT_COLOR}`,
    )
    shader.vertexShader = vertex
    let fragment = afterChunk(shader.fragmentShader, 'common', `${FRAGMENT_PARS}\n${VARYINGS}`)
    fragment = replaceChunk(fragment, 'color_fragment', FRAGMENT_COLOR)
    fragment = replaceChunk(fragment, 'normal_fragment_begin', UNFLIPPED_NORMAL)
    fragment = replaceChunk(fragment, 'lights_lambert_pars_fragment', LEAF_LIGHT)
    fragment = replaceChunk(fragment, 'aomap_fragment', LEAF_EMISSION)
    shader.fragmentShader = fragment
  })
  return material
}

/** For a BatchedMesh of all forms; `plants` holds the numbers of each plant in a row of three texels. */
export function createPlantDepthMaterial(uniforms: SharedUniforms, plants: { value: Texture }): MeshDepthMaterial {
  const material = new MeshDepthMaterial({ side: DoubleSide, depthPacking: RGBADepthPacking })
  extendShader(material, 'plant-depth', (shader) => {
    Object.assign(shader.uniforms, uniforms, { uPlants: plants })
    const vertex = afterChunk(shader.vertexShader, 'common', `${CASTER_PARS}\n${GROW_PARS}`)
    shader.vertexShader = replaceChunk(
      vertex,
      'begin_vertex',
      `readPlant(int(getIndirectIndex(gl_DrawID)));
vec3 transformed = growPlant(position, batchingMatrix);`,
    )
  })
  return material
}
