import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A flamegraph.pl on PATH, or the older one in Debian's libdevel-nytprof-perl; undefined when there is none. To be run by perl. */
export const FLAMEGRAPH_PL = [
  ...(process.env['PATH'] ?? '').split(delimiter).map(folder => join(folder, 'flamegraph.pl')),
  '/usr/share/perl5/Devel/NYTProf/flamegraph.pl',
].find(file => existsSync(file))
