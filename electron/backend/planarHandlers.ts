/** Requests about planar images on which regions are drawn. */
import { InputError } from '../../native-core/errors/index.ts'
import type { planarRequests } from '../contracts/planarRegions.ts'
import type { z } from '../contracts/schema.ts'
import { createPlanarDesk } from '../services/planar/index.ts'
import { draftPorts } from './measuredSeriesHandlers.ts'
import { patientAndCourse } from './sessionTools.ts'
import type { HandlersOf, SessionTools } from './sessionTools.ts'

type Asked<N extends keyof typeof planarRequests> = z.output<(typeof planarRequests)[N]['ask']>

export function planarHandlers(tools: SessionTools): HandlersOf<keyof typeof planarRequests> {
  const desk = createPlanarDesk(draftPorts(tools.bench))
  return {
    'planar.look': async ({ patientId, cycle, path }: Asked<'planar.look'>) => {
      const { course } = await patientAndCourse(tools, patientId)
      const administration = course.cycles.find(({ index }) => index === cycle)?.administration
      if (!administration)
        throw new InputError(
          'planar.cycle',
          `The course has no cycle ${cycle}.`,
          'Choose a cycle of the course: times are counted from its administration.',
        )
      return desk.look(path, administration.start)
    },
    'planar.views': (what: Asked<'planar.views'>) => desk.views(what),
    'planar.measure': ({ request, ctPath, region }: Asked<'planar.measure'>) => desk.measure(request, ctPath, region),
    'planar.release': () => {
      desk.release()
      return {}
    },
  }
}
