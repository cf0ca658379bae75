import { useSyncExternalStore } from 'react'
import type { GardenOut } from '../api/client'
import { useShow } from './show'

/** One value of the garden's state as the server last told it. `select` must find the same value in the same state. */
export function useLive<Value>(select: (state: GardenOut) => Value): Value {
  const { live } = useShow()
  return useSyncExternalStore(live.subscribe, () => select(live.state))
}
