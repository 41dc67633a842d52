import { defineConfig } from 'vitest/config'

/** Folders of tests that need more than this process: the built program, a browser, the tools and root, peers, much time. */
const FOLDERS = ['program', 'browser', 'live', 'peers', 'long'] as const

const COMMON = { globalSetup: 'test/build.ts', setupFiles: 'test/seed.ts', env: { TZ: 'UTC' } }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...COMMON,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: FOLDERS.map(folder => `test/${folder}/**`),
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      ...FOLDERS.map(folder => ({
        test: {
          ...COMMON,
          name: folder,
          include: [`test/${folder}/**/*.test.ts`],
          testTimeout: folder === 'long' ? 3_600_000 : 120_000,
          hookTimeout: 120_000,
        },
      })),
    ],
  },
})
