/** A form that says `data-stay` is sent without leaving the page: the first sentence of the answer takes its place. */

async function send(form: HTMLFormElement): Promise<void> {
  const answer = await fetch(form.action, { method: 'POST' })
  const said = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector<HTMLElement>('#main p')!
  said.tabIndex = -1
  form.replaceWith(said)
  said.focus() // so that it is read out
}

export function stayOnThePage(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement
    if (form.dataset.stay === undefined) return
    event.preventDefault()
    form.querySelector('button')!.disabled = true // once is enough
    send(form).catch(() => form.submit()) // as without a script
  })
}
