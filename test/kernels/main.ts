/** `npm run kernels`: compiles the kernels of the fast readers into the modules that hold them. */
import { compileKernels } from './compile.ts'

await compileKernels()
