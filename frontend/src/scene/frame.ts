/**
 * What changes every frame, in one plain object, and the order of a frame.
 *
 * 1. `Pacemaker` decides whether a frame is due and says how long it is.
 * 2. `CameraRig` moves the camera: the visitor's hand, a flight, the sheet that covers a side.
 * 3. `Garden` moves: clock, light, plants, particles, culling by the camera.
 * 4. `PlantLabel` follows its plant.
 * 5. React Three Fiber renders.
 */

export const ORDER = { camera: -3, garden: -2, label: -1 } as const

export interface Frame {
  /** Seconds since the last frame. */
  seconds: number
  /** Nothing flies or eases: the visitor wants no motion, or has paused it. */
  still: boolean
  /** The clock stands: pictures of a fixed moment. */
  frozen: boolean
  /** The camera is on its way. */
  travelling: boolean
}

export const createFrame = (): Frame => ({ seconds: 0, still: false, frozen: false, travelling: false })
