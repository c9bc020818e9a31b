/**
 * The simulated patient's body: an analytic torso from the lung bases to the lower lumbar spine, in LPS mm (x to the left,
 * y to the back, z to the head), origin in front of the first lumbar vertebra. Own design, no third-party data; shapes and
 * sizes are chosen to look and weigh like an adult's and vary with the seed.
 */
import {
  ball,
  blend,
  carve,
  cluster,
  columnZ,
  ellipsoid,
  grow,
  halfSpace,
  intersection,
  remembered,
  sweepY,
  trunk,
  tube,
  union,
} from './implicit.ts'
import type { BoundedSolid, Point, Solid } from './implicit.ts'
import type { Anatomy, BodyPart, Compartment, DrawnStructure } from './body.ts'
import { placeLesions } from './lesions.ts'
import type { PhantomOptions } from './options.ts'
import { createRandom } from './random.ts'
import { buildSpine, ribCage, SPINE_HIGH_MM, SPINE_LOW_MM } from './skeleton.ts'
import type { TissueName } from './tissues.ts'

export const LESION_COLOURS: readonly (readonly [number, number, number])[] = [
  [230, 60, 60],
  [240, 130, 40],
  [220, 70, 150],
  [250, 190, 60],
]

/** Body of a cycle: the lesions' diameters are multiplied by `lesionScale`. */
export function buildAnatomy(o: PhantomOptions, lesionScale: number): Anatomy {
  const random = createRandom(o.seed, 'anatomy')
  const jitter = (part: number): number => 1 + part * (2 * random.uniform() - 1)
  const [girth, fatMm, organ] = { slim: [0.93, 11, 0.95], average: [1, 17, 1], large: [1.12, 30, 1.05] }[o.habitus] as [
    number,
    number,
    number,
  ]
  const width = 170 * girth * jitter(0.025)
  const depth = 112 * girth * jitter(0.025)

  const body = remembered(trunk([0, -2], [width, depth], 0.07, -55, 75))
  const musclesOuter = remembered(trunk([0, -2], [width - fatMm, depth - fatMm], 0.07, -55, 75))
  const cavity = remembered(trunk([0, -12], [width - fatMm - 15, depth - fatMm - 20], 0.07, -55, 75))

  const { marrow, marrowBeyond, spineColumn, canal, bone } = buildSpine()

  const aortaXy: [number, number] = [13 + random.between(-2, 2), 19]
  const aorta = columnZ(aortaXy, [10.5, 10.5], SPINE_LOW_MM + 5, SPINE_HIGH_MM + 15)
  const cava = columnZ([-20 + random.between(-2, 2), 18], [10, 12], SPINE_LOW_MM + 5, SPINE_HIGH_MM + 5)
  const bloodPool = remembered(union(aorta, cava))
  const heart = ellipsoid([32, -32, 152], [55, 45, 42], 25)
  const bloodBeyond = remembered(
    union(
      columnZ(aortaXy, [10.5, 10.5], -400, 400),
      columnZ([-20, 18], [10, 12], -400, SPINE_LOW_MM + 10),
      ellipsoid([32, -34, 154], [42, 33, 32], 25),
    ),
  )
  const vessels = remembered(union(bloodPool, bloodBeyond))

  const kidney = (side: 1 | -1, z: number): { bean: Solid; whole: Solid; groove: Solid } => {
    const x = side * (70 + random.between(-3, 3))
    const y = 31 + random.between(-3, 3)
    const radii: Point = [28.5 * organ * jitter(0.05), 26 * organ * jitter(0.05), 54 * organ * jitter(0.05)]
    const whole = remembered(ellipsoid([x, y, z], radii, side * -18, 6))
    const sinus = ellipsoid([x - side * 25, y - 12, z], [20, 15, 19])
    // Upright and a little larger, so that seen from the front it covers the turned kidney.
    const cover = ellipsoid([x, y, z], [Math.max(radii[0], radii[1]) + 1, radii[1] + 6, radii[2] + 2])
    return { bean: remembered(carve(whole, 0, sinus)), whole, groove: sweepY(cover, y, 'back') }
  }
  const kidneyR = kidney(-1, -48 + random.between(-6, 6))
  const kidneyL = kidney(1, -34 + random.between(-6, 6))

  const spleen = remembered(
    carve(
      intersection(
        ellipsoid(
          [103 * girth, 24, 52],
          [33 * organ * jitter(0.06), 46 * organ * jitter(0.06), 54 * organ * jitter(0.06)],
          -20,
          -12,
        ),
        grow(cavity, -2),
      ),
      3,
      kidneyL.bean,
      ellipsoid([66 * girth, -4, 50], [30, 34, 40]),
    ),
  )

  const lobes = blend(
    ellipsoid(
      [-72 * girth, -4, 22 + random.between(-4, 4)],
      [74 * organ * jitter(0.03), 80 * organ * jitter(0.03), 86 * organ * jitter(0.03)],
      8,
    ),
    ellipsoid([12, -44, 52], [70 * organ * jitter(0.04), 26 * organ * jitter(0.04), 34 * organ * jitter(0.04)], -8),
    22,
  )
  const gallbladder = remembered(ellipsoid([-46, -52, -28], [15, 17, 26], 0, 25))
  // What lies in the liver's surface must not end up enclosed by it: the grooves are open to the back, the middle and the front.
  const grooves = [kidneyR.groove, sweepY(gallbladder, -52, 'front'), columnZ([-10, 24], [16, 18], -400, 400)]
  const liver = remembered(
    carve(intersection(lobes, grow(cavity, -2)), 2.5, vessels, spineColumn, gallbladder, spleen, ...grooves),
  )

  const lungs = carve(
    intersection(
      union(ellipsoid([-84 * girth, 4, 140], [70, 84, 112]), ellipsoid([86 * girth, 8, 142], [66, 82, 108])),
      grow(cavity, 2),
      halfSpace('z', 24, 'above'),
    ),
    4,
    liver,
    spleen,
    heart,
    vessels,
    spineColumn,
    ellipsoid([70 * girth, -10, 52], [58, 62, 52]),
  )

  const stomach = remembered(
    carve(
      intersection(ellipsoid([64, -24, 48], [46, 40, 50], 20), grow(cavity, -4)),
      4,
      liver,
      spleen,
      vessels,
      kidneyL.bean,
    ),
  )
  const stomachGas = intersection(stomach, grow(stomach, -4), halfSpace('y', -42, 'below'))
  const psoas = union(
    tube(
      [
        [-34, 46, 40],
        [-40, 44, -40],
        [-50, 30, -170],
      ],
      17,
    ),
    tube(
      [
        [34, 46, 40],
        [40, 44, -40],
        [50, 30, -170],
      ],
      17,
    ),
  )
  const backMuscles = union(columnZ([-34, 82], [30, 20], -400, 400), columnZ([34, 82], [30, 20], -400, 400))

  const organs = [liver, spleen, kidneyR.whole, kidneyL.whole, vessels, spineColumn, stomach, gallbladder]
  const lesions = placeLesions(o, lesionScale, { liver, cavity, organs })
  const lesionSolids = lesions.map((l) => remembered(ellipsoid(l.centreMm, l.radiiMm, l.turnDeg)))

  // Loops of bowel fill the lower abdomen, some with gas in them, with fat between.
  const loops: BoundedSolid[] = []
  const gas: BoundedSolid[] = []
  for (let i = 0; i < 46; i++) {
    const centre: Point = [random.between(-115, 115) * girth, random.between(-75, 14), random.between(-165, -18)]
    const radius = random.between(12, 21)
    const radii: Point = [radius * random.between(1, 1.6), radius, radius * random.between(0.8, 1.2)]
    loops.push({ solid: ellipsoid(centre, radii, random.between(-60, 60)), centre, radiusMm: Math.max(...radii) })
    const bubble: Point = [centre[0], centre[1] - radius * 0.35, centre[2]]
    if (random.uniform() < 0.3) gas.push({ solid: ball(bubble, radius * 0.5), centre: bubble, radiusMm: radius * 0.5 })
  }
  const bowel = remembered(carve(intersection(cluster(loops), grow(cavity, -4)), 4, ...organs, ...lesionSolids))
  const bowelGas = intersection(cluster(gas), grow(bowel, -2))

  const ribs = intersection(ribCage(width - fatMm - 9, depth - fatMm - 9), grow(musclesOuter, -1))

  const compartments: Compartment[] = []
  const compartment = (name: string, tissue: TissueName, extensionOf: string | null = null): number => {
    compartments.push({ name, tissue, extensionOf })
    return compartments.length - 1
  }
  const lesionIds = lesions.map((l) => compartment(l.name, 'lesion'))
  const idKidneyR = compartment('KIDNEY_R', 'kidney')
  const idKidneyL = compartment('KIDNEY_L', 'kidney')
  const idSpleen = compartment('SPLEEN', 'spleen')
  const idBlood = compartment('BLOOD_POOL', 'blood')
  const idLiver = compartment('LIVER', 'liver')
  const idMarrow = compartment('MARROW_SPINE', 'marrow')
  const idLungs = compartment('LUNGS', 'lung')
  const idRest = compartment('REMAINDER', 'muscle')
  const idBloodBeyond = compartment('BLOOD_BEYOND', 'blood', 'BLOOD_POOL')
  const idMarrowBeyond = compartment('MARROW_BEYOND', 'marrow', 'MARROW_SPINE')

  const part = (solid: Solid, tissue: TissueName, id: number): BodyPart => ({ solid, tissue, compartment: id })
  const parts: BodyPart[] = [
    ...lesionSolids.map((s, i) => part(s, 'lesion', lesionIds[i]!)),
    part(bloodPool, 'blood', idBlood),
    part(marrow, 'marrow', idMarrow),
    part(kidneyR.bean, 'kidney', idKidneyR),
    part(kidneyL.bean, 'kidney', idKidneyL),
    part(spleen, 'spleen', idSpleen),
    part(liver, 'liver', idLiver),
    part(bloodBeyond, 'blood', idBloodBeyond),
    part(marrowBeyond, 'marrow', idMarrowBeyond),
    part(lungs, 'lung', idLungs),
    part(heart, 'muscle', idRest),
    part(canal, 'fluid', idRest),
    part(intersection(bone, body), 'bone', idRest),
    part(spineColumn, 'muscle', idRest),
    part(stomachGas, 'gas', idRest),
    part(stomach, 'bowel', idRest),
    part(gallbladder, 'fluid', idRest),
    part(bowelGas, 'gas', idRest),
    part(bowel, 'bowel', idRest),
    part(ribs, 'bone', idRest),
    part(intersection(psoas, grow(cavity, 4)), 'muscle', idRest),
    part(intersection(grow(kidneyR.whole, 7), musclesOuter), 'fat', idRest),
    part(intersection(grow(kidneyL.whole, 7), musclesOuter), 'fat', idRest),
    part(intersection(backMuscles, musclesOuter), 'muscle', idRest),
    part(cavity, 'fat', idRest),
    part(musclesOuter, 'muscle', idRest),
    part(body, 'fat', idRest),
  ]

  const structures: DrawnStructure[] = [
    ...lesions.map((l, i): DrawnStructure => ({
      name: l.name,
      type: 'GTV',
      colourRgb: LESION_COLOURS[i % LESION_COLOURS.length]!,
      solid: lesionSolids[i]!,
      holds: [l.name],
    })),
    { name: 'KIDNEY_R', type: 'ORGAN', colourRgb: [90, 170, 230], solid: kidneyR.bean, holds: ['KIDNEY_R'] },
    { name: 'KIDNEY_L', type: 'ORGAN', colourRgb: [60, 120, 210], solid: kidneyL.bean, holds: ['KIDNEY_L'] },
    { name: 'SPLEEN', type: 'ORGAN', colourRgb: [150, 100, 210], solid: spleen, holds: ['SPLEEN'] },
    { name: 'BLOOD_POOL', type: 'ORGAN', colourRgb: [200, 40, 60], solid: bloodPool, holds: ['BLOOD_POOL'] },
    {
      name: 'LIVER',
      type: 'ORGAN',
      colourRgb: [190, 150, 90],
      solid: liver,
      holds: ['LIVER', ...lesions.filter((l) => l.site === 'liver').map((l) => l.name)],
    },
    { name: 'MARROW_SPINE', type: 'ORGAN', colourRgb: [120, 190, 120], solid: marrow, holds: ['MARROW_SPINE'] },
    { name: 'BODY', type: 'EXTERNAL', colourRgb: [160, 160, 160], solid: body, holds: compartments.map((c) => c.name) },
  ]
  const activityParts = [...parts.filter((p) => p.compartment !== idRest), part(body, 'muscle', idRest)]
  return { parts, activityParts, compartments, structures, lesions }
}
