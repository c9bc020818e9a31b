/**
 * Whether an error that Vue caught leaves a view that cannot be shown. `info` is what Vue says of its place: words in development, in
 * production the number of its error reference. Handlers and watchers (2 to 6 there) leave what is on screen intact.
 */
export function breaksTheView(info: string): boolean {
  return !/event handler|watcher|#runtime-[2-6]$/.test(info)
}
