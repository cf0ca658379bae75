/** What the host hands to the engine. Words and field names are the API's. */

import type { components } from '../api/schema'

type Schemas = components['schemas']

export type PlantType = Schemas['PlantTypeEnum']
export type GrowthStage = Schemas['GrowthStageEnum']
export type Season = Schemas['SeasonEnum']
export type TimeOfDay = Schemas['TimeOfDayEnum']
export type WeatherType = Schemas['WeatherTypeEnum']
export type Precipitation = Schemas['PrecipitationEnum']
export type QualityLevel = 'high' | 'medium' | 'low'
/** Level of detail of a geometry: 0 is the finest. */
export type Detail = 0 | 1 | 2

/** The server's genome: it alone fixes the form and the colours of a plant. */
export interface Genome {
  /** uint32 */
  seed: number
  kind: PlantType
  /** Name of a form of that kind, such as "oak"; see `plants/catalog.ts`. */
  variant: string
  /** '#rrggbb': petals, fruits, the stripe on the label stake. */
  accent: string
  /** '#rrggbb': the tint of leaves, from the project's languages. */
  foliage: string
  /** Shift of the leaf colour, -0.32 (cool) to 0.32 (warm). */
  hue: number
  /** 0–1: wind phase and the choice of autumn colour. */
  phase: number
  /** Size beside others of its variant, about 0.9–1.15. */
  scale: number
  /** Radians about the vertical. */
  yaw: number
  /** 0 slender and upright, 1 broad and spreading. */
  habit: number
}

export interface Plant {
  id: string
  slug: string
  name: string
  genome: Genome
  /** Visual growth 0–1, as the server maps stage and progress to it. */
  growth: number
  /** 0–1: how alive now. A resting plant pales. */
  vitality: number
  /** Metres of the scene, from the server's layout. */
  x: number
  z: number
  /** 0–1: commits of the last 14 days, the warmth of the bed. */
  commit_heat: number
}

export type PropKind = Schemas['PropKindEnum']

/** Something that stands in the garden besides plants; metres and radians. */
export interface Prop {
  kind: PropKind
  x: number
  z: number
  yaw: number
  scale: number
  lift: number
  /** '#rrggbb' of its flowers. */
  color: string | null
}

/** The ground that plants stand on, as the server has it. */
export interface IslandPlan {
  /** Metres from its middle to its rim. */
  radius: number
  props: readonly Prop[]
}

export interface Conditions {
  timeOfDay: TimeOfDay
  season: Season
  weather: WeatherType
  precipitation: Precipitation
  /** 0–1: how strongly weather and precipitation act. */
  intensity: number
  /** 0–1: how lively the light and the air are; the middle, also where it is not given, changes nothing. */
  energy?: number | undefined
  /** 0–1: how glad, from cool to warm ambient light; the middle, also where it is not given, changes nothing. */
  valence?: number | undefined
}

export interface Music {
  /** 0–1: petals pulse, fireflies swell, more lights rise. */
  energy: number
  /** 0–1: below 0.5 the sun cools, above it warms, and so do the lights that rise. */
  valence: number
}

export interface SkillNode {
  id: string
  name: string
  /** 0–1 from left to right. */
  x: number
  /** 0–1 from the horizon upwards. */
  y: number
  /** 0–1 */
  brightness: number
  group: string
}

export interface SkillConnection {
  from: string
  to: string
  /** 0–1 */
  strength?: number | undefined
}

export interface Skills {
  nodes: readonly SkillNode[]
  connections: readonly SkillConnection[]
}
