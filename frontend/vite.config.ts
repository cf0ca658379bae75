import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { smallThree } from './smallThree.ts'

/** Numbers and colours that the server's drawing shares with the scene. */
const looks = fileURLToPath(new URL('../garden/looks', import.meta.url))

/** Shaders travel without comments and needless space, ours and three's: minifiers do not look into strings. */
const smallShaders: Plugin = {
  name: 'small-shaders',
  apply: 'build',
  enforce: 'pre', // before TypeScript and its comments are taken out
  transform(code, id) {
    if (id.includes('/three/')) return code.replace(/(\\n)(?:\\t)+/g, '$1')
    return code.replace(/\/\* glsl \*\/ `[^`]*`/g, (shader) =>
      shader
        .replace(/ *\/\/[^\n`]*/g, '')
        .replace(/\n\s*/g, '\n')
        .replace(/([;{}])\n(?!#)/g, '$1')
        .replace(/ ?([=+*,?:<>]) ?/g, '$1'),
    )
  },
}

// Django serves what is built here (django-vite reads the manifest), so there is no index.html.
export default defineConfig({
  base: '/static/dist/',
  publicDir: false,
  plugins: [smallThree, smallShaders],
  build: {
    outDir: '../static/dist',
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000, // kB before gzip: the scene's one chunk, which nothing waits for
    assetsInlineLimit: 0, // a data: address would need a wider content security policy
    rolldownOptions: { input: ['src/shell/main.ts', 'src/shell/first.css', 'src/shell/site.css'] },
  },
  resolve: { alias: { looks } },
  server: { port: 5173, strictPort: true, fs: { allow: ['.', looks] } },
  test: { environment: 'jsdom', include: ['src/**/*.test.ts'], restoreMocks: true, testTimeout: 30_000 },
})
