/** One seed for all made-up input where FC_SEED is set, as CI does, so that a run can be had again; elsewhere every run has its own. */
import fc from 'fast-check'

const seed = process.env['FC_SEED']
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) })
