/** Voxels on their way to the store: deflated (zlib), as base64. */
import type { CoverageBox } from '../../../../native-core/imaging/segmentation/manual/index.ts'
import type { UploadedMask } from '../../../../electron/contracts/index.ts'

/** Bytes for one call of `String.fromCharCode`, whose arguments are limited. */
const CHUNK = 0x8000

async function deflated(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream('deflate'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  return btoa(text)
}

/** A structure's voxels as `structures.save` takes them. The box must hold something. */
export async function uploadOf(image: UploadedMask['image'], { box, coverage }: CoverageBox): Promise<UploadedMask> {
  return {
    image,
    boxStart: [...box.start],
    boxSize: [...box.size],
    deflatedBase64: base64(await deflated(coverage)),
  }
}
