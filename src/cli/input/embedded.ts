/**
 * Files of the package, by path from its root, as gzip in base64. None here: a bundler that makes one file of the program puts them in the place of this
 * module.
 */
export const EMBEDDED: Readonly<Record<string, string>> = {}
