import { useSyncExternalStore } from 'react'
import { type GardenState, store } from '../shell/store'

/** One slow value of the shell's store. */
export function useStore<Value>(select: (state: GardenState) => Value): Value {
  return useSyncExternalStore(store.subscribe, () => select(store.getState()))
}
