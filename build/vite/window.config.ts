/**
 * Bundles what runs inside the Electron runtime: main, preload and the window's page. Written for Chromium 130 and
 * Node 20, the oldest runtime that is supported (see build/bootstrap/electron-pinned.mjs).
 */
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')

export default defineConfig({
  main: {
    build: {
      outDir: path.join(root, 'dist/main'),
      target: 'node20.18',
      sourcemap: true,
      rolldownOptions: {
        input: path.join(root, 'electron/main/index.ts'),
        output: { entryFileNames: 'index.js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: path.join(root, 'dist/preload'),
      target: 'node20.18',
      // A sandboxed preload is one CommonJS file that can require nothing but Electron.
      externalizeDeps: false,
      rolldownOptions: {
        input: path.join(root, 'electron/preload/index.ts'),
        output: { format: 'cjs', entryFileNames: 'index.cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: path.join(root, 'renderer'),
    // The page is served as app://…/index.html: everything it loads is named relative to it.
    base: './',
    plugins: [vue()],
    worker: { format: 'es' },
    define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
    build: {
      outDir: path.join(root, 'dist/renderer'),
      emptyOutDir: true,
      target: 'chrome130',
      // The content security policy allows neither inline scripts nor data: addresses.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 4000,
      rolldownOptions: { input: path.join(root, 'renderer/index.html') },
    },
  },
})
