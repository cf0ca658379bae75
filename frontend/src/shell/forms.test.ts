import { expect, it, vi } from 'vitest'
import { stayOnThePage } from './forms'

const ANSWER = '<main id="main"><h1>Thank you</h1><p>Moss has its water for today.</p><p>Back</p></main>'

stayOnThePage()

function submitted(attribute: string): { prevented: boolean; form: HTMLFormElement } {
  document.body.innerHTML = `<li><form method="post" action="/projects/moss/water/" ${attribute}><button>Water it</button></form></li>`
  const form = document.querySelector('form')!
  const event = new SubmitEvent('submit', { bubbles: true, cancelable: true })
  form.dispatchEvent(event)
  return { prevented: event.defaultPrevented, form }
}

it('puts what the answer says in the place of the form, and reads it out', async () => {
  const asked = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(ANSWER))
  const { prevented, form } = submitted('data-stay')
  expect(prevented).toBe(true)
  expect(form.querySelector('button')!.disabled).toBe(true)
  await vi.waitFor(() => expect(document.querySelector('form')).toBeNull())
  expect(document.querySelector('li')!.textContent).toBe('Moss has its water for today.')
  expect(document.activeElement?.textContent).toBe('Moss has its water for today.')
  expect(asked).toHaveBeenCalledExactlyOnceWith(form.action, { method: 'POST' })
})

it('sends the form as it is where the network fails', async () => {
  vi.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('offline'))
  const plain = vi.spyOn(HTMLFormElement.prototype, 'submit').mockImplementation(() => undefined)
  submitted('data-stay')
  await vi.waitFor(() => expect(plain).toHaveBeenCalledOnce())
})

it('leaves every other form alone', () => {
  const asked = vi.spyOn(globalThis, 'fetch')
  expect(submitted('').prevented).toBe(false)
  expect(asked).not.toHaveBeenCalled()
})
