/** Calculation of uncomplicated tumour control. */
import { z } from 'zod'
import { utcp } from '../../../native-core/radiobiology/index.ts'
import { defineCalc } from './define.ts'
import { shareQuantity } from './fields.ts'

export const utcpCalc = defineCalc({
  name: 'utcp',
  title: 'Uncomplicated tumour control probability',
  description: 'UTCP = TCP·Π(1 − NTCP), for complications that are independent of each other and of control.',
  input: z.strictObject({
    tcp: shareQuantity('Tumour control probability'),
    ntcp: z.array(shareQuantity('Complication probability of one organ')).max(100),
  }),
  output: z.strictObject({
    utcp: shareQuantity('Control without any complication'),
    anyComplication: shareQuantity('1 − Π(1 − NTCP)'),
  }),
  run: ({ tcp, ntcp }) => ({
    utcp: utcp(tcp, ntcp),
    // In logarithms: small probabilities keep their digits.
    anyComplication: -Math.expm1(ntcp.reduce((sum, one) => sum + Math.log1p(-one), 0)),
  }),
})
