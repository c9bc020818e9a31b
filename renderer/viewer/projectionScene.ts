/** The rotating maximum-intensity projection and volume, by vtk.js. The one file that imports it; loaded when one is first shown. */
import '@kitware/vtk.js/Rendering/Profiles/Volume'
import vtkDataArray from '@kitware/vtk.js/Common/Core/DataArray'
import vtkImageData from '@kitware/vtk.js/Common/DataModel/ImageData'
import vtkPiecewiseFunction from '@kitware/vtk.js/Common/DataModel/PiecewiseFunction'
import vtkColorTransferFunction from '@kitware/vtk.js/Rendering/Core/ColorTransferFunction'
import vtkRenderer from '@kitware/vtk.js/Rendering/Core/Renderer'
import vtkRenderWindow from '@kitware/vtk.js/Rendering/Core/RenderWindow'
import vtkRenderWindowInteractor from '@kitware/vtk.js/Rendering/Core/RenderWindowInteractor'
import vtkVolume from '@kitware/vtk.js/Rendering/Core/Volume'
import vtkVolumeMapper from '@kitware/vtk.js/Rendering/Core/VolumeMapper'
import vtkOpenGLRenderWindow from '@kitware/vtk.js/Rendering/OpenGL/RenderWindow'
import type { Vec3 } from '../../native-core/imaging/types.ts'
import { compose, indexToPatient, type Affine } from './affine.ts'
import { colourMap, type ColourMapName } from './colourMaps.ts'
import type { Window } from './composite.ts'
import { cameraOf } from './orbit.ts'
import type { Projection } from './projection.ts'

const COLOUR_STEPS = 64
/** Opacity is per this length of the way through the body, mm. */
const OPACITY_LENGTH_MM = 10
/** Share of the light that the top of the window takes on that length. */
const EMISSION_OPACITY = 0.7
const CT_OPACITY = 0.8

/** `projection`: the highest emission along each ray. `volume`: the CT as far as its window shows it, the emission glowing in it. */
export type SceneMode = 'projection' | 'volume'
type Role = 'ct' | 'emission'

export interface ProjectionScene {
  setMode(mode: SceneMode): void
  /** Null: there is none. */
  setVolume(role: Role, projection: Projection | null, toWorld: Affine): void
  /** `blend` is that of the slices: 0 shows only CT, 1 only emission. */
  setColours(emission: Window, map: ColourMapName, ct: Window, blend: number): void
  setCamera(centreMm: Vec3, angleDeg: number, mmPerPx: number): void
  setSize(widthPx: number, heightPx: number): void
  render(): void
  dispose(): void
}

/** A scene inside `container`. Throws where the machine has no WebGL 2. */
export function createProjectionScene(container: HTMLElement): ProjectionScene {
  const probe = document.createElement('canvas').getContext('webgl2')
  if (!probe) throw new Error('This machine offers no WebGL 2')
  const isSoftware = /swiftshader|llvmpipe|software/i.test(rendererName(probe))
  probe.getExtension('WEBGL_lose_context')?.loseContext()

  const renderWindow = vtkRenderWindow.newInstance()
  const renderer = vtkRenderer.newInstance({ background: [0, 0, 0] })
  renderWindow.addRenderer(renderer)
  const view = vtkOpenGLRenderWindow.newInstance()
  renderWindow.addView(view)
  view.setContainer(container)
  // vtk.js asks its interactor whether it is animating; ours hears no events, the view's own component does.
  const interactor = vtkRenderWindowInteractor.newInstance()
  interactor.setView(view)
  interactor.initialize()

  // The emission is drawn last: it shines through the bones before it.
  const layers = { ct: createLayer(), emission: createLayer() }
  for (const { actor } of [layers.ct, layers.emission]) renderer.addVolume(actor)
  let mode: SceneMode = 'projection'
  let heightPx = 1
  let pixels = ''

  function show(): void {
    layers.ct.actor.setVisibility(mode === 'volume' && layers.ct.image !== null)
    layers.emission.actor.setVisibility(layers.emission.image !== null)
  }
  show()

  return {
    setMode(next) {
      mode = next
      if (mode === 'volume') layers.emission.mapper.setBlendModeToComposite()
      else layers.emission.mapper.setBlendModeToMaximumIntensity()
      show()
    },

    setVolume(role, projection, toWorld) {
      const layer = layers[role]
      layer.image?.delete()
      layer.image = null
      if (projection) {
        // Values go to the card as shares of the range: half-precision textures end at 65504, activities do not.
        layer.least = role === 'ct' ? projection.values.reduce((least, value) => Math.min(least, value), 0) : 0
        layer.range = projection.values.reduce((most, value) => Math.max(most, value), -Infinity) - layer.least || 1
        const shares = projection.values.map((value) => Math.max(0, value - layer.least) / layer.range)
        layer.image = imageOf(shares, projection, toWorld)
        layer.mapper.setInputData(layer.image)
        layer.mapper.setSampleDistance(Math.min(...layer.image.getSpacing()) * (isSoftware ? 1.5 : 0.7))
      }
      show()
    },

    setColours(emission, name, ct, blend) {
      const table = colourMap(name)
      const rgb = (level: number) =>
        [0, 1, 2].map((channel) => (table[Math.round(level * 255) * 3 + channel] as number) / 255) as Rgb
      const asShare = (layer: Layer, window: Window, level: number) =>
        (window.low + (window.high - window.low) * level - layer.least) / layer.range
      const emissionPart = Math.min(1, 2 * blend) * EMISSION_OPACITY
      const ctPart = Math.min(1, 2 - 2 * blend) * CT_OPACITY
      const isVolume = mode === 'volume'
      paint(
        layers.emission,
        rgb,
        (level) => asShare(layers.emission, emission, level),
        (level) => (isVolume ? emissionPart * level : 1),
      )
      // Soft tissue is in the middle of its window and would hide what lies behind it.
      paint(
        layers.ct,
        (level) => [0.2 + 0.75 * level, 0.2 + 0.72 * level, 0.2 + 0.66 * level],
        (level) => asShare(layers.ct, ct, level),
        (level) => ctPart * level ** 5,
      )
      renderer.setBackground(...(isVolume ? ([0, 0, 0] as Rgb) : rgb(0)))
    },

    setCamera(centreMm, angleDeg, mmPerPx) {
      const { towards, up } = cameraOf(angleDeg)
      const camera = renderer.getActiveCamera()
      const distance = 4000
      camera.setParallelProjection(true)
      camera.setFocalPoint(...(centreMm as [number, number, number]))
      camera.setPosition(
        centreMm[0] + towards[0] * distance,
        centreMm[1] + towards[1] * distance,
        centreMm[2] + towards[2] * distance,
      )
      camera.setViewUp(...(up as [number, number, number]))
      camera.setParallelScale((heightPx * mmPerPx) / 2)
      camera.setClippingRange(distance - 3000, distance + 3000)
    },

    setSize(width, height) {
      heightPx = height
      const ratio = isSoftware ? 0.5 : window.devicePixelRatio
      const size = [width, height].map((px) => Math.max(2, Math.round(px * ratio))) as [number, number]
      if (size.join() === pixels) return
      pixels = size.join()
      view.setSize(...size)
    },

    render() {
      renderWindow.render()
    },

    dispose() {
      view.setContainer(undefined as never)
      interactor.delete()
      renderWindow.removeView(view)
      view.delete()
      renderWindow.delete()
      for (const { image } of [layers.ct, layers.emission]) image?.delete()
    },
  }
}

type Rgb = [number, number, number]

interface Layer {
  readonly mapper: vtkVolumeMapper
  readonly actor: vtkVolume
  image: vtkImageData | null
  /** Of the values, which are handed over as (value − least) / range. */
  least: number
  range: number
}

function createLayer(): Layer {
  const mapper = vtkVolumeMapper.newInstance()
  mapper.setAutoAdjustSampleDistances(false)
  mapper.setMaximumSamplesPerRay(2000)
  const actor = vtkVolume.newInstance()
  actor.setMapper(mapper)
  const property = actor.getProperty()
  property.setInterpolationTypeToLinear()
  property.setShade(false)
  property.setScalarOpacityUnitDistance(0, OPACITY_LENGTH_MM)
  return { mapper, actor, image: null, least: 0, range: 1 }
}

/** The image in the world's coordinates. */
function imageOf(values: Float32Array, { grid }: Projection, toWorld: Affine): vtkImageData {
  const map = compose(toWorld, indexToPatient(grid))
  const columns = ([0, 1, 2] as const).map((axis) => [map[axis], map[4 + axis], map[8 + axis]] as number[])
  const spacing = columns.map((column) => Math.hypot(...column)) as [number, number, number]
  const image = vtkImageData.newInstance()
  image.setDimensions([...grid.dimensions])
  image.setSpacing(spacing)
  image.setOrigin([map[3], map[7], map[11]])
  // vtk.js keeps the direction column by column.
  image.setDirection(columns.flatMap((column, axis) => column.map((part) => part / (spacing[axis] as number))) as never)
  image.getPointData().setScalars(vtkDataArray.newInstance({ name: 'share of range', values, numberOfComponents: 1 }))
  return image
}

/** Colours and opacity over a window; below and above it those of its ends. */
function paint(
  { actor }: Layer,
  colourOf: (level: number) => Rgb,
  shareOf: (level: number) => number,
  opacityOf: (level: number) => number,
): void {
  const colours = vtkColorTransferFunction.newInstance()
  const opacity = vtkPiecewiseFunction.newInstance()
  for (let step = 0; step <= COLOUR_STEPS; step++) {
    const level = step / COLOUR_STEPS
    colours.addRGBPoint(shareOf(level), ...colourOf(level))
    opacity.addPoint(shareOf(level), opacityOf(level))
  }
  actor.getProperty().setRGBTransferFunction(0, colours)
  actor.getProperty().setScalarOpacity(0, opacity)
}

function rendererName(gl: WebGL2RenderingContext): string {
  const info = gl.getExtension('WEBGL_debug_renderer_info')
  return String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER))
}
