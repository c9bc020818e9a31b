/** Which of a scan's frames are the two views in the peak window and the windows beside it. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { EnergyWindow, PlanarFrame, PlanarView } from '../../../native-core/imaging/planar/index.ts'
import type { PlanarImage } from '../ports/planarSource.ts'

export interface WindowFrame {
  readonly window: EnergyWindow
  readonly frame: PlanarFrame
}

/** The frames of one view. `lower` and `upper` are the windows next to the peak's; null where there is none. */
export interface ViewFrames {
  readonly peak: WindowFrame
  readonly lower: WindowFrame | null
  readonly upper: WindowFrame | null
}

export interface ScanFrames {
  readonly anterior: ViewFrames
  readonly posterior: ViewFrames
  readonly kind: PlanarImage['kind']
  readonly durationS: number | null
  readonly scanVelocityMmPerS: number | null
  /** The anterior one in the photopeak window, whose moment and nuclide stand for the scan. */
  readonly image: PlanarImage
}

/**
 * Sorts the frames of one time by view and window.
 *
 * @param anteriorDetector detector of the anterior view where the files do not name the views
 * @throws InputError `planar.views` where a view is missing, there more than once, or differs from the other; `planar.window` where no window
 * holds the peak, or several do.
 */
export function selectFrames(
  images: readonly PlanarImage[],
  peakKev: number,
  anteriorDetector: number | undefined,
  where: string,
): ScanFrames {
  const dynamic = images.find(({ kind }) => kind === 'dynamic')
  if (dynamic)
    throw new InputError(
      'planar.views',
      `${where}: "${dynamic.seriesDescription}" is a dynamic series.`,
      'Give static or whole-body images.',
    )
  const viewOf = (image: PlanarImage): PlanarView | null =>
    anteriorDetector === undefined || image.detector === null
      ? image.view
      : image.detector === anteriorDetector
        ? 'anterior'
        : 'posterior'
  const of = (view: PlanarView): { readonly frames: ViewFrames; readonly image: PlanarImage } => {
    const members = images.filter((image) => viewOf(image) === view)
    if (members.length === 0)
      throw new InputError(
        'planar.views',
        `${where}: there is no ${view} view among ${images.length} frames${images.some((image) => viewOf(image) === null) ? ', of some of which the view is not known' : ''}.`,
        'Give images of both views; where the files do not name them, give anteriorDetector.',
      )
    return viewFrames(members, view, peakKev, where)
  }
  const [anterior, posterior] = [of('anterior'), of('posterior')]
  const [a, p] = [anterior.image, posterior.image]
  if (a.columns !== p.columns || a.rows !== p.rows || a.kind !== p.kind)
    throw new InputError(
      'planar.views',
      `${where}: the views are of ${a.columns} × ${a.rows} (${a.kind}) and ${p.columns} × ${p.rows} pixels (${p.kind}).`,
      'Give two views of one acquisition.',
    )
  if (a.durationS !== p.durationS)
    throw new InputError(
      'planar.views',
      `${where}: the views were counted for ${a.durationS} and ${p.durationS} s.`,
      'Give two views of one acquisition.',
    )
  return {
    anterior: anterior.frames,
    posterior: posterior.frames,
    kind: a.kind,
    durationS: a.durationS,
    scanVelocityMmPerS: a.scanVelocityMmPerS,
    image: a,
  }
}

function viewFrames(
  members: readonly PlanarImage[],
  view: PlanarView,
  peakKev: number,
  where: string,
): { readonly frames: ViewFrames; readonly image: PlanarImage } {
  const single = members.flatMap((image) => {
    const range = image.window?.ranges[0]
    return image.window?.ranges.length === 1 && range ? [{ image, window: range }] : []
  })
  const holds = single.filter(({ window }) => window.lowKev <= peakKev && peakKev <= window.highKev)
  const peak = holds[0]
  if (!peak || holds.length > 1)
    throw new InputError(
      'planar.window',
      `${where}: ${holds.length === 0 ? 'no' : holds.length} ${view} frame${holds.length > 1 ? 's are' : ' is'} of a window that holds ${peakKev} keV (there are: ${members.map(({ window }) => window?.ranges.map(({ lowKev, highKev }) => `${lowKev}–${highKev}`).join('+') ?? 'not known').join(', ')} keV).`,
      holds.length === 0
        ? 'Check peakKev, and that the files name their energy windows.'
        : 'Give the images of one acquisition only.',
    )
  const frameOf = (one: (typeof single)[number] | undefined): WindowFrame | null =>
    one === undefined ? null : { window: one.window, frame: one.image }
  const centre = ({ lowKev, highKev }: EnergyWindow): number => (lowKev + highKev) / 2
  const below = single
    .filter(({ window }) => centre(window) < peak.window.lowKev + 1e-6)
    .sort((a, b) => centre(b.window) - centre(a.window))
  const above = single
    .filter(({ window }) => centre(window) > peak.window.highKev - 1e-6)
    .sort((a, b) => centre(a.window) - centre(b.window))
  return {
    frames: { peak: { window: peak.window, frame: peak.image }, lower: frameOf(below[0]), upper: frameOf(above[0]) },
    image: peak.image,
  }
}
