/** Leaves in autumn and petals in spring, tumbling down. */

import { air } from 'looks/lights.json'
import { DoubleSide, type InstancedBufferGeometry, Mesh, ShaderMaterial, type Vector3 } from 'three'
import { color } from '../glsl'
import type { Light } from '../light'
import { PARTICLE_SHARE, QUALITY } from '../presets'
import type { SharedUniforms } from '../uniforms'
import { instancedShape } from './particles'

export class FallingLeaves {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>
  private readonly uniforms
  private particles: number = QUALITY.high.particles

  constructor(box: Vector3, shared: SharedUniforms) {
    this.uniforms = {
      uTime: shared.uTime,
      uWind: shared.uWind,
      uBox: { value: box },
      uPetals: { value: 0 },
      uAmount: { value: 0 },
      uLight: { value: 1 },
    }
    const count = QUALITY.high.particles * PARTICLE_SHARE.leaves
    const geometry = instancedShape([0, 0, -0.5, -0.32, 0, 0, 0.32, 0, 0, 0, 0, 0.5], [0, 1, 2, 1, 3, 2], count, 101)
    const material = new ShaderMaterial({
      side: DoubleSide,
      toneMapped: false,
      uniforms: this.uniforms,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
    })
    this.mesh = new Mesh(geometry, material)
    this.mesh.frustumCulled = false
  }

  setParticles(particles: number): void {
    this.particles = particles
    this.mesh.geometry.instanceCount = Math.round(this.particles * PARTICLE_SHARE.leaves)
  }

  applyLight(light: Light): void {
    this.uniforms.uPetals.value = light.petals
    this.uniforms.uAmount.value = light.fallingLeaves
    // They are drawn unlit, so the night has to darken them.
    this.uniforms.uLight.value = 1 - 0.62 * light.night
    this.mesh.visible = light.fallingLeaves > 0.01
  }
}

const { leaves, petals } = air
const VERTEX = /* glsl */ `
attribute vec4 iSeed;
uniform float uTime, uPetals, uAmount;
uniform vec3 uBox, uWind;
varying vec3 vColor;
mat2 turn(float angle) { float c = cos(angle), s = sin(angle); return mat2(c, s, -s, c); }
void main() {
  float t = uTime * (.5 + iSeed.w * .5) + iSeed.x * 20.;
  // Leaf by leaf the fall begins and ends: each shrinks in its own turn.
  float size = mix(.2, .13, uPetals) * (.7 + .6 * iSeed.w) * smoothstep(iSeed.y - .1, iSeed.y, uAmount * 1.1);
  vec3 p = position * size;
  p.xy = turn(t * 2.1) * p.xy;
  p.yz = turn(t * 1.7 + iSeed.z * 6.) * p.yz;
  p.xz = turn(iSeed.x * 6.3) * p.xz;
  vec3 place = (iSeed.xyz * 2. - 1.) * uBox;
  float height = uBox.y * .7;
  place.y = mod(fract(iSeed.y * 7.3) * height - uTime * (.5 + .4 * iSeed.w), height) + .05;
  place.x += sin(t) * .9 + uWind.x * uWind.z * (height - place.y);
  place.z += cos(t * .8) * .6 + uWind.y * uWind.z * (height - place.y);
  // Close to the eye they would be large, flat shapes.
  p *= smoothstep(2.5, 7., -(modelViewMatrix * vec4(place, 1.)).z);
  gl_Position = projectionMatrix * modelViewMatrix * vec4(p + place, 1.);
  vec3 petal = mix(${color(petals.deep)}, ${color(petals.pale)}, iSeed.z);
  vec3 leaf = iSeed.z < .33 ? ${color(leaves.red)} : iSeed.z < .66 ? ${color(leaves.orange)} : ${color(leaves.gold)};
  vColor = mix(leaf, petal, uPetals) * (.9 + .1 * sin(t * 3.));
}`
const FRAGMENT = /* glsl */ `
uniform float uLight;
varying vec3 vColor;
void main() { gl_FragColor = vec4(vColor * uLight, 1.); }`
