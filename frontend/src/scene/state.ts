/** From the server's words to the engine's. */

import type { GardenOut, PlantOut } from '../api/client'
import { PRECIPITATIONS, SEASONS, TIMES, WEATHERS } from '../engine/lightTable'
import type { Conditions, Music, Plant, Precipitation, Skills } from '../engine/types'

/** Seconds for which what was last heard still plays: the server's `STILL_SOUNDS`. */
const STILL_SOUNDS = 900

const has = <Word extends string>(words: Record<Word, unknown>, word: unknown): word is Word =>
  typeof word === 'string' && Object.hasOwn(words, word)

export function plantOf(project: PlantOut): Plant {
  const { id, slug, name, genome, growth, vitality, position, commit_heat } = project
  return { id, slug, name, genome, growth, vitality, x: position.x, z: position.z, commit_heat } as Plant
}

export function precipitationOf(word: unknown): Precipitation {
  return has(PRECIPITATIONS, word) ? word : 'clear'
}

export function conditionsOf({ season, time_of_day, weather }: GardenOut): Conditions {
  return {
    season,
    timeOfDay: time_of_day,
    weather: weather.weather_type,
    precipitation: precipitationOf(weather.precipitation),
    intensity: weather.intensity,
    energy: weather.mood.energy,
    valence: gladness(weather),
  }
}

/** How glad the garden is, 0–1: as the music says where there is some, else as serene as its mood. */
function gladness({ music_influence, mood }: GardenOut['weather']): number {
  return music_influence?.valence ?? mood.serenity
}

/** The music that plays by the state; null is silence, or music that visitors are not told of. */
export function musicOf({ weather }: GardenOut): Music | null {
  const { music_influence: heard, influences } = weather
  const age = influences.find(({ source }) => source === 'music')?.age ?? Number.POSITIVE_INFINITY
  return heard && age <= STILL_SOUNDS ? { energy: heard.energy, valence: heard.valence } : null
}

/** A number 0–1 out of an address. */
const unit = (text: string | null | undefined): number | undefined =>
  text && Number(text) >= 0 && Number(text) <= 1 ? Number(text) : undefined

/** The same music, or what the address asks for: `?music=0.3,0.8` (energy, valence), `?music=none`. */
export function musicFromQuery(music: Music | null, query: URLSearchParams): Music | null {
  const asked = query.get('music')
  if (asked === 'none') return null
  const [energy, valence] = (asked ?? '').split(',').map(unit)
  return energy === undefined || valence === undefined ? music : { energy, valence }
}

/** What falls, however it is called: `?weather=` takes these as well. */
const FALLING: Record<string, Precipitation> = {
  rain: 'rain',
  rainy: 'rain',
  snow: 'snow',
  snowy: 'snow',
  fog: 'fog',
  foggy: 'fog',
}

/** The same sky with what the address asks for: `?time=dusk&season=autumn&weather=stormy&precipitation=rain&energy=0.8`. */
export function conditionsFromQuery(conditions: Conditions, query: URLSearchParams): Conditions {
  const one = <Word extends string>(name: string, words: Record<Word, unknown>): Word | undefined => {
    const word = query.get(name)
    return has(words, word) ? word : undefined
  }
  return {
    timeOfDay: one('time', TIMES) ?? conditions.timeOfDay,
    season: one('season', SEASONS) ?? conditions.season,
    weather: one('weather', WEATHERS) ?? conditions.weather,
    precipitation:
      one('precipitation', PRECIPITATIONS) ?? FALLING[query.get('weather') ?? ''] ?? conditions.precipitation,
    intensity: query.has('weather') || query.has('precipitation') ? 1 : conditions.intensity,
    energy: unit(query.get('energy')) ?? conditions.energy,
    valence: unit(query.get('valence')) ?? conditions.valence,
  }
}

/** The stars that have a place in the sky, and the few lines between them that draw the constellations. */
export function skillsOf({ skills }: GardenOut): Skills {
  const nodes = skills.nodes.flatMap(({ id, name, x, y, brightness, group }) =>
    x === null || y === null ? [] : [{ id, name, x, y, brightness, group }],
  )
  const placed = new Set(nodes.map(({ id }) => id))
  const connections = skills.connections.flatMap(({ a, b, strength, figure }) =>
    figure && placed.has(a) && placed.has(b) ? [{ from: a, to: b, strength }] : [],
  )
  return { nodes, connections }
}
