/**
 * Bundles what runs in Node: the backend process and one file for each worker. Packages stay outside the bundle, so that
 * native ones find their binaries. From sources, the same files run in Node without a build.
 */
import { defineConfig } from 'electron-vite'
import path from 'node:path'
import { workerEntries } from './entries.ts'

const root = path.resolve(import.meta.dirname, '../..')

export default defineConfig({
  main: {
    build: {
      outDir: path.join(root, 'dist'),
      emptyOutDir: false,
      target: 'node22.18',
      sourcemap: true,
      rolldownOptions: {
        input: { 'backend/index': path.join(root, 'electron/backend/index.ts'), ...workerEntries(root) },
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
})
