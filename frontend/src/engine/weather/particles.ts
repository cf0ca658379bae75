/** What rain, snow and leaves share: seeds for the GPU to move, and the box they wrap round in. */

import { BufferAttribute, BufferGeometry, InstancedBufferAttribute, InstancedBufferGeometry, Vector3 } from 'three'
import { createRng } from '../rng'

const HEIGHT = 13
const WIDTH_BESIDE_ISLAND = 1.3
/** Beyond this radius the camera sees only the front of the garden. */
const MOST_RADIUS = 16

/** Half width, height and half depth in metres. */
export const weatherBox = (islandRadius: number): Vector3 => {
  const half = Math.min(islandRadius, MOST_RADIUS) * WIDTH_BESIDE_ISLAND
  return new Vector3(half, HEIGHT, half)
}

/** Four random numbers a particle. */
export function seeds(count: number, seed: number): Float32Array {
  const random = createRng(seed)
  return Float32Array.from({ length: count * 4 }, () => random())
}

/** A small shape drawn once for each seed. */
export function instancedShape(
  positions: readonly number[],
  indices: number[],
  count: number,
  seed: number,
): InstancedBufferGeometry {
  const geometry = new InstancedBufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(new Float32Array(positions), 3))
  geometry.setIndex(indices)
  geometry.setAttribute('iSeed', new InstancedBufferAttribute(seeds(count, seed), 4))
  geometry.instanceCount = count
  return geometry
}

export function pointCloud(count: number, seed: number): BufferGeometry {
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(new Float32Array(count * 3), 3))
  geometry.setAttribute('aSeed', new BufferAttribute(seeds(count, seed), 4))
  return geometry
}
