import { createStore } from 'zustand/vanilla'
import { type Preferences, preferences } from './preferences'
import type { Connection } from './socket'

/** What the panels may ask of the scene while it shows. */
export interface SceneHandle {
  /** Radians to the right, radians up. */
  turn(yaw: number, pitch: number): void
  /** Below 1 comes nearer, above 1 goes away. */
  approach(factor: number): void
  /** Back to the whole garden. */
  overview(): void
  /** The picture of the moment, without anything that lies over it. */
  photograph(words: string[]): Promise<Blob>
}

/** What changes a few times a minute at most. What changes every frame never comes here. */
export interface GardenState {
  connection: Connection
  /** How many look at the garden now, this page included; 0 while nobody said. */
  present: number
  /** When the server was last heard from. */
  asOf: Date
  /** The id of the plant whose card the visitor points at or has focused. */
  focus: string | null
  /** The id of the skill whose line in the list the visitor points at or has focused. */
  star: string | null
  /** The slug of the plant whose sheet is open. */
  opened: string | null
  /** The slug of the skill whose sheet is open; never both. */
  openedStar: string | null
  /** The id of the plant that the tour shows. */
  visiting: string | null
  /** The ids that a search has left; null while nothing is searched for. */
  found: ReadonlySet<string> | null
  /** The scene while it shows, null while the drawing does. */
  scene: SceneHandle | null
  /** Why the drawing stays, as a sentence. */
  drawingBecause: string
  /** The garden fills the window. */
  wide: boolean
  /** CSS pixels of the picture that a sheet lies over. */
  covered: { right: number; bottom: number }
  sceneWanted: Preferences['scene']
  quality: Preferences['quality']
  /** The level in use. */
  level: Preferences['level']
  paused: boolean
}

const { scene, quality, level, paused } = preferences()

export const store = createStore<GardenState>(() => ({
  connection: 'still',
  present: 0,
  asOf: new Date(),
  focus: null,
  star: null,
  opened: null,
  openedStar: null,
  visiting: null,
  found: null,
  scene: null,
  drawingBecause: '',
  wide: false,
  covered: { right: 0, bottom: 0 },
  sceneWanted: scene,
  quality,
  level: quality === 'auto' ? level : quality,
  paused,
}))
