import type { PerspectiveCamera, Scene, WebGLRenderer } from 'three'
import type { Garden } from '../engine/garden'

/** Pixels of a picture at most: more than a screen has, less than a phone's memory. */
const MOST_PIXELS = 8_000_000

/** The view of the moment as a PNG, sharper than the screen. `restore` sets the screen's size again. */
export function photograph(
  renderer: WebGLRenderer,
  scene: Scene,
  camera: PerspectiveCamera,
  garden: Garden,
  restore: () => void,
): Promise<Blob> {
  const canvas = renderer.domElement
  const [width, height] = [canvas.clientWidth, canvas.clientHeight]
  const before = renderer.getPixelRatio()
  const ratio = Math.max(before, Math.min(3, Math.sqrt(MOST_PIXELS / (width * height))))
  renderer.setPixelRatio(ratio)
  garden.resize(width * ratio, height * ratio, ratio)
  garden.update(0, camera)
  renderer.render(scene, camera)
  // The pixels are taken in this very turn; the browser clears them after it.
  const picture = new Promise<Blob>((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the canvas gave no picture'))), 'image/png')
  })
  renderer.setPixelRatio(before)
  restore()
  return picture
}
