/** The renderer's part of the look. */

import { NeutralToneMapping, PCFShadowMap, type WebGLRenderer } from 'three'
import { QUALITY } from './presets'
import type { QualityLevel } from './types'

/** Call once before the first frame. Neutral tone mapping keeps the greens that others wash out. */
export function configureRenderer(renderer: WebGLRenderer, level: QualityLevel): void {
  renderer.toneMapping = NeutralToneMapping
  renderer.toneMappingExposure = 1
  renderer.shadowMap.enabled = QUALITY[level].shadowMap > 0
  renderer.shadowMap.type = PCFShadowMap
  renderer.shadowMap.autoUpdate = false
}
