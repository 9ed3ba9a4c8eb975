// Package jobs runs work by the clock, once, on one node, whatever happens to
// the nodes and to their clocks.
//
// A Job is a named function with a Plan (a cron expression in Asia/Shanghai).
// Every planned time is a slot. A Timetable runs the job of a slot on the node
// that leads: the holder of a lease row, whose epoch grows with every change of
// hands. That a slot runs once does not rest on the lease, which can be held
// twice for a moment when clocks differ, but on the row of (job, slot), which
// can be inserted once.
//
// Slots that passed while nobody was there to run them are caught up once, with
// the newest of them: a job must therefore work out from the facts what there
// is to do, and not count its runs. A run that failed is tried again a few
// times; a run whose node died is taken over when its time limit has passed.
// Slots from before the first start are not caught up.
//
// A job must stand being run twice, and must stop between two steps when its
// context ends. Run does a job now, by hand.
//
// This is the only package that knows the scheduler library.
package jobs
