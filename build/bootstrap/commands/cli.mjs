/** `npm run theratwin -- …`: the command line. Says nothing itself while there is nothing to prepare. */
import { prepareNode } from '../prepare.mjs'
import { theratwin } from '../theratwin.mjs'

/** @param {readonly string[]} args */
export async function main(args) {
  await prepareNode()
  return theratwin(args)
}
