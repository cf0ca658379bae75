/** `?bench`: what a frame costs here, as JSON in the page for `make bench` and for the curious. */

import type { Camera, WebGLRenderer } from 'three'
import type { Garden } from '../engine/garden'
import type { Pacemaker } from './pacemaker'

const FRAMES = 60
const MOST_SECONDS = 20
const STEPS = 300

interface Subject {
  garden: Garden
  renderer: WebGLRenderer
  camera: Camera
  beat: (seconds: number) => void
  pacemaker: Pacemaker
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0
const rounded = (value: number): number => Math.round(value * 1000) / 1000

export async function bench({ garden, renderer, camera, beat, pacemaker }: Subject): Promise<void> {
  pacemaker.end()
  const gl = renderer.getContext()
  const pixel = new Uint8Array(4)
  const times: number[] = []
  const until = performance.now() + MOST_SECONDS * 1000
  while (times.length < FRAMES && performance.now() < until) {
    const began = performance.now()
    beat(1 / 60)
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel) // waits until the frame is drawn
    times.push(performance.now() - began)
    await new Promise(requestAnimationFrame)
  }
  const shadows = drawn(garden, beat, true)
  const ordinary = drawn(garden, beat, false)
  const result = {
    plants: garden.stats().plants,
    draw_calls: ordinary.calls,
    triangles: ordinary.triangles,
    draw_calls_with_shadows: shadows.calls,
    triangles_with_shadows: shadows.triangles,
    frames: times.length,
    frame_ms: rounded(median(times)),
    cpu_ms: rounded(cpuMilliseconds(garden, camera)),
    programs: renderer.info.programs?.length,
    geometries: renderer.info.memory.geometries,
  }
  const output = document.createElement('pre')
  output.id = 'bench'
  output.textContent = JSON.stringify(result, null, 2)
  document.querySelector('main')?.prepend(output)
}

/** What one frame draws, the shadow map redrawn in it or not. */
function drawn(garden: Garden, beat: Subject['beat'], shadows: boolean) {
  garden.lights.shadowDirty = shadows
  beat(0)
  const { drawCalls: calls, triangles } = garden.stats()
  return { calls, triangles }
}

/** The engine's own share of a frame, without drawing, while nothing special happens. */
function cpuMilliseconds(garden: Garden, camera: Camera): number {
  const began = performance.now()
  for (let step = 0; step < STEPS; step++) garden.update(1 / 60, camera)
  return (performance.now() - began) / STEPS
}
