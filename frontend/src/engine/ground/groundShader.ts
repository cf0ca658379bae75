/** What the island and its grass share: the garden map and the season's greens. */

import { Color, type Texture } from 'three'
import { NOISE } from '../glsl'
import type { Light } from '../light'

export interface GroundUniforms {
  uMap: { value: Texture | null }
  /** Half the side of the mapped square, in metres. */
  uExtent: { value: number }
  uGrassDark: { value: Color }
  uGrassLight: { value: Color }
  uGrassAccent: { value: Color }
  uSoil: { value: Color }
  uPath: { value: Color }
  /** How bright the embers in the beds are: more in the dark. */
  uEmber: { value: number }
}

export function createGroundUniforms(map: Texture, extent: number): GroundUniforms {
  return {
    uMap: { value: map },
    uExtent: { value: extent },
    uGrassDark: { value: new Color() },
    uGrassLight: { value: new Color() },
    uGrassAccent: { value: new Color() },
    uSoil: { value: new Color() },
    uPath: { value: new Color() },
    uEmber: { value: 0 },
  }
}

export function applyLightToGround(uniforms: GroundUniforms, light: Light): void {
  uniforms.uGrassDark.value.copy(light.grassDark)
  uniforms.uGrassLight.value.copy(light.grassLight)
  uniforms.uGrassAccent.value.copy(light.grassAccent)
  uniforms.uSoil.value.copy(light.soil)
  uniforms.uPath.value.copy(light.path)
  uniforms.uEmber.value = 0.16 + 0.84 * light.lamps
}

export const GROUND_PARS = /* glsl */ `
uniform sampler2D uMap;
uniform float uExtent, uSnow, uWet, uTime, uEmber;
uniform vec3 uGrassDark, uGrassLight, uGrassAccent, uSoil, uPath;
${NOISE}
vec4 gardenMap(vec2 xz) { return texture2D(uMap, xz / uExtent * .5 + .5); }
vec3 grassColor(vec2 xz) {
  float patches = noise2(xz * .55) * .6 + noise2(xz * 1.7 + 4.) * .4;
  vec3 green = mix(uGrassDark, uGrassLight, smoothstep(.25, .75, patches));
  return mix(green, uGrassAccent, smoothstep(.55, .95, noise2(xz * .32 + 9.)) * .55);
}
// The warmth of the last fortnight's commits: embers that breathe slowly.
vec3 bedGlow(float heat, vec2 xz) {
  float breath = .78 + .22 * sin(uTime * 1.4 + xz.x * 1.7 + xz.y * 2.3);
  return vec3(1., .5, .16) * heat * heat * breath * uEmber;
}`
