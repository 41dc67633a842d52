import { execFileSync } from 'node:child_process'

/** Builds dist once before the tests: those of the command spawn the built program. */
export default function build(): void {
  execFileSync('npm', ['run', '-s', 'build'], { stdio: ['ignore', 'inherit', 'inherit'] })
}
