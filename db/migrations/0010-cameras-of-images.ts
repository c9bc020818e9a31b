import type { Migration } from './types.ts'

/** The camera that an image's files name; null for images that were stored before. */
export const camerasOfImages: Migration = {
  version: 10,
  name: 'cameras-of-images',
  sql: `
    ALTER TABLE images ADD COLUMN camera TEXT CHECK (json_valid(camera));
  `,
}
