/** The sky's dome: three bands of colour, sun or moon with its glow, the milky way, drifting clouds, a flash of lightning. */

import { BackSide, Color, Mesh, ShaderMaterial, SphereGeometry, Vector3 } from 'three'
import { NOISE, TO_SCREEN } from '../glsl'
import type { Light } from '../light'
import type { SharedUniforms } from '../uniforms'

export const SKY_RADIUS = 190

export class Dome {
  readonly mesh: Mesh
  private readonly uniforms

  constructor(shared: SharedUniforms) {
    this.uniforms = {
      uZenith: { value: new Color() },
      uMid: { value: new Color() },
      uHorizon: { value: new Color() },
      uGlow: { value: new Color() },
      uGlowStrength: { value: 0 },
      uDiscDirection: { value: new Vector3() },
      uDisc: { value: new Color() },
      uDiscSize: { value: 0 },
      uClouds: { value: 0 },
      uCloudLit: { value: new Color() },
      uCloudShade: { value: new Color() },
      uNight: { value: 0 },
      uStars: { value: 0 },
      uTime: shared.uTime,
      uFlash: shared.uFlash,
    }
    const material = new ShaderMaterial({
      side: BackSide,
      depthWrite: false,
      toneMapped: false,
      uniforms: this.uniforms,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
    })
    this.mesh = new Mesh(new SphereGeometry(SKY_RADIUS, 32, 20), material)
    this.mesh.renderOrder = -10
    this.mesh.frustumCulled = false
  }

  applyLight(light: Light): void {
    const u = this.uniforms
    u.uZenith.value.copy(light.zenith)
    u.uMid.value.copy(light.mid)
    u.uHorizon.value.copy(light.horizon)
    u.uGlow.value.copy(light.glow)
    u.uGlowStrength.value = light.glowStrength
    u.uDiscDirection.value.copy(light.discDirection)
    u.uDisc.value.copy(light.disc)
    u.uDiscSize.value = light.discSize
    u.uClouds.value = light.clouds
    u.uCloudLit.value.copy(light.cloudLit)
    u.uCloudShade.value.copy(light.cloudShade)
    u.uNight.value = light.night
    u.uStars.value = light.stars
  }
}

const VERTEX = /* glsl */ `
varying vec3 vDirection;
void main() {
  vDirection = normalize(position);
  vec4 clip = projectionMatrix * mat4(mat3(modelViewMatrix)) * vec4(position, 1.);
  gl_Position = clip.xyww;
}`

const FRAGMENT = /* glsl */ `
varying vec3 vDirection;
uniform vec3 uZenith, uMid, uHorizon, uGlow, uDiscDirection, uDisc, uCloudLit, uCloudShade;
uniform float uGlowStrength, uDiscSize, uClouds, uNight, uStars, uTime, uFlash;
${NOISE}
${TO_SCREEN}
vec3 milkyWay(vec3 d) {
  float band = exp(-pow(dot(d, normalize(vec3(.55, .62, .35))) * 3.8, 2.));
  float dust = fbm(d.xz * 5. / (abs(d.y) + .35) + 3.);
  return vec3(.34, .42, .75) * band * smoothstep(.3, .85, dust) * .10 * uStars;
}
vec3 withDisc(vec3 color, vec3 d, float toward) {
  float angle = acos(clamp(toward, -1., 1.));
  float inside = 1. - smoothstep(uDiscSize * .92, uDiscSize, angle);
  vec2 face = vec2(d.x - uDiscDirection.x, d.y - uDiscDirection.y) / uDiscSize;
  float seas = mix(1., .8 + .2 * noise2(face * 2.2 + 4.), smoothstep(.5, .7, uNight));
  color = mix(color, uDisc * seas, inside);
  return color + uDisc * exp(-angle / uDiscSize * .55) * .3 * (.4 + uGlowStrength);
}
vec3 withClouds(vec3 color, vec3 d, float toward) {
  vec2 p = d.xz / (d.y + .16) * 1.15;
  p.x += uTime * .006;
  float here = fbm(p * 1.1), beside = fbm(p * 1.1 + vec2(.1, .14));
  float threshold = mix(.68, .30, clamp(uClouds, 0., 1.3) / 1.3);
  float cover = smoothstep(threshold, threshold + .11, here);
  vec3 cloud = mix(uCloudShade, uCloudLit, clamp((here - beside) * 4. + .6, 0., 1.));
  cloud += uGlow * uGlowStrength * pow(toward, 6.) * .5 * cover;
  cloud += vec3(.65, .7, .9) * uFlash * (.4 + .6 * noise2(p * 2.));
  return mix(color, cloud, cover * smoothstep(.005, .14, d.y) * min(1., .82 + uClouds * .1) * smoothstep(0., .12, uClouds));
}
void main() {
  vec3 d = normalize(vDirection);
  float toward = max(dot(d, uDiscDirection), 0.);
  vec3 color = mix(mix(uHorizon, uMid, smoothstep(-.03, .15, d.y)), uZenith, smoothstep(.07, .46, d.y));
  color += uGlow * uGlowStrength * (pow(toward, 5.) * .28 + pow(toward, 28.) * .35) * (1. - .55 * smoothstep(.0, .6, d.y) * (1. - uNight));
  if (uStars > .1) color += milkyWay(d);
  if (uDiscSize > .001) color = withDisc(color, d, toward);
  if (uClouds > .01 && d.y > .005) color = withClouds(color, d, toward);
  color += vec3(.25, .3, .42) * uFlash * .35;
  color = mix(color, uHorizon, smoothstep(.0, -.12, d.y) * .6);
  // A grain of noise hides the steps of eight-bit gradients.
  gl_FragColor = vec4(toScreen(color) + (hash21(gl_FragCoord.xy) - .5) / 255., 1.);
}`
