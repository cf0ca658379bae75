import { useEffect, useState } from 'react'
import { CameraRig } from './CameraRig'
import { CommitLeaf } from './CommitLeaf'
import { GardenView } from './GardenView'
import { PlantFinder } from './PlantFinder'
import { PlantLabel } from './PlantLabel'
import { StarLabel } from './StarLabel'
import { type Show, ShowContext } from './show'

/** Everything that is seen, and what moves it. `onShown` is called when it stands. */
export function World({ show, onShown }: { show: Show; onShown: () => void }) {
  const [pointed, setPointed] = useState<string | null>(null)
  const [star, setStar] = useState<string | null>(null)
  useEffect(onShown, [onShown])
  return (
    <ShowContext value={show}>
      <CameraRig />
      <GardenView pointed={pointed} />
      <PlantFinder onPoint={setPointed} onStar={setStar} />
      <PlantLabel pointed={pointed} />
      <StarLabel pointed={star} />
      <CommitLeaf pointed={pointed} />
    </ShowContext>
  )
}
