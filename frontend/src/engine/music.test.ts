import { Color } from 'three'
import { describe, expect, it } from 'vitest'
import { MusicFollower } from './music'
import { noteColors, risingShare } from './weather/notes'

function follow(follower: MusicFollower, seconds: number): void {
  for (let time = 0; time < seconds; time += 1 / 60) follower.step(1 / 60)
}

describe('the music as the garden hears it', () => {
  it('follows a song slowly, comes to it, and then rests', () => {
    const follower = new MusicFollower()
    follower.set({ energy: 0.9, valence: 0.8 })
    follower.step(1 / 60)
    expect(follower.heard.energy).toBeLessThan(0.02)
    follow(follower, 15)
    expect(follower.heard).toEqual({ energy: 0.9, valence: 0.8, presence: 1 })
    expect(follower.step(1 / 60)).toBe(false)
  })

  it('silence is no music, however quiet a piece was before', () => {
    const follower = new MusicFollower()
    follower.set({ energy: 0, valence: 0.5 })
    follower.settle()
    expect(risingShare(follower.heard)).toBeGreaterThan(0.2)
    follower.set(null)
    follow(follower, 15)
    expect(risingShare(follower.heard)).toBe(0)
  })
})

describe('the notes', () => {
  it('are more the livelier the music is, and never more than there are', () => {
    const shares = [0, 0.5, 1].map((energy) => risingShare({ energy, valence: 0.5, presence: 1 }))
    expect(shares).toEqual([...shares].sort())
    expect(new Set(shares).size).toBe(3)
    expect(Math.max(...shares)).toBeLessThanOrEqual(1)
  })

  it('are blue for sad music and golden for glad, and change without a jump between', () => {
    const colors = [new Color(), new Color()] as const
    const warmth = (valence: number): number => {
      noteColors(valence, colors)
      return colors[0].r - colors[0].b
    }
    expect(warmth(0)).toBeLessThan(0)
    expect(warmth(1)).toBeGreaterThan(0.4)
    expect(Math.abs(warmth(0.499) - warmth(0.501))).toBeLessThan(0.02)
  })
})
