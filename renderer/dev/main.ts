/** The window without Electron: a fake bridge, then the application as it is. Options come in the address: ?analysed&store=new */

import { createFakeBridge, type FakeOptions } from './fakeBridge.ts'
import { fakeProblems } from './fakeProblems.ts'

const query = new URLSearchParams(location.search)
const has = (name: string) => query.has(name)
const store = query.get('store') as FakeOptions['store'] | null
Object.defineProperty(window, 'theratwin', {
  value: createFakeBridge({
    ...(store ? { store } : {}),
    empty: has('empty'),
    analysed: has('analysed'),
    stale: has('stale'),
    reported: has('reported'),
    calibrations: !has('nocalibrations'),
    problems: has('problems') ? fakeProblems.slice(0, 5) : [],
    tickMs: Number(query.get('tick') ?? 400),
  }),
})
document.addEventListener('securitypolicyviolation', (event) =>
  console.error(`CSP VIOLATION ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`),
)
await import('../app/main.ts')
