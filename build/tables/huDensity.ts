/**
 * Makes resources/materials/hu-density.json, the relation of CT number to mass density of Schneider et al. 2000, from
 * ../shared/physics/tissues.json. Run: node build/tables/huDensity.ts [--check]
 *
 * The source gives the published equations in words and a list of rounded points made from them. The table holds the equations
 * where there are any (−98 to 3000 HU) and the line between the two points below; every point of the list is compared with
 * the table and must agree within 0.2 %. CT numbers are whole in the publication ("14 | 15"); the table switches half-way.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const SOURCE = new URL('../../../shared/physics/tissues.json', import.meta.url)
const TARGET = new URL('../../resources/materials/hu-density.json', import.meta.url)

interface Tissues {
  readonly schneider2000: {
    readonly density: { readonly note: string; readonly points: readonly (readonly [number, number])[] }
  }
}

interface Segment {
  readonly fromHu: number
  readonly toHu: number
  readonly interceptGPerMl: number
  readonly slopeGPerMlPerHu: number
}

/** The equations as the source's note spells them; the script stops if the note no longer says so. */
const EQUATIONS = ['-98..14: 1.018+0.893e-3 H', '15..23: 1.03;', '23..100: 1.003+1.169e-3 H', '>100: 1.017+0.592e-3 H']

export function huDensitySegments(tissues: Tissues): Segment[] {
  const { note, points } = tissues.schneider2000.density
  for (const equation of EQUATIONS)
    if (!note.includes(equation)) throw new Error(`The source no longer says "${equation}".`)
  const [air, fat] = points
  const last = points.at(-1)
  if (!air || !fat || !last || fat[0] !== -98) throw new Error('The points of the source have changed.')
  const slope = Number(((fat[1] - air[1]) / (fat[0] - air[0])).toPrecision(8))
  const segments = [
    {
      fromHu: air[0],
      toHu: -98,
      interceptGPerMl: Number((air[1] - slope * air[0]).toPrecision(8)),
      slopeGPerMlPerHu: slope,
    },
    { fromHu: -98, toHu: 14.5, interceptGPerMl: 1.018, slopeGPerMlPerHu: 0.893e-3 },
    { fromHu: 14.5, toHu: 23, interceptGPerMl: 1.03, slopeGPerMlPerHu: 0 },
    { fromHu: 23, toHu: 100.5, interceptGPerMl: 1.003, slopeGPerMlPerHu: 1.169e-3 },
    { fromHu: 100.5, toHu: last[0], interceptGPerMl: 1.017, slopeGPerMlPerHu: 0.592e-3 },
  ]
  for (const [hu, gPerMl] of points) {
    const at = segments.find((s) => hu < s.toHu) ?? segments.at(-1)!
    const found = at.interceptGPerMl + at.slopeGPerMlPerHu * hu
    // The list has 2.8 g/mL at its far end, where the equation gives 2.793: rounded there.
    const tolerance = hu === last[0] ? 0.003 : 0.002
    if (Math.abs(found / gPerMl - 1) > tolerance)
      throw new Error(`At ${hu} HU the equations give ${found}, the points ${gPerMl}.`)
  }
  return segments
}

function main(): void {
  if (!existsSync(SOURCE)) throw new Error('../shared/physics/tissues.json is needed to make this table.')
  const tissues = JSON.parse(readFileSync(SOURCE, 'utf8')) as Tissues
  const table = {
    schema: 'theratwin.hu-density-table/1',
    name: 'Schneider 2000, CT number to mass density',
    version: '1.0.0',
    provenance: {
      source:
        'Stoichiometric calibration of CT numbers with ICRU 44 / ICRP 23 tissues, equations 21 to 23, as used by GATE',
      citation: 'W. Schneider, T. Bortfeld, W. Schlegel, Phys. Med. Biol. 45 (2000) 459-478',
      evidence: 'transcribed',
      note: 'For a scanner of 120 kV or so; a scanner calibrated with a density phantom should bring its own table. The step down at 100 HU is in the publication (connective tissue to marrow and bone).',
    },
    units: {
      hu: 'HU',
      density: 'g/mL',
      rule: 'density = interceptGPerMl + slopeGPerMlPerHu * HU for fromHu <= HU < toHu',
    },
    clamp:
      'CT numbers below the first fromHu get its density, above the last toHu that of toHu; the volume clamped is counted.',
    segments: huDensitySegments(tissues),
  }
  const text = `${JSON.stringify(table, null, 2)}\n`
  if (process.argv.includes('--check')) {
    if (!existsSync(TARGET) || readFileSync(TARGET, 'utf8') !== text)
      throw new Error('resources/materials/hu-density.json is not up to date.')
    return
  }
  writeFileSync(TARGET, text)
}

if (process.argv[1] !== undefined && import.meta.url.endsWith(process.argv[1].split('/').at(-1) ?? '')) main()
