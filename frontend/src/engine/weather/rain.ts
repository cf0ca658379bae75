/** Rain: streaks that face the camera and wrap in a box; the GPU moves them all. */

import { air } from 'looks/lights.json'
import { Color, DoubleSide, type InstancedBufferGeometry, Mesh, ShaderMaterial, type Vector3 } from 'three'
import type { Light } from '../light'
import { PARTICLE_SHARE, QUALITY } from '../presets'
import type { SharedUniforms } from '../uniforms'
import { instancedShape } from './particles'

const OPACITY = 0.5

export class Rain {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>
  private readonly uniforms
  private amount = 0
  private particles: number = QUALITY.high.particles

  constructor(box: Vector3, shared: SharedUniforms) {
    this.uniforms = {
      uTime: shared.uTime,
      uBox: { value: box },
      uSlant: { value: 0.1 },
      uColor: { value: new Color(air.rain) },
      uOpacity: { value: OPACITY },
    }
    const geometry = instancedShape(
      [-1, 0, 0, 1, 0, 0, -1, 1, 0, 1, 1, 0],
      [0, 1, 2, 1, 3, 2],
      QUALITY.high.particles * PARTICLE_SHARE.rain,
      99,
    )
    const material = new ShaderMaterial({
      transparent: true,
      depthWrite: false,
      side: DoubleSide,
      toneMapped: false,
      uniforms: this.uniforms,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
    })
    this.mesh = new Mesh(geometry, material)
    this.mesh.frustumCulled = false
    this.mesh.renderOrder = 8
  }

  setParticles(particles: number): void {
    this.particles = particles
    this.spread()
  }

  applyLight(light: Light): void {
    this.amount = light.rainfall
    this.uniforms.uSlant.value = light.rainSlant
    this.uniforms.uOpacity.value = OPACITY * Math.min(1, light.rainfall * 2)
    this.spread()
  }

  private spread(): void {
    this.mesh.geometry.instanceCount = Math.round(this.particles * PARTICLE_SHARE.rain * this.amount)
    this.mesh.visible = this.amount > 0.01
  }
}

const VERTEX = /* glsl */ `
attribute vec4 iSeed;
uniform float uTime, uSlant;
uniform vec3 uBox;
varying float vStrength, vAlong;
void main() {
  float speed = 13. + iSeed.w * 7., length_ = .5 + iSeed.w * .55;
  vec3 p = (iSeed.xyz * 2. - 1.) * uBox;
  p.y = mod(iSeed.y * uBox.y - uTime * speed, uBox.y) - .3;
  p.x = mod(p.x - (uBox.y - p.y) * uSlant + uBox.x, uBox.x * 2.) - uBox.x;
  vec4 foot = modelViewMatrix * vec4(p, 1.), head = modelViewMatrix * vec4(p + vec3(uSlant * length_, length_, 0.), 1.);
  vec2 direction = normalize((head - foot).xy);
  vec4 place = mix(foot, head, position.y);
  place.xy += vec2(-direction.y, direction.x) * position.x * .011 * (1. + .015 * -foot.z);
  gl_Position = projectionMatrix * place;
  vStrength = .55 + .45 * iSeed.w;
  vAlong = position.y;
}`
const FRAGMENT = /* glsl */ `
uniform vec3 uColor;
uniform float uOpacity;
varying float vStrength, vAlong;
void main() { gl_FragColor = vec4(uColor, uOpacity * vStrength * smoothstep(1., .2, vAlong)); }`
