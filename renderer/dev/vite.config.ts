/**
 * Development of the window without Electron. `npx vite -c renderer/dev/vite.config.ts` serves it with hot reload;
 * `npx vite build` and `npx vite preview` with the same file serve it built and under the application's content security policy.
 * Nothing in this folder is part of the application's own build.
 */
import vue from '@vitejs/plugin-vue'
import { defineConfig, type Connect, type Plugin } from 'vite'
import { doseVoxels } from './fakeDoses.ts'
import { ctVoxels, emissionVoxels, maskVoxels } from './phantom.ts'
import { samplePdf } from './samplePdf.ts'

/** As strict as the application's, so that a violation shows here first. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "require-trusted-types-for 'script'",
  'trusted-types theratwin vue',
].join('; ')

const made = new Map<string, Uint8Array>()

function resource(path: string): Uint8Array | null {
  const known = made.get(path)
  if (known) return known
  const [, kind, name = ''] = path.split('/')
  const id = decodeURIComponent(name)
  let data: Float32Array | Uint8Array | null = null
  if (kind === 'volume') data = volume(id)
  if (kind === 'mask') data = maskVoxels(id.replace('mask-', ''))
  if (kind === 'report') data = samplePdf()
  if (!data) return null
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  made.set(path, bytes)
  return bytes
}

function volume(id: string): Float32Array {
  if (id === 'ct') return ctVoxels()
  if (id.startsWith('dose')) return doseVoxels(id === 'dose-1' ? 'dose' : 'dose-rate', emissionVoxels(1))
  return emissionVoxels(Number(id.replace('emission-', '')))
}

const serve: Connect.NextHandleFunction = (request, response, next) => {
  const url = request.url ?? ''
  if (!url.startsWith('/resource/')) return next()
  const bytes = resource(url.slice('/resource'.length))
  response.statusCode = bytes ? 200 : 404
  response.setHeader('Content-Type', 'application/octet-stream')
  response.end(bytes ?? 'No such resource')
}

const resources: Plugin = {
  name: 'fake-resources',
  configureServer: (server) => void server.middlewares.use(serve),
  configurePreviewServer: (server) => void server.middlewares.use(serve),
}

const root = import.meta.dirname

export default defineConfig({
  root,
  base: './',
  plugins: [vue(), resources],
  define: { 'import.meta.env.VITE_RESOURCE_ORIGIN': JSON.stringify('/resource/') },
  worker: { format: 'es' },
  build: {
    outDir: process.env['THERATWIN_DEV_OUT'] ?? '../../dist/renderer-dev',
    emptyOutDir: true,
    target: 'chrome130',
    assetsInlineLimit: 0,
  },
  preview: { headers: { 'Content-Security-Policy': CONTENT_SECURITY_POLICY } },
})
