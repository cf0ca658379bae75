/** Lets what is folded out over the garden fold in again: by a press beside it, and by Escape. */
export function foldsIn(details: HTMLDetailsElement): void {
  document.addEventListener('pointerdown', ({ target }) => {
    if (details.open && !details.contains(target as Node)) details.open = false
  })
  details.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !details.open) return
    event.stopPropagation()
    details.open = false
    details.querySelector('summary')!.focus()
  })
}
