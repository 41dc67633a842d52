#!/usr/bin/env node
import { guardStreams } from './output/write.ts'
import { run } from './run.ts'

guardStreams()
void run(process.argv.slice(2))
