import { describe, expect, it } from 'vitest'
import { type Circumstances, reasonAgainst } from './gate'

const good: Circumstances = {
  wanted: 'auto',
  forced: false,
  renderer: 'ANGLE (Intel, Mesa Intel(R) UHD Graphics 620)',
  saveData: false,
  connection: '4g',
}

describe('the gate', () => {
  it('opens for a machine that draws by itself', () => {
    expect(reasonAgainst(good)).toBe('')
    expect(reasonAgainst({ ...good, connection: undefined })).toBe('')
  })

  it.each([
    ['ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device), SwiftShader driver)'],
    ['ANGLE (Mesa, llvmpipe (LLVM 15.0.6, 256 bits), OpenGL 4.5)'],
    ['Microsoft Basic Render Driver'],
    ['Apple Software Renderer'],
  ])('stays shut where software draws: %s', (renderer) => {
    expect(reasonAgainst({ ...good, renderer })).toContain('software')
    expect(reasonAgainst({ ...good, renderer, forced: true })).toBe('')
    expect(reasonAgainst({ ...good, renderer, wanted: 'on' })).toBe('')
  })

  it('stays shut where data are dear', () => {
    expect(reasonAgainst({ ...good, saveData: true })).toContain('save data')
    for (const connection of ['slow-2g', '2g']) expect(reasonAgainst({ ...good, connection })).toContain('slow')
  })

  it('obeys the visitor before anything else, but cannot do without WebGL', () => {
    expect(reasonAgainst({ ...good, wanted: 'off', forced: true })).toContain('chose')
    expect(reasonAgainst({ ...good, saveData: true, connection: '2g', wanted: 'on' })).toBe('')
    expect(reasonAgainst({ ...good, renderer: null, wanted: 'on', forced: true })).toContain('no WebGL')
  })
})
