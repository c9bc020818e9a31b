/** The rotating maximum-intensity projection, by vtk.js. The one file that imports it; loaded when a projection is first shown. */
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

export interface ProjectionScene {
  setVolume(projection: Projection, toWorld: Affine): void
  setColours(window: Window, map: ColourMapName): void
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

  const mapper = vtkVolumeMapper.newInstance()
  mapper.setBlendModeToMaximumIntensity()
  mapper.setAutoAdjustSampleDistances(false)
  mapper.setMaximumSamplesPerRay(2000)
  const volume = vtkVolume.newInstance()
  volume.setMapper(mapper)
  const property = volume.getProperty()
  property.setInterpolationTypeToLinear()
  property.setShade(false)
  const opacity = vtkPiecewiseFunction.newInstance()
  opacity.addPoint(0, 1)
  opacity.addPoint(1, 1)
  property.setScalarOpacity(0, opacity)
  // Values go to the card as shares of the maximum: half-precision textures end at 65504, activities do not.
  let maximum = 1
  let heightPx = 1
  let pixels = ''
  let added = false
  let image: vtkImageData | null = null

  return {
    setVolume(projection, toWorld) {
      maximum = projection.values.reduce((most, value) => (value > most ? value : most), 0) || 1
      const shares = projection.values.map((value) => Math.max(0, value) / maximum)
      const map = compose(toWorld, indexToPatient(projection.grid))
      const columns = ([0, 1, 2] as const).map((axis) => [map[axis], map[4 + axis], map[8 + axis]] as number[])
      const spacing = columns.map((column) => Math.hypot(...column)) as [number, number, number]
      const next = vtkImageData.newInstance()
      next.setDimensions([...projection.grid.dimensions])
      next.setSpacing(spacing)
      next.setOrigin([map[3], map[7], map[11]])
      // vtk.js keeps the direction column by column.
      next.setDirection(
        columns.flatMap((column, axis) => column.map((part) => part / (spacing[axis] as number))) as never,
      )
      next
        .getPointData()
        .setScalars(vtkDataArray.newInstance({ name: 'share of maximum', values: shares, numberOfComponents: 1 }))
      mapper.setInputData(next)
      mapper.setSampleDistance(Math.min(...spacing) * (isSoftware ? 1.5 : 0.7))
      if (!added) renderer.addVolume(volume)
      added = true
      image?.delete()
      image = next
    },

    setColours(window, name) {
      const table = colourMap(name)
      const colours = vtkColorTransferFunction.newInstance()
      for (let step = 0; step <= COLOUR_STEPS; step++) {
        const level = step / COLOUR_STEPS
        const at = Math.round(level * 255) * 3
        const rgb = [0, 1, 2].map((channel) => (table[at + channel] as number) / 255) as [number, number, number]
        colours.addRGBPoint((window.low + (window.high - window.low) * level) / maximum, ...rgb)
      }
      property.setRGBTransferFunction(0, colours)
      renderer.setBackground([0, 1, 2].map((channel) => (table[channel] as number) / 255) as never)
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
      image?.delete()
    },
  }
}

function rendererName(gl: WebGL2RenderingContext): string {
  const info = gl.getExtension('WEBGL_debug_renderer_info')
  return String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER))
}
