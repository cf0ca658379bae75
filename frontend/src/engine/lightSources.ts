/** The lights: sun or moon with its shadow, the sky's and the ground's half of the ambient light, two lamps. */

import { radius as size } from 'looks/island.json'
import { Color, DirectionalLight, FogExp2, Group, HemisphereLight, PointLight } from 'three'
import type { Light } from './light'
import { CASTERS_LAYER, LIGHT, QUALITY } from './presets'
import type { Music, QualityLevel } from './types'

export class LightSources {
  readonly group = new Group()
  readonly fog = new FogExp2(0xffffff, 0.01)
  /** Set when the shadow map has to be drawn again. */
  shadowDirty = true
  private readonly sun = new DirectionalLight()
  private readonly ambient = new HemisphereLight()
  private readonly lamps: PointLight[]
  private readonly warm = new Color(LIGHT.warm)
  private readonly cool = new Color(LIGHT.cool)
  private readonly lampLight = new Color(LIGHT.lamp.color)
  private islandRadius = 0

  constructor() {
    const { color, reach, decay } = LIGHT.lamp
    this.lamps = LIGHT.lamps.map(() => new PointLight(color, 0, reach, decay))
    const { shadow } = this.sun
    shadow.bias = -0.001
    shadow.normalBias = 0.055
    shadow.radius = 3.5
    shadow.camera.near = 5
    shadow.camera.far = 90
    shadow.camera.layers.set(CASTERS_LAYER)
    this.group.add(this.sun, this.sun.target, this.ambient, ...this.lamps)
  }

  /** The lowest quality has no shadows. */
  get castShadows(): boolean {
    return this.sun.castShadow
  }

  setRadius(islandRadius: number): void {
    this.islandRadius = islandRadius
    const reach = Math.min(islandRadius, LIGHT.shadowCap) * LIGHT.shadowReach
    const { camera } = this.sun.shadow
    camera.left = camera.bottom = -reach
    camera.right = camera.top = reach
    camera.updateProjectionMatrix()
    // On a large island the shadows lie where the camera stands, in front.
    this.sun.target.position.set(0, 0, Math.max(0, islandRadius - LIGHT.shadowCap) * 0.8)
    LIGHT.lamps.forEach(({ x, y, z }, index) => {
      this.lamps[index]?.position.set(x * islandRadius, y * Math.min(1.25, 0.3 + 0.1 * islandRadius), z * islandRadius)
    })
    this.shadowDirty = true
  }

  setQuality(level: QualityLevel): void {
    const size = QUALITY[level].shadowMap
    const { shadow } = this.sun
    this.sun.castShadow = size > 0
    if (size > 0 && shadow.mapSize.x !== size) {
      shadow.mapSize.set(size, size)
      shadow.map?.dispose()
      shadow.map = null
    }
    for (const lamp of this.lamps) lamp.visible = level !== 'low'
    this.shadowDirty = true
  }

  applyLight(light: Light, music: Music): void {
    const { sun, ambient, fog } = this
    this.applyMusic(light, music)
    sun.intensity = light.sunIntensity
    sun.position.copy(light.sunDirection).multiplyScalar(LIGHT.sunDistance).add(sun.target.position)
    sun.shadow.intensity = light.shadow
    ambient.color.copy(light.skyLight)
    ambient.groundColor.copy(light.groundLight)
    ambient.intensity = light.ambientIntensity
    this.lightLamps(light.lamps)
    fog.color.copy(light.fog)
    fog.density = light.fogDensity * Math.min(1, 12 / this.islandRadius)
    this.shadowDirty = true
  }

  /** Glad music warms the light, sad music cools it. Shadows stay. */
  applyMusic(light: Light, music: Music): void {
    const tint = (music.valence - 0.5) * 2 * LIGHT.musicTint
    this.sun.color.copy(light.sun).lerp(tint > 0 ? this.warm : this.cool, Math.abs(tint))
  }

  /** Where the lamps are too dear for the machine, the ambient light gives what they gave. */
  private lightLamps(strength: number): void {
    const { ambient, lampLight } = this
    for (const lamp of this.lamps)
      lamp.intensity = LIGHT.lamp.intensity * strength * Math.min(1, this.islandRadius / size.base)
    if (this.lamps.some(({ visible }) => visible)) return
    ambient.color.lerp(lampLight, LIGHT.ambientLamps.tint * strength)
    ambient.groundColor.lerp(lampLight, LIGHT.ambientLamps.tint * strength)
    ambient.intensity += LIGHT.ambientLamps.intensity * strength
  }

  dispose(): void {
    this.sun.dispose()
    this.sun.shadow.map?.dispose()
  }
}
