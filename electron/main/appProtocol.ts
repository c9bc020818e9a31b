/** app://: the window's own files, and voxels, masks and reports streamed from the backend. Nothing else is ever loaded. */
import { protocol } from 'electron'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import type { BlobKind, BlobPiece, Result } from '../contracts/index.ts'
import { CONTENT_SECURITY_POLICY } from './contentSecurityPolicy.ts'

export const APP_ORIGIN = 'app://theratwin'

const PIECE_BYTES = 4 * 1024 * 1024

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.wasm': 'application/wasm',
  '.bcmap': 'application/octet-stream',
  '.pfb': 'application/octet-stream',
  '.ttf': 'font/ttf',
}

const blobHosts: Readonly<Record<string, BlobKind>> = { volume: 'volume', mask: 'mask', report: 'report' }

export type ReadBlob = (kind: BlobKind, key: string, offset: number, length: number) => Promise<Result<BlobPiece>>

/** Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: 'app',
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, corsEnabled: true },
    },
  ])
}

/** Serves `rendererFolder` under app://theratwin/ and blobs under app://volume/<id>, app://mask/<id>, app://report/<id>.pdf. */
export function serveApp(rendererFolder: string, readBlob: ReadBlob): void {
  protocol.handle('app', async (request) => {
    if (request.method !== 'GET') return refuse(405, 'Only GET is served.')
    const url = new URL(request.url)
    const kind = blobHosts[url.hostname]
    if (kind) return streamBlob(kind, decodeURIComponent(url.pathname.slice(1)), readBlob)
    if (url.origin !== APP_ORIGIN && url.hostname !== 'theratwin') return refuse(404, 'No such place.')
    return serveFile(rendererFolder, url.pathname)
  })
}

function headers(mediaType: string): Record<string, string> {
  return {
    'Content-Type': mediaType,
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Access-Control-Allow-Origin': APP_ORIGIN,
    'Cache-Control': 'no-store',
  }
}

function refuse(status: number, message: string): Response {
  return new Response(message, { status, headers: headers('text/plain; charset=utf-8') })
}

async function serveFile(folder: string, pathname: string): Promise<Response> {
  const wanted = normalize(join(folder, decodeURIComponent(pathname === '/' ? '/index.html' : pathname)))
  if (!wanted.startsWith(folder + sep)) return refuse(403, 'Outside the application.')
  const mediaType = mediaTypes[extname(wanted)]
  if (!mediaType) return refuse(404, 'Not a kind of file that the application has.')
  try {
    return new Response(new Uint8Array(await readFile(wanted)), { headers: headers(mediaType) })
  } catch {
    return refuse(404, 'No such file.')
  }
}

async function streamBlob(kind: BlobKind, name: string, readBlob: ReadBlob): Promise<Response> {
  const key = name.replace(/\.(pdf|csv|json)$/, (_, format: string) => `.${format}`)
  const first = await readBlob(kind, key, 0, PIECE_BYTES)
  if (!first.ok) return refuse(first.error.kind === 'input' ? 404 : 500, first.error.message)
  const { totalBytes, mediaType } = first.value
  let next: Uint8Array | null = first.value.bytes
  let offset = 0
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (next === null) {
        const piece = await readBlob(kind, key, offset, PIECE_BYTES)
        if (!piece.ok) return controller.error(new Error(piece.error.message))
        next = piece.value.bytes
      }
      if (next.byteLength > 0) controller.enqueue(next)
      offset += next.byteLength
      const ended = offset >= totalBytes || next.byteLength === 0
      next = null
      if (ended) controller.close()
    },
  })
  return new Response(body, { headers: { ...headers(mediaType), 'Content-Length': String(totalBytes) } })
}
