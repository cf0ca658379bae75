/** What the components of the scene share. */

import { createContext, useContext } from 'react'
import type { Garden } from '../engine/garden'
import type { Frame } from './frame'
import type { Live } from './live'
import type { Pacemaker } from './pacemaker'
import type { Walker } from './walker'

export interface Show {
  garden: Garden
  live: Live
  frame: Frame
  walker: Walker
  pacemaker: Pacemaker
}

export const ShowContext = createContext<Show | null>(null)

/** Raises outside of the scene. */
export function useShow(): Show {
  const show = useContext(ShowContext)
  if (!show) throw new Error('useShow() belongs inside of the scene')
  return show
}
