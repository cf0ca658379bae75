/** The page's colours follow the picture's sky in browsers whose stylesheets cannot read a colour from an attribute. */

const NAMES = ['zenith', 'mid'] as const

export function startSkyColors(root = document.documentElement): void {
  if (CSS.supports('color', 'attr(data-zenith type(<color>))')) return
  const paint = (): void => {
    for (const name of NAMES) root.style.setProperty(`--${name}`, root.dataset[name] ?? null)
  }
  new MutationObserver(paint).observe(root, { attributeFilter: NAMES.map((name) => `data-${name}`) })
  paint()
}
