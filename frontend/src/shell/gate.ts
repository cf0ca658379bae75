import { prefer } from './preferences'
import { store } from './store'

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i

export interface Circumstances {
  /** What the visitor chose. */
  wanted: 'auto' | 'on' | 'off'
  /** `?force=3d`: whatever draws, draw. */
  forced: boolean
  /** The name of what draws; null where there is no WebGL. */
  renderer: string | null
  saveData: boolean
  /** `slow-2g`, `2g`, `3g`, `4g`, or unknown. */
  connection: string | undefined
}

/** Why the drawing should stay, as a sentence; empty where the scene may come. */
export function reasonAgainst({ wanted, forced, renderer, saveData, connection }: Circumstances): string {
  if (renderer === null) return 'This browser offers no WebGL, so the garden stays a drawing.'
  if (wanted === 'off') return 'You chose the drawing.'
  if (forced || wanted === 'on') return ''
  if (saveData) return 'Your browser asks to save data, so the garden stays a drawing.'
  if (connection?.endsWith('2g')) return 'Your connection is slow, so the garden stays a drawing.'
  if (SOFTWARE.test(renderer))
    return 'This machine would draw the garden in software, and slowly, so it stays a drawing.'
  return ''
}

/** The name of what would draw; asked of a context that is given back at once. */
function rendererName(): string | null {
  const gl = document.createElement('canvas').getContext('webgl2')
  if (!gl) return null
  const debug = gl.getExtension('WEBGL_debug_renderer_info')
  const name = String(gl.getParameter(debug ? debug.UNMASKED_RENDERER_WEBGL : gl.RENDERER))
  gl.getExtension('WEBGL_lose_context')?.loseContext()
  return name
}

function circumstances(): Circumstances {
  const network = (navigator as Navigator & { connection?: { saveData?: boolean; effectiveType?: string } }).connection
  return {
    wanted: store.getState().sceneWanted,
    forced: new URLSearchParams(location.search).get('force') === '3d',
    renderer: rendererName(),
    saveData: network?.saveData ?? false,
    connection: network?.effectiveType,
  }
}

/** Brings the scene where it is no loss, and takes it away when the visitor asks for the drawing. */
export function keepGate(box: HTMLElement): void {
  const page = document.documentElement.dataset
  let unmount: (() => void) | undefined
  let turn = Promise.resolve()

  async function follow(): Promise<void> {
    const drawingBecause = reasonAgainst(circumstances())
    store.setState({ drawingBecause })
    if (drawingBecause) {
      unmount?.()
      unmount = undefined
      page.scene = 'drawing'
    } else if (!unmount) {
      page.scene = 'loading'
      try {
        const { mount } = await import('../scene/mount')
        const lost = (): void => {
          unmount = undefined
        }
        unmount = await mount(box, lost, next)
      } catch (error) {
        console.warn('The scene did not start; the drawing stays.', error)
        page.scene = 'drawing'
        store.setState({ drawingBecause: 'The scene did not start here, so the garden stays a drawing.' })
      }
    }
  }

  const next = (): void => {
    turn = turn.then(follow)
  }
  store.subscribe(({ sceneWanted }, before) => {
    if (sceneWanted === before.sceneWanted) return
    prefer({ scene: sceneWanted })
    next()
  })
  next()
}
