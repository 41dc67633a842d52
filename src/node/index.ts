/** What `bpfview/node` offers: files, directories and streams in, datasets out. Everything else is in `bpfview`. */

export type { CaptureFile, CaptureManifest } from '../model/manifest.ts'
export type { Capture, InputOptions, InputSource, NamedInput } from './read.ts'
export { openInput, openInputs, readCapture } from './read.ts'
