// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import { ShaderChunk } from 'three'
import { expect, it } from 'vitest'
import { withoutClock, withoutUnusedClasses, withoutUnusedShaders } from '../../smallThree'

const source = readFileSync('node_modules/three/build/three.module.js', 'utf8')

it('of three only the shaders that are compiled are sent', () => {
  const small = withoutUnusedShaders(source)
  expect(small.length).toBeLessThan(source.length - 60_000)
  const shader = (name: string): string => JSON.stringify(ShaderChunk[name as keyof typeof ShaderChunk]).slice(1, 60)
  for (const kept of [
    'meshlambert_frag',
    'shadowmap_pars_fragment',
    'fog_fragment',
    'batching_pars_vertex',
    'depth_frag',
    'colorspace_pars_fragment',
  ])
    expect(small, kept).toContain(shader(kept))
  for (const gone of ['meshphysical_frag', 'lights_physical_pars_fragment', 'meshtoon_frag', 'cube_frag'])
    expect(small, gone).not.toContain(shader(gone))
})

it('three in another shape stops the build instead of a picture', () => {
  expect(() => withoutUnusedShaders('const ShaderChunk = {\n};')).toThrow('three has no shader')
})

it('nothing asks three for the clock that it warns of', () => {
  const directory = 'node_modules/@react-three/fiber/dist'
  const file = readdirSync(directory).find((name) => /^events-.*\.esm\.js$/.test(name))
  const code = readFileSync(`${directory}/${file}`, 'utf8')
  expect(code).toContain('THREE.Clock')
  expect(withoutClock(code)).not.toContain('THREE.Clock')
})

it('headsets and mirrored surroundings, which the garden has none of, stay behind', () => {
  expect(withoutUnusedClasses(source).length).toBeLessThan(source.length - 30_000)
  expect(() => withoutUnusedClasses('class Renderer {\n}')).toThrow('three has no class')
})
