/** GLSL of the constellation: the lines between the stars, and the stars. */

import { AT_INFINITY } from '../glsl'

/** What is pointed at shines, what is not recedes: focus 1 and -1. */
const FOCUS_LIGHT = /* glsl */ `
float focusLight(float focus) { return focus > 0. ? 1. + focus * .8 : 1. + focus * .62; }`

export const LINE_VERTEX = /* glsl */ `
attribute vec3 aColor;
attribute vec2 aPlace; // along, side
attribute float aDrawn, aFocus;
varying vec3 vColor;
varying vec2 vPlace;
varying float vDrawn, vLight;
${AT_INFINITY}
${FOCUS_LIGHT}
void main() {
  vColor = aColor; vPlace = aPlace; vDrawn = aDrawn; vLight = focusLight(aFocus);
  gl_Position = atInfinity(position, .9997);
}`
export const LINE_FRAGMENT = /* glsl */ `
varying vec3 vColor;
varying vec2 vPlace;
varying float vDrawn, vLight;
uniform float uTime, uStrength;
void main() {
  float fromStar = vDrawn < 0. ? 1. - vPlace.x : vPlace.x, reached = abs(vDrawn);
  float drawn = step(fromStar, reached), tip = reached < .999 ? smoothstep(.12, 0., abs(fromStar - reached)) * 2. : 0.;
  float soft = 1. - vPlace.y * vPlace.y;
  float pulse = .55 + .45 * smoothstep(.12, 0., abs(fract(uTime * .12 + vColor.g) - vPlace.x));
  gl_FragColor = vec4(pow(vColor, vec3(1. / 2.2)) * soft * (pulse + tip) * drawn * uStrength * .55 * vLight, 1.);
}`
export const STAR_VERTEX = /* glsl */ `
attribute vec3 aColor;
attribute float aSize, aFlare, aFocus;
uniform float uPixelRatio, uTime, uStrength;
varying vec3 vColor;
varying float vFlare;
${AT_INFINITY}
${FOCUS_LIGHT}
void main() {
  vFlare = max(aFlare, max(aFocus, 0.) * .5);
  vColor = pow(aColor, vec3(1. / 2.2)) * uStrength * (.85 + .15 * sin(uTime * 1.7 + aSize * 40.)) * (1. + aFlare) * focusLight(aFocus);
  gl_Position = atInfinity(position, .9996);
  gl_PointSize = 34. * aSize * (1. + aFlare + max(aFocus, 0.) * .55) * uPixelRatio;
}`
export const STAR_FRAGMENT = /* glsl */ `
varying vec3 vColor;
varying float vFlare;
float ray(vec2 q) { return max(0., 1. - abs(q.x) * 26.) * pow(max(0., 1. - abs(q.y) * 2.), 3.); }
void main() {
  vec2 q = gl_PointCoord - .5;
  float d = length(q) * 2., core = smoothstep(.2, .06, d), halo = pow(max(0., 1. - d), 3.) * .55;
  float light = core + halo + (ray(q) + ray(q.yx)) * (.5 + vFlare * .4);
  gl_FragColor = vec4(mix(vColor, vec3(1.), core * .8) * light * min(1., dot(vColor, vec3(1.)) * .6), 1.);
}`
