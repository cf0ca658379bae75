/** The sky's dome: three bands of colour, the sun or the moon in its phase, the milky way, drifting clouds, a flash. */

import { view } from 'looks/island.json'
import { BackSide, Color, Mesh, ShaderMaterial, SphereGeometry, Vector3 } from 'three'
import type { Framing } from '../camera'
import { NOISE, TO_SCREEN } from '../glsl'
import type { Light } from '../light'
import type { SharedUniforms } from '../uniforms'
import { moonPhase } from './moon'
import { type Places, toward } from './picture'

export const SKY_RADIUS = 190
/** From so much night on the disc is the moon. */
const MOONRISE = 0.5
/** Where the moon hangs. */
const MOON: Places = { wide: [view.moon.x, view.moon.y], broad: [0.74, 0.64], narrow: [0.66, 0.38] }

export class Dome {
  readonly mesh: Mesh
  private readonly uniforms
  private readonly moon = new Vector3()
  private readonly byLight = new Vector3()

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
      uPhase: { value: moonPhase(new Date()) },
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

  /** Hangs the moon where the picture of the whole garden has room for it. */
  hangMoon(framing: Framing, aspect: number): void {
    toward(this.moon, framing, aspect, MOON)
    this.turnDisc()
  }

  private turnDisc(): void {
    const isMoon = this.uniforms.uNight.value > MOONRISE && this.moon.lengthSq() > 0
    this.uniforms.uDiscDirection.value.copy(isMoon ? this.moon : this.byLight)
  }

  applyLight(light: Light): void {
    const u = this.uniforms
    u.uZenith.value.copy(light.zenith)
    u.uMid.value.copy(light.mid)
    u.uHorizon.value.copy(light.horizon)
    u.uGlow.value.copy(light.glow)
    u.uGlowStrength.value = light.glowStrength
    this.byLight.copy(light.discDirection)
    u.uDisc.value.copy(light.disc)
    u.uDiscSize.value = light.discSize
    u.uClouds.value = light.clouds
    u.uCloudLit.value.copy(light.cloudLit)
    u.uCloudShade.value.copy(light.cloudShade)
    u.uNight.value = light.night
    u.uStars.value = light.stars
    this.turnDisc()
  }
}

const VERTEX = /* glsl */ `
varying vec3 vDirection, vView, vDisc;
uniform vec3 uDiscDirection;
void main() {
  vDirection = normalize(position);
  vView = mat3(modelViewMatrix) * position;
  vDisc = mat3(viewMatrix) * uDiscDirection;
  vec4 clip = projectionMatrix * mat4(mat3(modelViewMatrix)) * vec4(position, 1.);
  gl_Position = clip.xyww;
}`

const FRAGMENT = /* glsl */ `
varying vec3 vDirection, vView, vDisc;
uniform float uPhase;
uniform vec3 uZenith, uMid, uHorizon, uGlow, uDiscDirection, uDisc, uCloudLit, uCloudShade;
uniform float uGlowStrength, uDiscSize, uClouds, uNight, uStars, uTime, uFlash;
${NOISE}
${TO_SCREEN}
vec3 milkyWay(vec3 d) {
  float band = exp(-pow(dot(d, normalize(vec3(.55, .62, .35))) * 3.8, 2.));
  float dust = fbm(d.xz * 5. / (abs(d.y) + .35) + 3.);
  return vec3(.34, .42, .75) * band * smoothstep(.3, .85, dust) * .10 * uStars;
}
vec3 moonlit(vec3 color, vec2 face, float r) {
  const float tilt = -.42;
  vec2 turned = mat2(cos(tilt), sin(tilt), -sin(tilt), cos(tilt)) * face;
  vec3 ball = vec3(turned, sqrt(max(0., 1. - r * r)));
  float angle = uPhase * 6.28319, share = .5 - .5 * cos(angle);
  float lit = smoothstep(-.06, .1, dot(ball, vec3(sin(angle), 0., -cos(angle))));
  float seas = .74 + .26 * smoothstep(.3, .62, noise2(face * 1.7 + 4.) * .65 + noise2(face * 4.1) * .35);
  // Earthshine: the dark part shows a little, but no new moon does.
  vec3 dark = color * 1.12 + uDisc * .05 * smoothstep(0., .1, share);
  return mix(mix(color, dark, smoothstep(0., .1, share)), uDisc * seas * (.94 + .14 * ball.z), lit);
}
vec3 withDisc(vec3 color) {
  // Measured in the plane of the picture, not in angles: it is round wherever it stands.
  if (vDisc.z > -.05 || vView.z > -.01) return color;
  vec2 face = (vView.xy / vView.z - vDisc.xy / vDisc.z) / -tan(uDiscSize);
  float r = length(face), moon = smoothstep(.5, .7, uNight), share = .5 - .5 * cos(uPhase * 6.28319);
  vec3 surface = mix(uDisc, moonlit(color, face, r), moon);
  color = mix(color, surface, 1. - smoothstep(.95, 1., r));
  return color + uDisc * exp(-r * .55) * .3 * (.4 + uGlowStrength) * mix(1., .25 + .75 * share, moon);
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
  if (uDiscSize > .001) color = withDisc(color);
  if (uClouds > .01 && d.y > .005) color = withClouds(color, d, toward);
  color += vec3(.25, .3, .42) * uFlash * .35;
  color = mix(color, uHorizon, smoothstep(.0, -.12, d.y) * .6);
  // A grain of noise hides the steps of eight-bit gradients.
  gl_FragColor = vec4(toScreen(color) + (hash21(gl_FragCoord.xy) - .5) / 255., 1.);
}`
