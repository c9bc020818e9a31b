/** `npm start`: the application on the user's store. */
import { prepareWindow } from '../prepare.mjs'
import { SetupError } from '../report.mjs'
import { hasDisplay, openWindow } from '../window.mjs'

/** @param {readonly string[]} args */
export async function main(args) {
  if (!hasDisplay()) {
    throw new SetupError(
      'There is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set).',
      'Use the command line instead: npm run theratwin -- --help',
    )
  }
  return openWindow(await prepareWindow(), args)
}
