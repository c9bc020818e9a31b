/** The protocol of a patient: a decision of a person, kept in the store, never overwritten. */
import { protocolSchema } from '../../contracts/protocol.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import type { EntityRef, Store } from '../ports/store.ts'

const CODE = 'protocol'

export function patientRef(patientId: string): EntityRef {
  return { entity: 'patient', id: patientId }
}

/** The protocol that counts; the defaults where nobody has changed anything. */
export function protocolOf(store: Store, patientId: string): Protocol {
  const decided = store.read.decision(patientRef(patientId), CODE)?.value
  return protocolSchema.parse(decided ?? {})
}

export function saveProtocol(store: Store, patientId: string, protocol: Protocol): void {
  store.transaction({ action: 'protocol.save' }, (write) =>
    write.recordDecision({ subject: patientRef(patientId), code: CODE, value: protocol, reason: '' }),
  )
}
