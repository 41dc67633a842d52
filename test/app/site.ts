/**
 * Writes dist/site: the reference of the library as pages, made by typedoc of the declarations and their comments. npm fetches typedoc and the TypeScript
 * that it needs.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const project = mkdtempSync(join(tmpdir(), 'bpfview-site-'))
writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }')
execFileSync(
  'npm',
  ['install', '--silent', '--no-audit', '--no-fund', 'typedoc@0.28', 'typescript@5.9', '@types/node@20', 'zod@4'],
  { cwd: project, stdio: 'inherit' },
)
// declarations of a build: any TypeScript reads them
symlinkSync(resolve('dist'), join(project, 'bpfview'))
writeFileSync(
  join(project, 'tsconfig.json'),
  JSON.stringify({
    compilerOptions: {
      module: 'NodeNext',
      target: 'ES2022',
      skipLibCheck: true,
      types: ['node'],
      preserveSymlinks: true,
    },
    files: ['src/index', 'parsers/index', 'renderers/index', 'src/node/index'].map(name => `bpfview/${name}.d.ts`),
  }),
)
execFileSync(
  join(project, 'node_modules', '.bin', 'typedoc'),
  [
    ...['src/index', 'src/node/index'].flatMap(name => ['--entryPoints', `bpfview/${name}.d.ts`]),
    ...['--name', 'bpfview', '--readme', resolve('docs/library.md'), '--out', resolve('dist/site')],
    ...['--disableSources', '--hideGenerator', '--skipErrorChecking', '--logLevel', 'Error'],
  ],
  { cwd: project, stdio: 'inherit' },
)
