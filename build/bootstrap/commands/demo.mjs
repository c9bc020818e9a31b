/** `npm run demo`: a demonstration patient through the whole pipeline, its report, and the window where there is a display. */
import { prepareNode, prepareWindow } from '../prepare.mjs'
import { say } from '../report.mjs'
import { theratwin } from '../theratwin.mjs'
import { hasDisplay, openWindow } from '../window.mjs'

/** @param {readonly string[]} args Of `theratwin demo` */
export async function main(args) {
  const runtime = hasDisplay() ? await prepareWindow() : (await prepareNode(), null)
  const code = await theratwin(['demo', ...args])
  if (code !== 0 || args.includes('--help')) return code
  if (!runtime) {
    say('no display here: `npm start` opens the window where there is one')
    return 0
  }
  return openWindow(runtime, [])
}
