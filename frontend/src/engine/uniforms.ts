/** Uniforms that several materials share by reference: set once a frame, seen by all of them. */

import { Color, Vector2, Vector3, Vector4 } from 'three'
import type { Light } from './light'

export interface SharedUniforms {
  uTime: { value: number }
  /** Direction x and z, strength. */
  uWind: { value: Vector3 }
  uSpring: { value: number }
  uAutumn: { value: number }
  uLeafFall: { value: number }
  uSnow: { value: number }
  uWet: { value: number }
  uBlossom: { value: Color }
  uBlossomAccent: { value: number }
  uRim: { value: Color }
  uRimStrength: { value: number }
  /** Lightning, 0–1. */
  uFlash: { value: number }
  /** Energy of the music, 0–1. */
  uMusic: { value: number }
  /** The visitor's hand: x and z, how firmly it lies there, and whether plants lean to the visitor, each 0–1. */
  uHand: { value: Vector4 }
  /** Rings on the pond: x and z from its middle, and birth in scene time. */
  uRings: { value: Vector3[] }
  /** Drawing buffer in pixels. */
  uResolution: { value: Vector2 }
  uPixelRatio: { value: number }
}

/** Rings that the pond shows at once; `pond.ts` counts on it. */
export const RINGS = 4
const LONG_AGO = -1000
const WIND_DIRECTION = [0.8, 0.35] as const

export function createUniforms(): SharedUniforms {
  return {
    uTime: { value: 0 },
    uWind: { value: new Vector3(...WIND_DIRECTION, 0.3) },
    uSpring: { value: 0 },
    uAutumn: { value: 0 },
    uLeafFall: { value: 0 },
    uSnow: { value: 0 },
    uWet: { value: 0 },
    uBlossom: { value: new Color() },
    uBlossomAccent: { value: 0 },
    uRim: { value: new Color() },
    uRimStrength: { value: 0 },
    uFlash: { value: 0 },
    uMusic: { value: 0 },
    uHand: { value: new Vector4(0, 0, 0, 1) },
    uRings: { value: Array.from({ length: RINGS }, () => new Vector3(0, 0, LONG_AGO)) },
    uResolution: { value: new Vector2(1280, 720) },
    uPixelRatio: { value: 1 },
  }
}

/** Rim light reads stronger on leaves than on the eye's memory of the table. */
const RIM_ON_LEAVES = 0.75

export function applyLightToUniforms(uniforms: SharedUniforms, light: Light): void {
  uniforms.uWind.value.z = light.wind
  uniforms.uSpring.value = light.spring
  uniforms.uAutumn.value = light.autumn
  uniforms.uLeafFall.value = light.leafFall
  uniforms.uSnow.value = light.snowCover
  uniforms.uWet.value = light.wetness
  uniforms.uBlossom.value.copy(light.blossom)
  uniforms.uBlossomAccent.value = light.blossomAccent
  uniforms.uRim.value.copy(light.rim)
  uniforms.uRimStrength.value = light.rimStrength * RIM_ON_LEAVES
}
