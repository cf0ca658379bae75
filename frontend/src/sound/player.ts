/** Makes the voices heard with Web Audio: loops through filters, each with its own gain, one quiet sum. */

import { air, birds, crickets, rain, type Stereo, wind } from './textures'
import type { Voices } from './voices'

/** The whole: it lies under a conversation. */
const MASTER = 0.7
/** Gain of each voice at its loudest. */
const LOUDEST: Voices = { wind: 0.7, rain: 0.46, crickets: 0.2, birds: 0.5 }
/** A change is nearly done after three of its time constants. */
const CONSTANTS = 3
/** Share of crickets and birds that comes back from the open air. */
const FROM_AFAR = 0.3

export class Player {
  readonly context: BaseAudioContext
  private readonly master: GainNode
  private readonly gains: Readonly<Record<keyof Voices, GainNode>>

  constructor(context: BaseAudioContext) {
    this.context = context
    this.master = new GainNode(context, { gain: 0 })
    this.master.connect(context.destination)
    const voice = (): GainNode => new GainNode(context, { gain: 0 })
    this.gains = { wind: voice(), rain: voice(), crickets: voice(), birds: voice() }
    this.playWind()
    this.playRain()
    this.playSingers()
  }

  /** Brings the voices to these levels over so many seconds. */
  set(voices: Voices, seconds: number): void {
    for (const name of Object.keys(this.gains) as (keyof Voices)[])
      this.approach(this.gains[name].gain, voices[name] * LOUDEST[name], seconds)
  }

  /** Lets all of it be heard, or fall silent, over so many seconds. */
  open(heard: boolean, seconds: number): void {
    this.approach(this.master.gain, heard ? MASTER : 0, seconds)
  }

  private approach(param: AudioParam, goal: number, seconds: number): void {
    const now = this.context.currentTime
    if (seconds <= 0) param.setValueAtTime(goal, now)
    else param.setTargetAtTime(goal, now, seconds / CONSTANTS)
  }

  /** Gusts come and go in two slow waves that never meet in the same way. */
  private playWind(): void {
    const { context } = this
    // What small loudspeakers only rattle with is left out; what hisses comes and goes with the gusts.
    const high = new BiquadFilterNode(context, { type: 'highpass', frequency: 110, Q: 0.5 })
    const low = new BiquadFilterNode(context, { type: 'lowpass', frequency: 620, Q: 0.6 })
    const gust = new GainNode(context, { gain: 0.75 })
    this.sway(low.frequency, 0.053, 260)
    this.sway(gust.gain, 0.083, 0.18)
    this.sway(gust.gain, 0.031, 0.07)
    this.loop(wind).connect(high).connect(low).connect(gust).connect(this.gains.wind).connect(this.master)
  }

  private playRain(): void {
    const { context } = this
    const high = new BiquadFilterNode(context, { type: 'highpass', frequency: 500, Q: 0.4 })
    const low = new BiquadFilterNode(context, { type: 'lowpass', frequency: 6500, Q: 0.4 })
    this.loop(rain).connect(high).connect(low).connect(this.gains.rain).connect(this.master)
  }

  private playSingers(): void {
    const { context } = this
    const around = new ConvolverNode(context, { buffer: this.buffer(air) })
    const afar = new GainNode(context, { gain: FROM_AFAR })
    around.connect(afar).connect(this.master)
    for (const [texture, gain] of [
      [crickets, this.gains.crickets],
      [birds, this.gains.birds],
    ] as const) {
      this.loop(texture).connect(gain)
      gain.connect(this.master)
      gain.connect(around)
    }
  }

  private loop(texture: (rate: number) => Stereo): AudioBufferSourceNode {
    const source = new AudioBufferSourceNode(this.context, { buffer: this.buffer(texture), loop: true })
    source.start()
    return source
  }

  private buffer(texture: (rate: number) => Stereo): AudioBuffer {
    const { sampleRate } = this.context
    const ears = texture(sampleRate)
    const buffer = new AudioBuffer({ length: ears[0].length, numberOfChannels: 2, sampleRate })
    for (const side of [0, 1] as const) buffer.copyToChannel(new Float32Array(ears[side]), side)
    return buffer
  }

  /** Moves a parameter about where it stands, `frequency` times a second. */
  private sway(param: AudioParam, frequency: number, reach: number): void {
    const slow = new OscillatorNode(this.context, { frequency })
    const depth = new GainNode(this.context, { gain: reach })
    slow.connect(depth).connect(param)
    slow.start()
  }
}
