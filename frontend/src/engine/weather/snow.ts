/** Snowfall: soft points that sink and drift. */

import { type BufferGeometry, Points, ShaderMaterial, type Vector3 } from 'three'
import type { Light } from '../light'
import { PARTICLE_SHARE, QUALITY } from '../presets'
import type { SharedUniforms } from '../uniforms'
import { pointCloud } from './particles'

export class Snow {
  readonly points: Points<BufferGeometry, ShaderMaterial>
  private readonly uniforms
  private amount = 0
  private particles: number = QUALITY.high.particles

  constructor(box: Vector3, shared: SharedUniforms) {
    this.uniforms = {
      uTime: shared.uTime,
      uResolution: shared.uResolution,
      uBox: { value: box },
      uOpacity: { value: 0 },
    }
    const material = new ShaderMaterial({
      transparent: true,
      depthWrite: false,
      toneMapped: false,
      uniforms: this.uniforms,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
    })
    this.points = new Points(pointCloud(QUALITY.high.particles * PARTICLE_SHARE.snow, 100), material)
    this.points.frustumCulled = false
    this.points.renderOrder = 8
  }

  setParticles(particles: number): void {
    this.particles = particles
    this.spread()
  }

  applyLight(light: Light): void {
    this.amount = light.snowfall
    this.uniforms.uOpacity.value = Math.min(1, light.snowfall * 3)
    this.spread()
  }

  private spread(): void {
    this.points.geometry.setDrawRange(0, Math.round(this.particles * PARTICLE_SHARE.snow * this.amount))
    this.points.visible = this.amount > 0.01
  }
}

const VERTEX = /* glsl */ `
attribute vec4 aSeed;
uniform float uTime;
uniform vec3 uBox;
uniform vec2 uResolution;
void main() {
  vec3 p = (aSeed.xyz * 2. - 1.) * uBox;
  p.y = mod(aSeed.y * uBox.y - uTime * (.55 + aSeed.w * .5), uBox.y) - .3;
  p.x += sin(uTime * .6 + aSeed.w * 30.) * .6;
  p.z += cos(uTime * .5 + aSeed.x * 30.) * .6;
  vec4 view = modelViewMatrix * vec4(p, 1.);
  gl_Position = projectionMatrix * view;
  gl_PointSize = clamp(uResolution.y * (.07 + .075 * aSeed.w) / -view.z, 1.5, 14.);
}`
const FRAGMENT = /* glsl */ `
uniform float uOpacity;
void main() {
  float d = length(gl_PointCoord - .5) * 2.;
  gl_FragColor = vec4(1., 1., 1., .92 * uOpacity * smoothstep(1., .25, d));
}`
