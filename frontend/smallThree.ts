/** What the build leaves out of three, and what it mends in the renderer's host. */

import type { Plugin } from 'vite'

/** The materials that the engine extends; of three's others no shader is ever compiled here. */
const USED = ['meshlambert_vert', 'meshlambert_frag', 'depth_vert', 'depth_frag'] as const

/** What the renderer puts before every shader: `ShaderChunk[ 'colorspace_pars_fragment' ]` */
const PREFIXED = /ShaderChunk\[ '(\w+)' \]/g
/** One shader a line: `var fog_fragment = "…";` */
const SHADER = /^(?:var|const) ([\w$]+) = ("(?:[^"\\]|\\.)*");$/gm
/** The table of them: `fog_fragment: fog_fragment,` */
const NAMED = /^\t(\w+): ([\w$]+),?$/gm

/** Empties the shaders that none of the used ones includes. Raises where three is written in another way. */
export function withoutUnusedShaders(code: string): string {
  const sources = new Map([...code.matchAll(SHADER)].map(([, name, source]) => [name, source] as const))
  const table = code.slice(
    code.indexOf('const ShaderChunk = {'),
    code.indexOf('};', code.indexOf('const ShaderChunk = {')),
  )
  const chunks = new Map([...table.matchAll(NAMED)].map(([, chunk, name]) => [chunk, name] as const))
  const kept = new Set<string>()
  const waiting: string[] = [...USED, ...[...code.matchAll(PREFIXED)].map(([, chunk]) => chunk as string)]
  for (let chunk = waiting.pop(); chunk !== undefined; chunk = waiting.pop()) {
    const name = chunks.get(chunk)
    const source = name && sources.get(name)
    if (!name || !source) throw new Error(`three has no shader ${chunk} here`)
    if (kept.has(name)) continue
    kept.add(name)
    waiting.push(...[...source.matchAll(/#include <(\w+)>/g)].map(([, included]) => included as string))
  }
  const emptied = new Set([...chunks.values()].filter((name) => !kept.has(name as string)))
  return code.replace(SHADER, (line, name) => (emptied.has(name) ? `var ${name} = "";` : line))
}

/** Of what is never used here (headsets, mirrored surroundings) as much as the renderer asks for: that there is none. */
const STUBS = {
  'WebXRManager extends EventDispatcher': `{
	enabled = false; isPresenting = false; cameraAutoUpdate = false;
	setAnimationLoop() {} dispose() {} updateCamera() {} getCamera() {} getDepthSensingMesh() {} getEnvironmentBlendMode() {}
	hasDepthSensing() { return false; }
}`,
  PMREMGenerator: '{}',
} as const

/** Puts a stub in the place of each class that is never used. Raises where three has none of that name. */
export function withoutUnusedClasses(code: string): string {
  return Object.entries(STUBS).reduce((rest, [name, stub]) => {
    const body = new RegExp(`^class ${name} \\{[^]*?^\\}$`, 'm')
    if (!body.test(rest)) throw new Error(`three has no class ${name} here`)
    return rest.replace(body, `class ${name} ${stub}`)
  }, code)
}

/** The host keeps its time in a class that three no longer recommends, and says so in every console; ours is told it. */
const CLOCK = 'new THREE.Clock()'
const TOLD_TIME = '{ elapsedTime: 0, oldTime: 0, start() {}, stop() {}, getDelta: () => 0 }'

export function withoutClock(code: string): string {
  return code.replace(CLOCK, TOLD_TIME)
}

export const smallThree: Plugin = {
  name: 'small-three',
  enforce: 'pre',
  transform(code, id) {
    if (id.endsWith('/three/build/three.module.js')) return withoutUnusedClasses(withoutUnusedShaders(code))
    if (id.includes('/@react-three/fiber/dist/events-')) return withoutClock(code)
    return undefined
  },
}
