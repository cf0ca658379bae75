import { beforeEach, describe, expect, it, vi } from 'vitest'
import samples from '../../../garden/tests/events.json'
import type { GardenOut } from '../api/client'
import type { Garden } from '../engine/garden'
import type { Conditions } from '../engine/types'
import type { Envelope, EventData } from '../shell/socket'
import { conditionsAfter } from './effects'
import { Live } from './live'
import { conditionsFromQuery, conditionsOf, musicFromQuery, musicOf, skillsOf } from './state'

const fetchGarden = vi.hoisted(() => vi.fn())
vi.mock('../api/client', () => ({ fetchGarden }))

const conditions: Conditions = {
  timeOfDay: 'day',
  season: 'autumn',
  weather: 'sunny',
  precipitation: 'clear',
  intensity: 0.3,
  energy: 0.5,
  valence: 0.5,
}

function project(id: string, growth: number): object {
  return { id, slug: id, name: id, genome: {}, growth, vitality: 1, position: { x: 1, y: 0, z: 2 }, commit_heat: 0 }
}

function state(version: number, ...projects: object[]): GardenOut {
  const weather = {
    weather_type: 'sunny',
    intensity: 0.3,
    precipitation: null,
    sources: [],
    influences: [],
    mood: { energy: 0.6, serenity: 0.7 },
    music_influence: null,
  }
  const skills = { nodes: [], connections: [] }
  return {
    version,
    season: 'autumn',
    time_of_day: 'day',
    island: { radius: 3.5 },
    projects,
    weather,
    skills,
    social: [],
  } as unknown as GardenOut
}

/** What the server would send: its own sample of the event, of the plant `moss`, with other values. */
function event(seq: number, event_type: string, data: object = {}): Envelope {
  const sample = samples[event_type as keyof typeof samples] ?? {}
  const of = 'project_id' in sample ? { project_id: 'moss' } : {}
  return { seq, event_type, timestamp: '', source: 'test', data: { ...sample, ...of, ...data } } as unknown as Envelope
}

/** The same with music that was heard so many seconds ago. */
function withMusic(version: number, age: number): GardenOut {
  const made = state(version)
  const influences = [{ source: 'music', spoke: true, age }]
  return {
    ...made,
    weather: { ...made.weather, influences, music_influence: { energy: 0.4, valence: 0.8 } },
  } as GardenOut
}

const calls: string[] = []
const garden = new Proxy({} as Garden, {
  get:
    (_, name) =>
    (...args: unknown[]) =>
      calls.push([String(name), ...args.map((value) => JSON.stringify(value))].join(' ')),
})

let live: Live

beforeEach(() => {
  calls.length = 0
  fetchGarden.mockReset().mockResolvedValue(state(9, project('moss', 0.6)))
  live = new Live(garden, state(5, project('moss', 0.2)), conditionsOf, () => undefined)
  return () => live.end()
})

describe('what happens when', () => {
  it.each([
    ['commit_pushed', { impact_score: 0.7 }, 'sparkle "moss" 0.7'],
    ['deployment', { effect: 'bloom', duration: 30_000, intensity: 0.9 }, 'bloom "moss" 30 0.9'],
    ['deployment', { effect: 'concern', duration: 10_000, level: 0.6 }, 'concern "moss" 10 0.6'],
    ['visitor_interaction', { kind: 'water' }, 'ripple "moss"'],
    ['music_changed', { energy: 0.8, valence: 0.9 }, 'setMusic {"energy":0.8,"valence":0.9}'],
    ['music_changed', { is_playing: undefined, energy: undefined }, 'setMusic null'],
    ['music_changed', { is_playing: false, energy: null }, 'setMusic null'],
    ['music_changed', { is_playing: true, energy: null }, 'setMusic {"energy":0.3,"valence":0.5}'],
    ['music_changed', { is_playing: true, energy: null, kind: 'episode' }, 'setMusic null'],
    ['skill_unlock', { skill_id: 'rust' }, 'flare "rust"'],
  ])('%s %j', (type, data, call) => {
    live.hear(event(6, type, data))
    expect(calls).toContain(call)
  })

  it('grows a plant to what the state says, over the time the event gives', async () => {
    live.hear(event(6, 'project_growth', { animation_duration: 3000 }))
    await live.look()
    expect(calls[0]).toBe('growTo "moss" 0.6 3')
    expect(calls.findIndex((call) => call.startsWith('setPlants'))).toBeGreaterThan(0)
  })

  it('lets a seed fall once its place is known', async () => {
    fetchGarden.mockResolvedValue(state(6, project('moss', 0.2), project('fern', 0.03)))
    live.hear(event(6, 'seed_planted', { project_id: 'fern' }))
    expect(calls).toEqual([])
    await live.look()
    expect(calls.indexOf('seedDrop "fern"')).toBe(1)
  })

  it('brings another weather over four seconds', () => {
    const effects = { effects: [], precipitation: 'rain' }
    live.hear(event(6, 'weather_change', { weather_type: 'stormy', intensity: 0.9, atmospheric_effects: effects }))
    expect(calls[0]).toMatch(
      /^setConditions .*"weather":"stormy","precipitation":"rain","intensity":0.9,"energy":0.6,"valence":0.7} 4$/,
    )
  })

  it('plays the music of the state until an event knows better', async () => {
    fetchGarden.mockResolvedValueOnce(withMusic(9, 60)).mockResolvedValueOnce(withMusic(12, 60))
    live.hear(event(6, 'atmosphere_changed'))
    await live.look()
    expect(calls).toContain('setMusic {"energy":0.4,"valence":0.8}')
    live.hear(event(10, 'music_changed', { is_playing: false, energy: null }))
    calls.length = 0
    live.hear(event(11, 'weather_updated'))
    await live.look()
    expect(calls.filter((call) => call.startsWith('setMusic'))).toEqual(['setMusic null'])
  })

  it('tells those who follow of a new state once the garden shows it, until they leave', async () => {
    const heard: string[] = []
    const leave = live.subscribe(() => {
      heard.push(`${live.state.version} ${calls.some((call) => call.startsWith('setPlants'))}`)
    })
    live.hear(event(6, 'project_growth'))
    expect(heard).toEqual([])
    await live.look()
    expect(heard).toEqual(['9 true'])
    leave()
    live.hear(null)
    fetchGarden.mockResolvedValue(state(12, project('moss', 0.9)))
    await live.look()
    expect(live.state.version).toBe(12)
    expect(heard).toHaveLength(1)
  })

  it('shows nothing that the state has already', () => {
    live.hear(event(5, 'deployment', { status: 'success' }))
    expect(calls).toEqual([])
  })

  it('keeps what it shows when the state cannot be had, and says so', async () => {
    fetchGarden.mockRejectedValue(new Error('network'))
    live.hear(event(6, 'project_changed'))
    await expect(live.look()).rejects.toThrow('network')
    expect(calls).toEqual([])
  })

  it.each(Object.keys(samples))('bears the server’s own %s', (type) => {
    live.hear(event(6, type))
    expect(calls.join()).not.toMatch(/undefined|null/) // nor NaN, which JSON has no word for
  })

  it('ignores what it does not know', () => {
    live.hear(event(6, 'nobody_knows'))
    expect(calls).toEqual([])
  })
})

describe('words of the server', () => {
  it('an unknown precipitation is none', () => {
    const { data } = event(6, 'weather_change', { atmospheric_effects: { effects: [], precipitation: 'frogs' } })
    expect(conditionsAfter(conditions, data as EventData['weather_change']).precipitation).toBe('clear')
  })

  it('the address may ask for another sky, in words that exist', () => {
    const asked = new URLSearchParams('time=dusk&season=spring&weather=frogs')
    expect(conditionsFromQuery(conditions, asked)).toMatchObject({
      timeOfDay: 'dusk',
      season: 'spring',
      weather: 'sunny',
    })
  })

  it('the address calls what falls a weather, as people do', () => {
    expect(conditionsFromQuery(conditions, new URLSearchParams('weather=foggy')).precipitation).toBe('fog')
    expect(conditionsFromQuery(conditions, new URLSearchParams('weather=rain&precipitation=snow')).precipitation).toBe(
      'snow',
    )
  })

  it('the light is lively by the mood’s energy, and glad by the music or else by its serenity', () => {
    expect(conditionsOf(state(1))).toMatchObject({ energy: 0.6, valence: 0.7 })
    expect(conditionsOf(withMusic(1, 60)).valence).toBe(0.8)
    const asked = new URLSearchParams('energy=0.2&valence=9')
    expect(conditionsFromQuery(conditions, asked)).toMatchObject({ energy: 0.2, valence: conditions.valence })
  })

  it('music that was heard long ago, or of which nothing is told, is silence', () => {
    expect(musicOf(withMusic(1, 600))).toEqual({ energy: 0.4, valence: 0.8 })
    expect(musicOf(withMusic(1, 1200))).toBeNull()
    expect(musicOf(state(1))).toBeNull()
  })

  it('the address may ask for other music, or for none', () => {
    const heard = { energy: 0.4, valence: 0.8 }
    expect(musicFromQuery(heard, new URLSearchParams('music=0.3,0.9'))).toEqual({ energy: 0.3, valence: 0.9 })
    expect(musicFromQuery(heard, new URLSearchParams('music=none'))).toBeNull()
    for (const query of ['', 'music=loud', 'music=2,0.5', 'music=0.3']) {
      expect(musicFromQuery(heard, new URLSearchParams(query))).toBe(heard)
    }
  })

  it('stars without a place are left out with their lines, and so are lines that draw no constellation', () => {
    const line = (a: string, b: string, figure: boolean) => ({ a, b, type: '', strength: 1, figure })
    const star = (id: string, x: number | null) => ({ id, name: id, x, y: 0.5, brightness: 1, group: 'craft' })
    const skills = {
      nodes: [star('a', 0.1), star('b', null), star('c', 0.3), star('d', 0.4)],
      connections: [line('a', 'b', true), line('a', 'c', true), line('c', 'd', false)],
    }
    const sky = skillsOf({ ...state(1), skills } as unknown as GardenOut)
    expect(sky.nodes.map(({ id }) => id)).toEqual(['a', 'c', 'd'])
    expect(sky.connections).toEqual([{ from: 'a', to: 'c', strength: 1 }])
  })
})
