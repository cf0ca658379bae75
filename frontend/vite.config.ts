import { defineConfig } from 'vitest/config'

// Django serves what is built here (django-vite reads the manifest), so there is no index.html.
export default defineConfig({
  base: '/static/dist/',
  publicDir: false,
  build: {
    outDir: '../static/dist',
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000, // kB before gzip: the scene's one chunk, which nothing waits for
    assetsInlineLimit: 0, // a data: address would need a wider content security policy
    rolldownOptions: { input: ['src/shell/main.ts', 'src/shell/site.css'] },
  },
  server: { port: 5173, strictPort: true },
  test: { environment: 'jsdom', include: ['src/**/*.test.ts'], restoreMocks: true, testTimeout: 30_000 },
})
