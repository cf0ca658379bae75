const AT_ONCE = 3

/** What a screen reader is told at once: the first few sentences, and how many there were besides. */
export function summary(sentences: readonly string[]): string {
  const further = sentences.length - AT_ONCE
  if (further <= 0) return sentences.join(' ')
  return `${sentences.slice(0, AT_ONCE).join(' ')} And ${further} more ${further === 1 ? 'thing' : 'things'} happened.`
}

/** Says what happened in a polite live region, at most once every `interval` milliseconds. */
export function announcer(region: HTMLElement, interval = 5000): (sentences: readonly string[]) => void {
  let waiting: string[] = []
  let resting = false

  function speak(): void {
    resting = waiting.length > 0
    if (!resting) return
    region.textContent = summary(waiting)
    waiting = []
    setTimeout(speak, interval)
  }

  return (sentences) => {
    waiting.push(...sentences)
    if (!resting) speak()
  }
}
