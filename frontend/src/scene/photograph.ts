import type { PerspectiveCamera, Scene, WebGLRenderer } from 'three'
import type { Garden } from '../engine/garden'

/** Pixels of a picture at most: more than a screen has, less than a phone's memory. */
const MOST_PIXELS = 8_000_000

export interface Sitting {
  renderer: WebGLRenderer
  scene: Scene
  camera: PerspectiveCamera
  garden: Garden
  /** Sets size and level of detail as they were on the screen. */
  restore: () => void
}

/** The view of the moment as a PNG, sharper than the screen and in full detail, with lines of words at its foot. */
export function photograph({ renderer, scene, camera, garden, restore }: Sitting, words: string[]): Promise<Blob> {
  const canvas = renderer.domElement
  const [width, height] = [canvas.clientWidth, canvas.clientHeight]
  const before = renderer.getPixelRatio()
  const ratio = Math.max(before, Math.min(3, Math.sqrt(MOST_PIXELS / (width * height))))
  renderer.setPixelRatio(ratio)
  garden.planting.field.setQuality('high')
  garden.resize(width * ratio, height * ratio, ratio)
  garden.update(0, camera)
  renderer.render(scene, camera)
  // The pixels are taken in this very turn; the browser clears them after it.
  const print = signed(canvas, words)
  renderer.setPixelRatio(before)
  restore()
  return new Promise<Blob>((resolve, reject) => {
    print.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the canvas gave no picture'))), 'image/png')
  })
}

/** A copy with words at its foot: the first line is the name. */
function signed(picture: HTMLCanvasElement, words: string[]): HTMLCanvasElement {
  const print = document.createElement('canvas')
  const { width, height } = Object.assign(print, { width: picture.width, height: picture.height })
  const pen = print.getContext('2d')
  if (!pen) throw new Error('the browser copies no picture')
  pen.drawImage(picture, 0, 0)
  const size = Math.round(height / 36)
  const foot = pen.createLinearGradient(0, height - size * 6, 0, height)
  foot.addColorStop(0, 'rgb(8 10 30 / 0)')
  foot.addColorStop(1, 'rgb(8 10 30 / .72)')
  pen.fillStyle = foot
  pen.fillRect(0, height - size * 6, width, size * 6)
  pen.fillStyle = '#fff'
  const { fontFamily } = getComputedStyle(document.querySelector('h1') ?? document.body)
  words.forEach((line, index) => {
    pen.font = index
      ? `${size * 0.8}px ${getComputedStyle(document.body).fontFamily}`
      : `500 ${size * 1.3}px ${fontFamily}`
    pen.fillText(line, size, height - size * (0.9 + 1.25 * (words.length - 1 - index)), width - 2 * size)
  })
  return print
}
