import type { components } from './schema'

export type GardenOut = components['schemas']['GardenOut']
export type PlantOut = components['schemas']['PlantOut']

let known: { etag: string; garden: GardenOut } | null = null

let asking: Promise<GardenOut> | undefined

/**
 * The garden's state. What the server says is unchanged costs no transfer, and those who ask at once share the answer.
 * Rejects where it cannot be had.
 */
export function fetchGarden(): Promise<GardenOut> {
  asking ??= ask().finally(() => {
    asking = undefined
  })
  return asking
}

async function ask(): Promise<GardenOut> {
  const answer = await fetch('/api/v1/garden/', {
    cache: 'no-store', // the ETag is ours to send, so that an unchanged garden is not parsed again
    headers: known ? { 'If-None-Match': known.etag } : {},
  })
  if (answer.status === 304 && known) return known.garden
  if (!answer.ok) throw new Error(`garden: ${answer.status}`)
  const garden: GardenOut = await answer.json()
  const etag = answer.headers.get('ETag')
  known = etag ? { etag, garden } : null
  return garden
}
