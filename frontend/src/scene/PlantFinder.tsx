import { useThree } from '@react-three/fiber'
import { useEffect } from 'react'
import { type PerspectiveCamera, Raycaster, Vector2 } from 'three'
import { store } from '../shell/store'
import { attachHand } from './gestures'
import { useShow } from './show'

type Place = { x: number; y: number }

/** Pixels beside a star that still point at it, with a mouse and with a finger. */
const STAR_REACH = { pointing: 18, tapping: 26 } as const

interface Props {
  /** The plant pointed at. */
  onPoint: (id: string | null) => void
  /** The star pointed at: a plant in front of it goes before it. */
  onStar: (id: string | null) => void
}

/** The hand in the garden: it turns, comes near, points at plants and stars and opens their sheets. */
export function PlantFinder({ onPoint, onStar }: Props) {
  const { garden, live, walker, pacemaker } = useShow()
  const canvas = useThree(({ gl }) => gl.domElement)
  const camera = useThree((state) => state.camera) as PerspectiveCamera

  useEffect(() => {
    const raycaster = new Raycaster()
    const pointer = new Vector2()

    function found({ x, y }: Place, pixels: number): { plant: string | null; star: string | null } {
      raycaster.setFromCamera(pointer.set(x, y), camera)
      const plant = garden.pick(raycaster.ray)
      garden.point(raycaster.ray)
      const perPixel = (2 * Math.tan((camera.fov * Math.PI) / 360)) / canvas.clientHeight
      return { plant, star: plant ? null : garden.pickStar(raycaster.ray, perPixel * pixels) }
    }

    return attachHand(
      canvas,
      {
        drag(dx, dy) {
          walker.drag(dx, dy)
          pacemaker.ask()
        },
        approach(factor) {
          walker.approach(factor)
          pacemaker.ask()
        },
        walk(right, down) {
          walker.walk(right, down)
          pacemaker.ask()
        },
        point(at) {
          if (!at) garden.point(null)
          const { plant, star } = at ? found(at, STAR_REACH.pointing) : { plant: null, star: null }
          canvas.style.cursor = plant || star ? 'pointer' : ''
          onPoint(plant)
          onStar(star)
        },
        tap(at) {
          const { plant, star } = found(at, STAR_REACH.tapping)
          const tapped = live.state.projects.find(({ id }) => id === plant)
          store.setState({
            opened: tapped && !tapped.anonymous ? tapped.slug : null, // an anonymous one has no page
            openedStar: live.state.skills.nodes.find(({ id }) => id === star)?.slug ?? null,
          })
        },
      },
      () => store.getState().wide,
    )
  }, [garden, live, walker, pacemaker, canvas, camera, onPoint, onStar])

  return null
}
