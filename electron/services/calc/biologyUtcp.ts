/** Calculation of uncomplicated tumour control. */
import { z } from 'zod'
import { utcp } from '../../../native-core/radiobiology/index.ts'
import { defineCalc } from './define.ts'

const probability = (description: string) => z.number().min(0).max(1).meta({ unit: '1', description })

export const utcpCalc = defineCalc({
  name: 'utcp',
  title: 'Uncomplicated tumour control probability',
  description: 'UTCP = TCP·Π(1 − NTCP), for complications that are independent of each other and of control.',
  input: z.strictObject({
    tcp: probability('Tumour control probability'),
    ntcp: z.array(probability('Complication probability of one organ')).max(100),
  }),
  output: z.strictObject({
    utcp: probability('Control without any complication'),
    anyComplication: probability('1 − Π(1 − NTCP)'),
  }),
  run: ({ tcp, ntcp }) => ({
    utcp: utcp(tcp, ntcp),
    // In logarithms: small probabilities keep their digits.
    anyComplication: -Math.expm1(ntcp.reduce((sum, one) => sum + Math.log1p(-one), 0)),
  }),
})
