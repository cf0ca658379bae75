/** Pieces of GLSL that several shaders include. */

import { rgb } from './vectors'

/** '#rrggbb' as a shader writes it. */
export const color = (hex: string): string => `vec3(${rgb(hex).map((part) => (part / 255).toFixed(3))})`

/** Hash and noise on the plane, 0–1. */
export const NOISE = /* glsl */ `
float hash21(vec2 p) { p = fract(p * vec2(123.34, 456.21)); p += dot(p, p + 45.32); return fract(p.x * p.y); }
float noise2(vec2 p) {
  vec2 i = floor(p), f = fract(p);
  f = f * f * (3. - 2. * f);
  return mix(mix(hash21(i), hash21(i + vec2(1., 0.)), f.x), mix(hash21(i + vec2(0., 1.)), hash21(i + vec2(1., 1.)), f.x), f.y);
}
float fbm(vec2 p) {
  return noise2(p) * .5 + noise2(p * 2.03 + 3.1) * .27 + noise2(p * 4.1 + 7.7) * .15 + noise2(p * 8.3 + 1.3) * .08;
}`

/** The sky's shaders write sRGB themselves, past the tone mapping. */
export const TO_SCREEN = /* glsl */ `
vec3 toScreen(vec3 linear) { return pow(max(linear, 0.), vec3(1. / 2.2)); }`

/** A round glow in a point sprite: a core and a soft halo. */
export const SPRITE_GLOW = /* glsl */ `
float spriteDistance() { return length(gl_PointCoord - .5) * 2.; }
float core(float d) { return smoothstep(.22, .05, d); }
float halo(float d) { return pow(max(0., 1. - d), 2.4) * .6; }`

/** For what stands at infinity: turn with the camera, never move with it, stay behind everything. */
export const AT_INFINITY = /* glsl */ `
vec4 atInfinity(vec3 p, float depth) {
  vec4 clip = projectionMatrix * mat4(mat3(modelViewMatrix)) * vec4(p, 1.);
  clip.z = clip.w * depth;
  return clip;
}`
